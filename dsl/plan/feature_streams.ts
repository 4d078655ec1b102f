/**
 * Features to streams. `rows` gives a feature's rows; `answers` gives its columns for a stream of queries.
 * Every feature and every source that is queried gets one kernel node, which takes both.
 */
import { writeMapKernel, writeRowKernel, writeTumblingKernel } from "../codegen/mod.ts";
import type { KernelText } from "../codegen/mod.ts";
import {
  type Column,
  columnsOf,
  driverOf,
  type Expression,
  type Feature,
  keysOf,
  type OutputColumn,
  type Source,
  type Upstream,
} from "../typed_ast.ts";
import { callsHole, type Demand, identityOf, sourceIdentity } from "./demand.ts";
import { exchange, sendAndAlign } from "./exchange.ts";
import { type Node, overEdge, type PlanGraph, type Stream } from "./graph.ts";
import type { ColumnAt, Query, SourceEdge } from "./physical.ts";

/** Columns of answers, by name. */
export interface Answers {
  at(name: string): ColumnAt;
  readonly stream: Stream;
}

/** A query of a join or a set: rows of a stream, with the key to look up. */
export interface Lookup {
  readonly stream: Stream;
  /** Places of the key columns, in the order of the keys looked up. */
  readonly keys: readonly number[];
}

interface KernelNode {
  readonly node: Node;
  readonly input: Stream;
  readonly queries: Query[];
  wantsRows: boolean;
}

export class FeatureStreams {
  readonly sources: Source[] = [];
  readonly sourceEdges: SourceEdge[] = [];
  readonly #rows = new Map<string, Stream>();
  readonly #kernels = new Map<string, KernelNode[]>();
  readonly #answers = new Map<string, Answers>();

  constructor(
    readonly graph: PlanGraph,
    readonly demand: Demand,
    readonly partitions: number,
  ) {}

  /** Number of a source in the plan. */
  sourceNumber(source: Source): number {
    const identity = sourceIdentity(source);
    const found = this.sources.findIndex((known) => sourceIdentity(known) === identity);
    return found >= 0 ? found : this.sources.push(source) - 1;
  }

  /** The site a feature runs at: its plugin's if it calls the plugin's functions, else the shared one. */
  siteOf(feature: Feature): number {
    const expressions = feature.outputs.map(({ expression }) => expression);
    const all = feature.where ? [...expressions, feature.where] : expressions;
    return callsHole(all) ? this.graph.site(feature.plugin, feature.plugin) : this.sharedSite();
  }

  sharedSite(): number {
    return this.graph.site("shared", undefined);
  }

  /** A feature's or source's rows, at its home site, split by its keys. */
  rows(upstream: Upstream): Stream {
    if (upstream.kind === "source") {
      return this.sourceRows(upstream.source, this.sharedSite(), upstream.source.keys);
    }
    const { feature } = upstream;
    const known = this.#rows.get(feature.id);
    if (known) return known;
    const made = feature.form === "map" ? this.#mapRows(feature) : this.#kernelRows(feature);
    this.#rows.set(feature.id, made);
    return made;
  }

