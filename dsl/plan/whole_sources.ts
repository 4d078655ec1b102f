/** Sources with all their columns, computed ones included, before anybody asks for their rows. */
import type { Source } from "../typed_ast.ts";
import { Demand } from "./demand.ts";
import { PlanGraph } from "./graph.ts";
import type { PhysicalPlan } from "./physical.ts";
import { planSource, preparesTexts } from "./source_plan.ts";

/** A plan that only computes columns; it has sites where functions of plugins are called, and no rows. */
export function planWholeSources(sources: readonly Source[]): PhysicalPlan {
  const graph = new PlanGraph();
  const demand = new Demand();
  for (const source of sources) {
    demand.ask({ kind: "source", source }, source.columns.map(({ name }) => name));
  }
  const plans = sources.map((source) => planSource(source, { graph, demand, isRanked: false }));
  return {
    sources: plans,
    tickEdges: [],
    sourceEdges: [],
    tableEdge: undefined,
    sites: graph.finish(plans.some(preparesTexts)),
    result: undefined,
    rows: [],
  };
}
