/** From features and a spine to the physical plan of a set. */
import {
  type Column,
  columnsOf,
  driverOf,
  type Feature,
  keysOf,
  type Upstream,
} from "../typed_ast.ts";
import { Demand } from "./demand.ts";
import { FeatureStreams, type Lookup, placeOf } from "./feature_streams.ts";
import { HOST, PlanGraph, type Stream } from "./graph.ts";
import type { ColumnAt, Constant, Edge, PhysicalPlan, Pin, ResultEdge } from "./physical.ts";
import { planSource } from "./source_plan.ts";

/** A feature as a set reads it. */
export interface SetFeature {
  /** What its columns are called in the set: `name.column`. */
  readonly name: string;
  readonly feature: Feature;
  /** Where each key column comes from: a column of the spine, or a constant that pins it. */
  readonly keys: Readonly<Record<string, { readonly column: string } | { readonly pin: Constant }>>;
}

export type Spine =
  /** Multiples of everyUs, with the keys that `of` has rows for; `pins` are the key columns it loses. */
  | {
    readonly kind: "grid";
    readonly everyUs: number;
    readonly of: Upstream;
    readonly pins: Readonly<Record<string, Constant>>;
  }
  /** A feature's or source's own rows; of pinned keys, those of the pin. */
  | {
    readonly kind: "rows";
    readonly of: Upstream;
    readonly pins: Readonly<Record<string, Constant>>;
  }
  /** Rows the user brings; they stand after all rows of their time. */
  | { readonly kind: "table"; readonly columns: readonly Column[] };

export interface SetRequest {
  readonly features: readonly SetFeature[];
  readonly label?: SetFeature & { readonly lookaheadUs: number };
  readonly spine: Spine | undefined;
  readonly startUs: number;
  readonly endUs: number;
  /** Features whose own rows are wanted too. */
  readonly rowsOf: readonly Feature[];
  readonly partitions: number;
}

/** Lowers a set; the plan's result has the spine's columns, then every feature's, then the label's. */
export function lowerSet(request: SetRequest): PhysicalPlan {
  const graph = new PlanGraph();
  const demand = demandOf(request);
  const streams = new FeatureStreams(graph, demand, request.partitions);
  const set = new SetLowering(streams, request);
  const result = request.spine ? set.lower(request.spine) : undefined;
  const rows = request.rowsOf.map((feature, index) => ({
    ...resultEdge(streams, streams.rows({ kind: "feature", feature })),
    feature: index,
  }));
  const sources = streams.sources.map((source) => planSource(source, demand, graph));
  const fed = [...streams.sourceEdges, ...(set.tableEdge ? [set.tableEdge] : [])];
  const tickEdges = addTicks(graph, new Set(fed.map(({ to }) => to)));
  return {
    sites: graph.finish(),
    sources,
    tickEdges,
    sourceEdges: streams.sourceEdges,
    tableEdge: set.tableEdge,
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
    const shape = { site, columns: [], time: "", driver: HOST, partition: [], keyOrder: undefined };
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
    const columns = columnsOf(of).map(({ name }) => name);
    const own = keysOf(of).map(({ name }) => name);
    demand.ask(of, columns.filter((name) => own.includes(name) || wanted.includes(name)));
  }
  return demand;
}

/** A map has the rows and keys of what it maps, so a grid may read those. */
function gridRows(of: Upstream): Upstream {
  return of.kind === "feature" && of.feature.form === "map" ? gridRows(of.feature.input) : of;
}

class SetLowering {
  tableEdge: PhysicalPlan["tableEdge"];
  readonly #streams: FeatureStreams;
  readonly #request: SetRequest;

  constructor(streams: FeatureStreams, request: SetRequest) {
    this.#streams = streams;
    this.#request = request;
  }

  lower(spine: Spine): ResultEdge {
    const { features, label } = this.#request;
    const { stream, keys } = this.#spine(spine);
    const columns: { column: Column; at: ColumnAt }[] = keys.map((place) => ({
      column: stream.columns[place]!,
      at: { stream: stream.id, column: place },
    }));
    const inputs = [stream];
    for (const set of features) this.#addAnswers(set, stream, spine, columns, inputs);
    const order = keyOrderOf(stream, keys, columns);
    if (!label) return this.#finish(stream, columns, inputs, order);
    return this.#finish(...this.#hold(stream, { columns, inputs, label }), order);
  }

