/** What a source's rows need before they can be ordered: columns to read and columns to compute. */
import { writeMapKernel } from "../codegen/mod.ts";
import type { Column, Source, SourceColumn } from "../typed_ast.ts";
import { columnsIn, type Demand, isForeign } from "./demand.ts";
import { HOST, type PlanGraph } from "./graph.ts";
import { holdsTexts } from "./makes_texts.ts";
import type { SourcePlan } from "./physical.ts";

export function planSource(
  source: Source,
  { graph, demand, isRanked }: {
    readonly graph: PlanGraph;
    readonly demand: Demand;
    readonly isRanked: boolean;
  },
): SourcePlan {
  const asked = demand.of({ kind: "source", source });
  const needed = closure(source, [
    ...asked,
    source.time,
    ...source.keys,
    ...(source.sequence === undefined ? [] : [source.sequence]),
    ...(source.unique?.columns ?? []),
  ]);
  const wanted = source.columns.filter(({ name }) => needed.has(name));
  const reads = wanted.filter(({ computed }) => !computed).map(toColumn);
  const order = [...reads];
  const computed = wanted.flatMap(({ name, type, computed: expression }) => {
    if (!expression) return [];
    const outputs = [{ name, type, expression }];
    const text = writeMapKernel({ plugin: source.plugin, time: "", outputs });
    const at = text.inputs.map((input) => order.findIndex((column) => column.name === input.name));
    order.push({ name, type });
    return [{ name, text, at }];
  });
  const holes = wanted.some(({ computed }) => computed && isForeign([computed]));
  const kept = new Set([...asked, ...source.keys, ...(source.unique?.columns ?? [])]);
  return {
    source,
    ranked: isRanked,
    reads,
    computed,
    columns: wanted.filter(({ name }) => name !== source.time && kept.has(name)).map(toColumn),
    prepare: holes ? addPrepare(source, { reads, computed }, graph) : undefined,
  };
}

/** Whether a site may make texts when it computes columns of the source. */
export function preparesTexts({ prepare, computed }: SourcePlan): boolean {
  return prepare !== undefined &&
    computed.some(({ text }) =>
      text.manifest.textFunctions.length > 0 || text.outputs.some(({ type }) => holdsTexts(type))
    );
}

/** The columns and everything their expressions read. */
function closure(source: Source, names: readonly string[]): Set<string> {
  const needed = new Set<string>();
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    const column = source.columns.find((column) => column.name === name);
    if (column?.computed) { for (const read of columnsIn([column.computed])) add(read.name); }
  };
  names.forEach(add);
  return needed;
}

function toColumn({ name, type }: SourceColumn): Column {
  return { name, type };
}

function addPrepare(
  source: Source,
  { reads, computed }: Pick<SourcePlan, "reads" | "computed">,
  graph: PlanGraph,
): SourcePlan["prepare"] {
  const site = graph.site(source.plugin);
  const request = graph.edge(HOST, site);
  const reply = graph.edge(site, HOST);
  const feature = `${source.plugin}.${source.name}`;
  graph.draft(site).prepares.push({
    request,
    reply,
    kernels: computed.map(({ text }) => graph.kernel(site, { feature, text })),
    columns: reads.length,
    reads: computed.map(({ at }) => at),
  });
  return { site, request, reply };
}