  /** Rows of a source as the host routes them. */
  sourceRows(source: Source, site: number, keys: readonly string[]): Stream {
    const routed = this.partitions === 1 ? [] : keys;
    const cacheKey = `${sourceIdentity(source)}|${site}|${routed.join(",")}`;
    const known = this.#rows.get(cacheKey);
    if (known) return known;
    const number = this.sourceNumber(source);
    const asked = this.demand.of({ kind: "source", source });
    const columns = source.columns.filter(({ name }) =>
      name !== source.time && (asked.has(name) || source.keys.includes(name))
    ).map(({ name, type }) => ({ name, type }));
    const edge = this.graph.edge(-1, site);
    this.sourceEdges.push({
      ...this.graph.edges[edge]!,
      source: number,
      columns: columns.map(({ name }) => name),
      keys: routed,
    });
    const partition = keys.map((key) => columns.findIndex(({ name }) => name === key));
    const stream = this.#receive(site, edge, {
      columns,
      time: source.time,
      driver: number,
      partition,
    });
    this.#rows.set(cacheKey, stream);
    return stream;
  }

  #receive(
    site: number,
    edge: number,
    shape: Pick<Stream, "columns" | "time" | "driver" | "partition">,
  ): Stream {
    const node: Node = this.graph.node(site, [], () => ({
      kind: "receive",
      edge,
      output: stream.id,
      columns: shape.columns.length,
      returns: false,
      keyOrder: undefined,
    }));
    const stream = this.graph.stream({
      ...shape,
      site,
      keyOrder: undefined,
      producer: overEdge(node),
    });
    return stream;
  }

  /** The columns `names` of an upstream's value (or, within a time, its last row) at each query. */
  answers(right: Upstream, lookup: Lookup, withinUs?: number): Answers {
    const key = [identityOf(right), lookup.stream.id, lookup.keys.join(), withinUs].join("|");
    const known = this.#answers.get(key);
    if (known) return known;
    const made = right.kind === "feature" && right.feature.form === "map" && withinUs === undefined
      ? this.#mapAnswers(right.feature, lookup)
      : this.#kernelAnswers(right, lookup, withinUs);
    this.#answers.set(key, made);
    return made;
  }

  #mapRows(feature: Feature): Stream {
    const site = this.siteOf(feature);
    const input = this.#mapInput(feature.input, site);
    const outputs = this.#outputs(feature);
    const text = writeMapKernel({ plugin: feature.plugin, time: feature.time, outputs });
    const kernel = this.graph.kernel(site, { feature: label(feature), text });
    const carries = feature.keys.map(({ name }) => placeOf(input, name));
    const node: Node = this.graph.node(site, [input], () => ({
      kind: "map",
      kernel,
      input: input.id,
      reads: text.inputs.map(({ name }) => columnAt(input, name)),
      carries,
      trails: trailsOf(feature, input),
      keys: [],
      output: stream.id,
    }));
    const stream = this.graph.stream(this.#rowShape(feature, input, outputs, node));
    return stream;
  }

  #mapInput(upstream: Upstream, site: number): Stream {
    if (upstream.kind === "source") {
      return this.sourceRows(upstream.source, site, upstream.source.keys);
    }
    const rows = this.rows(upstream);
    return rows.site === site ? rows : exchange(this, rows, site, rows.partition);
  }

  #rowShape(
    feature: Feature,
    input: Stream,
    outputs: readonly Column[],
    producer: Node,
  ): Omit<Stream, "id"> {
    const trails = trailsOf(feature, input).map((place) => ({
      ...input.columns[place]!,
      name: "",
    }));
    const shown = [...feature.keys, ...outputs.map(({ name, type }) => ({ name, type }))];
    const columns = [...shown, ...trails];
    const places = feature.keys.map((_, index) => index);
    const order = trails.length > 0 ? trails.map((_, index) => shown.length + index) : places;
    return {
      site: producer.site,
      columns,
      time: feature.time,
      driver: input.driver,
      partition: places,
      keyOrder: feature.form === "tumbling" || input.keyOrder ? order : undefined,
      producer,
    };
  }

  #kernelRows(feature: Feature): Stream {
    const upstream: Upstream = { kind: "feature", feature };
    const entry = this.#kernelNode(upstream, undefined);
    entry.wantsRows = true;
    const stream = this.graph.stream(
      this.#rowShape(feature, entry.input, this.#outputs(feature), entry.node),
    );
    this.#outputStreams.set(entry, stream);
    return stream;
  }

  readonly #outputStreams = new Map<KernelNode, Stream>();

  #kernelAnswers(right: Upstream, lookup: Lookup, withinUs: number | undefined): Answers {
    const candidates = this.#kernelsOf(right, withinUs);
    const free = candidates.find(({ node }) => !this.graph.dependsOn(lookup.stream, node));
    const entry = free ?? this.#makeKernelNode(right, withinUs);
    const local = this.#isLocal(lookup, entry.node.site);
    const queries = local
      ? lookup.stream
      : exchange(this, lookup.stream, entry.node.site, lookup.keys, true);
    const columns = this.#valueColumns(right);
    const stream = this.graph.stream({ ...queries, columns, producer: entry.node });
    entry.queries.push({
      stream: queries.id,
      keys: local ? lookup.keys : lookup.keys.map((_, index) => index),
      sight: this.#sight(queries, right),
      answers: stream.id,
    });
    entry.node.inputs.push(queries);
    const home = local ? stream : sendAndAlign(this, stream, queries, lookup.stream);
    return answersOf(home);
  }

  /** A map's value is its expressions over the upstream's value. */
  #mapAnswers(feature: Feature, lookup: Lookup): Answers {
    const site = this.siteOf(feature);
    const moved = lookup.stream.site === site ? lookup : {
      stream: exchange(this, lookup.stream, site, lookup.keys, true),
      keys: lookup.keys.map((_, index) => index),
    };
    const upstream = this.answers(feature.input, moved);
    const asked = this.demand.of({ kind: "feature", feature });
    const outputs = [
      ...this.#outputs(feature),
      ...passed(feature).filter(({ name }) => asked.has(name)),
    ];
    const text = writeMapKernel({ plugin: feature.plugin, time: "", outputs });
    const kernel = this.graph.kernel(site, { feature: label(feature), text });
    const node: Node = this.graph.node(site, [upstream.stream, moved.stream], () => ({
      kind: "map",
      kernel,
      input: upstream.stream.id,
      reads: text.inputs.map(({ name }) => upstream.at(name)),
      carries: [],
      trails: [],
      keys: moved.keys.map((column) => ({ stream: moved.stream.id, column })),
      output: stream.id,
    }));
    const columns = outputs.map(({ name, type }) => ({ name, type }));
    const stream = this.graph.stream({ ...moved.stream, columns, producer: node });
    const home = moved === lookup
      ? stream
      : sendAndAlign(this, stream, moved.stream, lookup.stream);
    return answersOf(home);
  }

  /** A closed window's row stands before all rows of its time, those of other sources too. */
  #sight(queries: Stream, right: Upstream): Query["sight"] {
    if (queries.driver < 0) return "time";
    const isOwn = queries.driver === this.sourceNumber(driverOf(right));
    return isOwn || queries.keyOrder ? "position" : "time";
  }

  #isLocal({ stream, keys }: Lookup, site: number): boolean {
    if (stream.site !== site) return false;
    return this.partitions === 1 || String(stream.partition) === String(keys);
  }

  #kernelsOf(upstream: Upstream, withinUs: number | undefined): KernelNode[] {
    const key = `${identityOf(upstream)}|${withinUs ?? ""}`;
    const known = this.#kernels.get(key);
    if (known) return known;
    const made: KernelNode[] = [];
    this.#kernels.set(key, made);
    return made;
  }

  #kernelNode(upstream: Upstream, withinUs: number | undefined): KernelNode {
    return this.#kernelsOf(upstream, withinUs)[0] ?? this.#makeKernelNode(upstream, withinUs);
  }

  #makeKernelNode(upstream: Upstream, withinUs: number | undefined): KernelNode {
    const entry =
      upstream.kind === "feature" && upstream.feature.form !== "map" && withinUs === undefined
        ? this.#computing(upstream.feature)
        : this.#remembering(upstream, withinUs);
    this.#kernelsOf(upstream, withinUs).push(entry);
    return entry;
  }

  /** A kernel that computes a feature from its input's rows. */
  #computing(feature: Feature): KernelNode {
    const site = this.siteOf(feature);
    const input = this.#inputAt(feature, site);
    const keys = feature.keys.map(({ name }) => placeOf(input, name));
    const joins = feature.joins.map(({ right, on, withinUs }) =>
      this.answers(
        right,
        { stream: input, keys: on.map(({ left }) => placeOf(input, left)) },
        withinUs,
      )
    );
    const write = (wantsRows: boolean, wantsAnswers: boolean): KernelText => {
      const request = {
        plugin: feature.plugin,
        time: feature.time,
        where: feature.where,
        outputs: wantsAnswers ? this.#valueOutputs(feature) : this.#outputs(feature),
        wantsRows,
        wantsAnswers,
        dropsNullKeys: feature.rekeyed,
      };
      return feature.window
        ? writeTumblingKernel(request, feature.window)
        : writeRowKernel(request);
    };
    return this.#kernelEntry({ site, input, keys, joins, write, name: label(feature), feature });
  }

  /** A kernel that remembers each key's last row. */
  #remembering(upstream: Upstream, withinUs: number | undefined): KernelNode {
    const input = this.rows(upstream);
    const outputs = this.#valueColumns(upstream).map(({ name, type }) => ({
      name,
      type,
      expression: { kind: "column", type, from: -1, name } as const,
    }));
    const write = (wantsRows: boolean, wantsAnswers: boolean): KernelText =>
      writeRowKernel({
        plugin: "",
        time: input.time,
        where: undefined,
        outputs,
        wantsRows,
        wantsAnswers,
        dropsNullKeys: false,
        ...(withinUs === undefined ? {} : { withinUs }),
      });
    const keys = keysOf(upstream).map(({ name }) => placeOf(input, name));
    const name = upstream.kind === "source"
      ? `${upstream.source.plugin}.${upstream.source.name}`
      : label(upstream.feature);
    return this.#kernelEntry({ site: input.site, input, keys, joins: [], write, name });
  }

  #kernelEntry(parts: {
    site: number;
    input: Stream;
    keys: readonly number[];
    joins: readonly Answers[];
    write(wantsRows: boolean, wantsAnswers: boolean): KernelText;
    name: string;
    feature?: Feature;
  }): KernelNode {
    const { site, input, keys, joins, name, feature } = parts;
    const inputs = [input, ...joins.map(({ stream }) => stream)];
    const queries: Query[] = [];
    const node: Node = this.graph.node(site, inputs, () => {
      const text = parts.write(entry.wantsRows, queries.length > 0);
      const kernel = this.graph.kernel(site, { feature: name, text });
      const operation = {
        kernel,
        input: input.id,
        keys,
        reads: text.inputs.map(({ from, name }) =>
          from === -1 ? columnAt(input, name) : joins[from]!.at(name)
        ),
        output: this.#outputStreams.get(entry)?.id,
        outputs: feature ? this.#outputs(feature).length : 0,
        queries,
      };
      return feature?.window ? { kind: "tumbling", ...operation } : {
        kind: "kernel",
        ...operation,
        carries: keys,
        trails: feature ? trailsOf(feature, input) : [],
      };
    });
    const entry: KernelNode = { node, input, queries, wantsRows: false };
    return entry;
  }

  /** The input's rows where the feature runs, split by the feature's keys. */
  #inputAt(feature: Feature, site: number): Stream {
    const keys = feature.keys.map(({ name }) => name);
    if (feature.input.kind === "source") return this.sourceRows(feature.input.source, site, keys);
    const rows = this.rows(feature.input);
    const places = keys.map((key) => placeOf(rows, key));
    const stays = rows.site === site &&
      (this.partitions === 1 || String(rows.partition) === String(places));
    return stays ? rows : exchange(this, rows, site, places);
  }

  /** Outputs that someone reads, in declared order. */
  #outputs(feature: Feature): readonly OutputColumn[] {
    const asked = this.demand.of({ kind: "feature", feature });
    return feature.outputs.filter(({ name }) => asked.has(name));
  }

  #valueOutputs(feature: Feature): readonly OutputColumn[] {
    const asked = this.demand.of({ kind: "feature", feature });
    return [...this.#outputs(feature), ...passed(feature).filter(({ name }) => asked.has(name))];
  }

  #valueColumns(upstream: Upstream): readonly Column[] {
    if (upstream.kind === "source") {
      const asked = this.demand.valueOf(upstream);
      return columnsOf(upstream).filter(({ name }) => asked.has(name));
    }
    return this.#valueOutputs(upstream.feature);
  }
}