  #addAnswers(
    set: SetFeature,
    stream: Stream,
    spine: Spine | undefined,
    columns: { column: Column; at: ColumnAt }[],
    inputs: Stream[],
    prefix = "",
  ): void {
    const own = spine?.kind === "rows" && spine.of.kind === "feature" &&
      spine.of.feature.id === set.feature.id && isIdentity(set);
    const at = own
      ? (name: string) => ({ stream: stream.id, column: placeOf(stream, name) })
      : this.#answers(set, stream, inputs);
    for (const { name, type } of set.feature.outputs) {
      columns.push({ column: { name: `${prefix}${set.name}.${name}`, type }, at: at(name) });
    }
  }

  #answers(set: SetFeature, stream: Stream, inputs: Stream[]): (name: string) => ColumnAt {
    const lookup = this.#lookup(set, stream);
    const answers = this.#streams.answers({ kind: "feature", feature: set.feature }, lookup);
    inputs.push(answers.stream);
    return (name) => answers.at(name);
  }

  /** The spine with pinned keys appended as constants. */
  #lookup({ feature, keys }: SetFeature, stream: Stream): Lookup {
    const pins: { name: string; value: Constant }[] = [];
    const places = feature.keys.map(({ name }) => {
      const key = keys[name];
      if (!key) {
        throw new RangeError(`Cannot read "${feature.name}": its key "${name}" comes from nowhere`);
      }
      if ("column" in key) return placeOf(stream, key.column);
      pins.push({ name, value: key.pin });
      return stream.columns.length + pins.length - 1;
    });
    if (pins.length === 0) return { stream, keys: places };
    const { graph } = this.#streams;
    const node = graph.node(stream.site, [stream], () => ({
      kind: "constant",
      input: stream.id,
      output: pinned.id,
      values: pins.map(({ value }) => value),
    }));
    const added = pins.map(({ name }) => feature.keys.find((key) => key.name === name)!);
    const pinned = graph.stream({
      ...stream,
      columns: [...stream.columns, ...added],
      producer: node,
    });
    return { stream: pinned, keys: places };
  }

  #spine(spine: Spine): { stream: Stream; keys: readonly number[] } {
    switch (spine.kind) {
      case "grid":
        return this.#grid(spine);
      case "rows": {
        const rows = this.#streams.rows(spine.of);
        const keys = keysOf(spine.of).filter(({ name }) => !Object.hasOwn(spine.pins, name));
        const stream = this.#filtered(this.#bounded(rows), spine.pins);
        return { stream, keys: keys.map(({ name }) => placeOf(rows, name)) };
      }
      case "table":
        return this.#table(spine.columns);
    }
  }

  #bounded(rows: Stream): Stream {
    const { graph } = this.#streams;
    const { startUs, endUs } = this.#request;
    const node = graph.node(rows.site, [rows], () => ({
      kind: "range",
      input: rows.id,
      output: stream.id,
      fromUs: startUs,
      untilUs: endUs,
    }));
    const stream = graph.stream({ ...rows, producer: node });
    return stream;
  }

  #filtered(rows: Stream, pins: Readonly<Record<string, Constant>>): Stream {
    if (Object.keys(pins).length === 0) return rows;
    const { graph } = this.#streams;
    const node = graph.node(rows.site, [rows], () => ({
      kind: "filter",
      input: rows.id,
      output: stream.id,
      pins: pinsAt(rows, pins),
    }));
    const stream = graph.stream({ ...rows, producer: node });
    return stream;
  }

  #grid({ of, everyUs, pins }: Extract<Spine, { kind: "grid" }>): {
    stream: Stream;
    keys: readonly number[];
  } {
    const { graph } = this.#streams;
    const rows = this.#streams.rows(gridRows(of));
    const keys = keysOf(gridRows(of));
    const free = keys.filter(({ name }) => !Object.hasOwn(pins, name));
    const node = graph.node(rows.site, [rows], () => ({
      kind: "grid",
      input: rows.id,
      keys: free.map(({ name }) => placeOf(rows, name)),
      pins: pinsAt(rows, pins),
      everyUs,
      fromUs: this.#request.startUs,
      untilUs: this.#request.endUs,
      output: stream.id,
    }));
    const places = free.map((_, index) => index);
    const stream = graph.stream({
      site: rows.site,
      columns: free,
      time: "",
      driver: HOST,
      partition: places.length === keys.length ? places : [-1],
      keyOrder: places,
      producer: node,
    });
    return { stream, keys: places };
  }

  #table(columns: readonly Column[]): { stream: Stream; keys: readonly number[] } {
    const { graph } = this.#streams;
    const site = this.#streams.sharedSite();
    const edge = graph.edge(HOST, site);
    const first = this.#request.features[0];
    const keys = Object.values(first?.keys ?? {}).flatMap((key) =>
      "column" in key ? [columns.findIndex(({ name }) => name === key.column)] : []
    );
    this.tableEdge = { ...graph.edges[edge]!, columns, keys };
    const node = graph.node(site, [], () => ({
      kind: "receive",
      edge,
      output: stream.id,
      columns: columns.length,
      returns: false,
      keyOrder: undefined,
    }));
    const stream = graph.stream({
      site,
      columns,
      time: "",
      driver: HOST,
      partition: keys,
      keyOrder: undefined,
      producer: node,
    });
    return { stream: this.#bounded(stream), keys: columns.map((_, index) => index) };
  }

  #hold(stream: Stream, parts: {
    columns: { column: Column; at: ColumnAt }[];
    inputs: Stream[];
    label: SetFeature & { readonly lookaheadUs: number };
  }): [Stream, { column: Column; at: ColumnAt }[], Stream[]] {
    const { columns, inputs, label } = parts;
    const { graph } = this.#streams;
    const sources = driversOf({ kind: "feature", feature: label.feature })
      .map((source) => this.#streams.sourceNumber(source));
    const delay = graph.node(stream.site, [stream], () => ({
      kind: "delay",
      input: stream.id,
      byUs: label.lookaheadUs,
      sources,
      output: delayed.id,
    }));
    const delayed = graph.stream({ ...stream, driver: HOST, producer: delay });
    const labels: { column: Column; at: ColumnAt }[] = [];
    const labelInputs = [delayed];
    this.#addAnswers(label, delayed, undefined, labels, labelInputs, "label.");
    const hold = graph.node(stream.site, [...inputs, ...labelInputs], () => ({
      kind: "hold",
      input: stream.id,
      columns: columns.map(({ at }) => at),
      delayed: delayed.id,
      labels: labels.map(({ at }) => at),
      output: held.id,
    }));
    const all = [...columns, ...labels].map(({ column }) => column);
    const held = graph.stream({ ...stream, columns: all, producer: hold });
    const at = all.map((column, index) => ({ column, at: { stream: held.id, column: index } }));
    return [held, at, [held]];
  }

  #finish(
    stream: Stream,
    columns: readonly { column: Column; at: ColumnAt }[],
    inputs: readonly Stream[],
    keyOrder: readonly number[] | undefined,
  ): ResultEdge {
    const { graph } = this.#streams;
    const edge = graph.edge(stream.site, HOST);
    graph.node(stream.site, inputs, () => ({
      kind: "send",
      input: stream.id,
      edge,
      columns: columns.map(({ at }) => at),
      keys: undefined,
      returns: false,
    }));
    return {
      ...graph.edges[edge]!,
      columns: columns.map(({ column }) => column),
      keyOrder,
    };
  }
}

/** Where the columns stand that order rows of one time; those that are no keys of the set are added unnamed. */
function keyOrderOf(
  stream: Stream,
  keys: readonly number[],
  columns: { column: Column; at: ColumnAt }[],
): readonly number[] | undefined {
  return stream.keyOrder?.map((place) => {
    const key = keys.indexOf(place);
    if (key >= 0) return key;
    const column = { ...stream.columns[place]!, name: "" };
    return columns.push({ column, at: { stream: stream.id, column: place } }) - 1;
  });
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

function pinsAt(rows: Stream, pins: Readonly<Record<string, Constant>>): readonly Pin[] {
  return Object.entries(pins).map(([name, value]) => ({ column: placeOf(rows, name), value }));
}

function isIdentity({ feature, keys }: SetFeature): boolean {
  return feature.keys.every(({ name }) => {
    const key = keys[name];
    return key !== undefined && "column" in key && key.column === name;
  });
}

/** Every source below a stream, joined ones included. */
export function driversOf(upstream: Upstream): readonly ReturnType<typeof driverOf>[] {
  if (upstream.kind === "source") return [upstream.source];
  const { input, joins } = upstream.feature;
  return [...new Set([input, ...joins.map(({ right }) => right)].flatMap(driversOf))];
}
