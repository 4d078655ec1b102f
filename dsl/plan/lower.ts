/** From features and a spine to the physical plan of a set. */
import { columnsOf, keysOf } from "../typed_ast.ts";
import { Demand } from "./demand.ts";
import { FeatureStreams } from "./feature_streams.ts";
import { HOST, PlanGraph, type Stream } from "./graph.ts";
import type { Edge, PhysicalPlan, ResultEdge } from "./physical.ts";
import { refuseRequestRows } from "./request_streams.ts";
import { SetColumns } from "./set_columns.ts";
import type { SetRequest } from "./set_request.ts";
import { planSource, preparesTexts } from "./source_plan.ts";
import { gridRows, SpineLowering } from "./spine_rows.ts";

/** Lowers a set; the plan's result has the spine's columns, then every feature's, then the label's. */
export function lowerSet(request: SetRequest): PhysicalPlan {
  refuseRequestRows(request);
  const graph = new PlanGraph();
  const demand = demandOf(request);
  const untilUs = request.endUs + (request.label?.lookaheadUs ?? 0);
  const { partitions, tiledFromUs } = request;
  const streams = new FeatureStreams(graph, demand, partitions, untilUs, tiledFromUs);
  const spine = new SpineLowering(streams, request);
  const result = request.spine
    ? new SetColumns(streams, request).lower(request.spine, spine.rows(request.spine))
    : undefined;
  const rows = request.rowsOf.map((feature, index) => ({
    ...resultEdge(streams, streams.rows({ kind: "feature", feature })),
    feature: index,
  }));
  const sources = streams.sources.map((source) =>
    planSource(source, { demand, graph, isRanked: streams.isRanked(source) })
  );
  const fed = [...streams.sourceEdges, ...(spine.tableEdge ? [spine.tableEdge] : [])];
  const tickEdges = addTicks(graph, new Set(fed.map(({ to }) => to)));
  return {
    sites: graph.finish(streams.makesTexts || sources.some(preparesTexts)),
    sources,
    tickEdges,
    sourceEdges: streams.sourceEdges,
    tableEdge: spine.tableEdge,
    result,
    rows,
  };
}

/** A site that hears of symbols only through other sites might read a text before it has it. */
function addTicks(graph: PlanGraph, fed: ReadonlySet<number>): Edge[] {
  return graph.sites.flatMap(({ nodes }, site) => {
    if (fed.has(site) || nodes.length === 0) return [];
    const edge = graph.edge(HOST, site);
    const node = graph.node(site, [], () => ({
      kind: "receive",
      edge,
      output: stream.id,
      columns: 0,
      returns: false,
      keyOrder: undefined,
    }));
    const shape = {
      site,
      columns: [],
      time: "",
      places: [],
      madeBy: undefined,
      partition: [],
      keyOrder: undefined,
    };
    const stream = graph.stream({ ...shape, producer: node });
    return [graph.edges[edge]!];
  });
}

function demandOf({ features, label, spine, rowsOf }: SetRequest): Demand {
  const demand = new Demand();
  const all = [...features, ...(label ? [label] : [])];
  for (const { feature } of all) {
    demand.ask({ kind: "feature", feature }, feature.outputs.map(({ name }) => name));
  }
  for (const feature of rowsOf) {
    demand.ask({ kind: "feature", feature }, feature.outputs.map(({ name }) => name));
  }
  if (spine && spine.kind !== "table") {
    const of = spine.kind === "grid" ? gridRows(spine.of) : spine.of;
    const wanted = all.flatMap(({ keys }) => Object.values(keys))
      .flatMap((key) => "column" in key ? [key.column] : []);
    wanted.push(...all.flatMap(({ request = {} }) => Object.values(request)));
    const columns = columnsOf(of).map(({ name }) => name);
    const own = keysOf(of).map(({ name }) => name);
    demand.ask(of, columns.filter((name) => own.includes(name) || wanted.includes(name)));
  }
  return demand;
}

/** Sends a stream to the host. */
function resultEdge({ graph }: FeatureStreams, stream: Stream): ResultEdge {
  const edge = graph.edge(stream.site, HOST);
  graph.node(stream.site, [stream], () => ({
    kind: "send",
    input: stream.id,
    edge,
    columns: stream.columns.map((_, column) => ({ stream: stream.id, column })),
    keys: undefined,
    returns: false,
  }));
  return { ...graph.edges[edge]!, columns: stream.columns, keyOrder: stream.keyOrder };
}