/**
 * Rows made by time are ordered by the keys they were made with, also when they are keyed anew: those columns
 * then go along without a name.
 */
function trailsOf(feature: Feature, input: Stream): readonly number[] {
  if (!input.keyOrder || feature.form === "tumbling") return [];
  const keys = feature.keys.map(({ name }) => placeOf(input, name));
  return String(keys) === String(input.keyOrder) ? [] : input.keyOrder;
}

/** Keys and time as columns of a feature's value: those of its last row. */
function passed(feature: Feature): readonly OutputColumn[] {
  const { window } = feature;
  const time: Column = { name: feature.time, type: { kind: "timestamp" } };
  return [...feature.keys, time].map(({ name, type }) => {
    const read: Expression = { kind: "column", type, from: -1, name };
    const keyed = window && name !== feature.time;
    return {
      name,
      type,
      expression: keyed ? { kind: "aggregate", type, name: "last", operand: read, window } : read,
    };
  });
}

function answersOf(stream: Stream): Answers {
  return { stream, at: (name) => columnAt(stream, name, true) };
}

export function placeOf(stream: Stream, name: string): number {
  const place = stream.columns.findIndex((column) => column.name === name);
  if (place < 0) {
    throw new RangeError(`Cannot plan a read of "${name}": the stream has no such column`);
  }
  return place;
}

function columnAt(stream: Stream, name: string, isAnswer = false): ColumnAt {
  const isTime = !isAnswer && name === stream.time;
  return { stream: stream.id, column: isTime ? -1 : placeOf(stream, name) };
}

function label(feature: Feature): string {
  return `${feature.plugin}.${feature.name}`;
}
