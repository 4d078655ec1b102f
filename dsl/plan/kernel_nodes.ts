/**
 * Kernels in the plan: one node takes a stream's rows and all queries for its values. A second one for the same
 * stream is made only where a query needs the rows of the first.
 */
import {
  type KernelText,
  writeBarKernel,
  writeFoldKernel,
  writeRowKernel,
  writeSessionKernel,
  writeTumblingKernel,
} from "../codegen/mod.ts";
import type { FoldRequest, KernelRequest } from "../codegen/mod.ts";
import {
  type Column,
  columnsOf,
  type Expression,
  type Feature,
  keysOf,
  type OutputColumn,
  type Upstream,
} from "../typed_ast.ts";
import { aggregatesOf } from "../visit.ts";
import { isTicked, keepsWindows } from "./derived_feature.ts";
import { exchange, sendAndAlign } from "./exchange.ts";
import type { FeatureStreams } from "./feature_streams.ts";
import { HOST, type Node, type Stream } from "./graph.ts";
import { identityOf } from "./identity.ts";
import type { Query } from "./physical.ts";
import { sightOf } from "./sight.ts";
import {
  type Answers,
  answersOf,
  columnAt,
  label,
  type Lookup,
  outputsOf,
  placeOf,
  rowShape,
  type RowUpstream,
  trailsOf,
  valueColumns,
  valueOutputs,
  withRows,
} from "./stream_shape.ts";
import { everyTicks, TICK } from "./tick_rows.ts";

interface KernelNode {
  readonly node: Node;
  readonly input: Stream;
  readonly keys: readonly number[];
  readonly excludesCurrent: boolean;
  readonly queries: Query[];
  rows: Stream | undefined;
}

/** What a kernel is made of. */
interface KernelParts {
  readonly site: number;
  readonly input: Stream;
  readonly keys: readonly number[];
  readonly joins: readonly Answers[];
  readonly name: string;
  readonly feature?: Feature;
  write(wantsRows: boolean, wantsAnswers: boolean): KernelText;
}

export class KernelNodes {
  readonly #streams: FeatureStreams;
  readonly #kernels = new Map<string, KernelNode[]>();

  constructor(streams: FeatureStreams) {
    this.#streams = streams;
  }

  rows(feature: Feature): Stream {
    const { graph, demand } = this.#streams;
    const upstream: Upstream = { kind: "feature", feature };
    const entry = this.#entriesOf(upstream)[0] ?? this.#make(upstream, undefined);
    entry.rows = graph.stream(
      rowShape(feature, entry.input, outputsOf(feature, demand), entry.node),
    );
    return entry.rows;
  }

  answers(right: Upstream, lookup: Lookup, withinUs: number | undefined): Answers {
    const { graph, demand } = this.#streams;
    const entry =
      this.#entriesOf(right, withinUs).find(({ node }) => !graph.dependsOn(lookup.stream, node)) ??
        this.#make(right, withinUs);
    const { site } = entry.node;
    const isLocal = lookup.stream.site === site && this.#streams.isSplitBy(lookup);
    const queries = isLocal
      ? lookup.stream
      : exchange(this.#streams, lookup.stream, site, lookup.keys, true);
    const columns = valueColumns(right, demand);
    const stream = graph.stream({ ...queries, columns, producer: entry.node });
    entry.queries.push({
      stream: queries.id,
      keys: isLocal ? lookup.keys : lookup.keys.map((_, index) => index),
      sight: sightOf(queries, { ...entry, rows: entry.input }),
      answers: stream.id,
    });
    entry.node.inputs.push(queries);
    return answersOf(
      isLocal ? stream : sendAndAlign(this.#streams, stream, queries, lookup.stream),
    );
  }

  #entriesOf(upstream: Upstream, withinUs?: number): KernelNode[] {
    const key = `${identityOf(upstream)}|${withinUs ?? ""}`;
    const known = this.#kernels.get(key);
    if (known) return known;
    const made: KernelNode[] = [];
    this.#kernels.set(key, made);
    return made;
  }

  #make(upstream: Upstream, withinUs: number | undefined): KernelNode {
    const computes = upstream.kind === "feature" && withinUs === undefined &&
      hasKernel(upstream.feature);
    const entry = this.#addNode(
      computes
        ? this.#computing(upstream.feature)
        : this.#remembering(withRows(upstream), withinUs),
    );
    this.#entriesOf(upstream, withinUs).push(entry);
    return entry;
  }

  /** A kernel that computes a feature from its input's rows. */
  #computing(feature: Feature): KernelParts {
    const { demand, tiledFromUs } = this.#streams;
    const site = this.#streams.siteOf(feature);
    const input = this.#streams.inputAt(feature, site);
    const joins = feature.joins.map(({ right, on, withinUs }) =>
      this.#streams.answers(
        right,
        { stream: input, keys: on.map(({ left }) => placeOf(input, left)) },
        withinUs,
      )
    );
    return {
      site,
      input,
      keys: feature.keys.map(({ name }) => placeOf(input, name)),
      joins,
      name: label(feature),
      feature,
      write: (wantsRows, wantsAnswers) =>
        writeFeature(feature, {
          plugin: feature.plugin,
          time: feature.time,
          where: feature.where,
          outputs: wantsAnswers ? valueOutputs(feature, demand) : outputsOf(feature, demand),
          wantsRows,
          wantsAnswers,
          dropsNullKeys: feature.rekeyed,
          ...(feature.ttlUs === undefined ? {} : { ttlUs: feature.ttlUs }),
          keepsWindows: keepsWindows(feature),
          ...(tiledFromUs === undefined ? {} : { tiledFromUs }),
        }, foldOf(feature)),
    };
  }

  /** A kernel that remembers each key's last row. */
  #remembering(upstream: RowUpstream, withinUs: number | undefined): KernelParts {
    const ticked = upstream.kind === "feature" && upstream.feature.everyUs !== undefined &&
      withinUs === undefined;
    const input = this.#remembers(upstream, ticked);
    const columns = valueColumns(upstream, this.#streams.demand);
    const outputs = columns.map((column) => remembered(column, upstream, ticked));
    return {
      site: input.site,
      input,
      keys: keysOf(upstream).map(({ name }) => placeOf(input, name)),
      joins: [],
      name: upstream.kind === "source"
        ? `${upstream.source.plugin}.${upstream.source.name}`
        : label(upstream.feature),
      write: (wantsRows, wantsAnswers) =>
        writeRowKernel({
          plugin: upstream.kind === "feature" ? upstream.feature.plugin : upstream.source.plugin,
          time: input.time,
          where: undefined,
          outputs,
          wantsRows,
          wantsAnswers,
          dropsNullKeys: false,
          ...(withinUs === undefined ? {} : { withinUs }),
        }),
    };
  }

  /** The rows a stream's value is remembered from. */
  #remembers(upstream: RowUpstream, ticked: boolean): Stream {
    const streams = this.#streams;
    if (upstream.kind === "source") {
      return streams.sourceRows(upstream.source, streams.sharedSite(), upstream.source.keys);
    }
    if (!ticked) return streams.rows(upstream);
    // The value of a key without ticks is computed, which may call the plugin's functions.
    const ticks = everyTicks(streams, upstream.feature);
    const site = streams.siteOf(upstream.feature);
    return ticks.site === site ? ticks : exchange(streams, ticks, site, ticks.partition);
  }

  #addNode({ site, input, keys, joins, name, feature, write }: KernelParts): KernelNode {
    const { graph, demand } = this.#streams;
    const inputs = [input, ...joins.map(({ stream }) => stream)];
    const queries: Query[] = [];
    const node: Node = graph.node(site, inputs, () => {
      const text = write(entry.rows !== undefined, queries.length > 0);
      const operation = {
        kernel: graph.kernel(site, { feature: name, text }),
        input: input.id,
        keys,
        reads: text.inputs.map(({ from, name }) =>
          from === -1 ? columnAt(input, name) : joins[from]!.at(name)
        ),
        output: entry.rows?.id,
        outputs: feature ? outputsOf(feature, demand).length : 0,
        queries,
      };
      if (text.emits) return { kind: "tumbling", ...operation };
      const trails = feature ? trailsOf(feature, input) : [];
      const spill = text.tiled && { out: graph.edge(site, HOST), back: graph.edge(HOST, site) };
      return { kind: "kernel", ...operation, carries: keys, trails, spill };
    });
    const excludesCurrent = feature !== undefined && excludes(feature);
    const entry: KernelNode = { node, input, keys, excludesCurrent, queries, rows: undefined };
    return entry;
  }
}

/** Forms that are computed by a kernel of their own; all others remember rows made elsewhere. */
function hasKernel(feature: Feature): boolean {
  const { form } = feature;
  return form !== "map" && form !== "union" && form !== "pairs" && !isTicked(feature);
}

function writeFeature(
  { window }: Feature,
  request: KernelRequest,
  fold: FoldRequest | undefined,
): KernelText {
  if (fold) return writeFoldKernel(request, fold);
  switch (window?.kind) {
    case undefined:
      return writeRowKernel(request);
    case "tumbling":
      return writeTumblingKernel(request, window);
    case "session":
      return writeSessionKernel(request, window);
    case "bar":
    case "sum_bar":
      return writeBarKernel(request, window);
    case "hopping":
      throw new RangeError("Cannot write a kernel for hopping windows: they are asked at ticks");
  }
}

function excludes({ outputs }: Feature): boolean {
  return aggregatesOf(outputs.map(({ expression }) => expression))
    .some(({ excludesCurrent }) => excludesCurrent === true);
}

/** A reducer is handed its whole row: the input's columns by name, those of joins below their alias. */
function foldOf({ fold, input, joins }: Feature): FoldRequest | undefined {
  if (!fold) return undefined;
  const columnsFrom = (upstream: Upstream, from: number, alias: readonly string[]) =>
    columnsOf(upstream).map(({ name, type }) => ({
      path: [...alias, name],
      column: { kind: "column", type, from, name } as const,
    }));
  const row = [
    ...columnsFrom(input, -1, []),
    ...joins.flatMap(({ right, alias }, from) => columnsFrom(right, from, [alias])),
  ];
  return { ...fold, row };
}

function remembered(column: Column, upstream: RowUpstream, ticked: boolean): OutputColumn {
  const { name, type } = column;
  const read: Expression = { kind: "column", type, from: -1, name };
  const absent: Expression = { kind: "literal", type, value: null };
  if (upstream.kind === "source") {
    const deleted = upstream.source.table?.deleted;
    if (deleted === undefined) return { ...column, expression: read };
    const condition: Expression = {
      kind: "column",
      type: { kind: "bool" },
      from: -1,
      name: deleted,
    };
    return {
      ...column,
      expression: { kind: "if", type, condition, then: absent, otherwise: read },
    };
  }
  const { outputs, keys, time } = upstream.feature;
  if (!ticked) return { ...column, expression: read };
  if (name === time) return { ...column, expression: TICK.ifLive(read) };
  const output = outputs.find((output) => output.name === name);
  if (!output) {
    const isKey = keys.some((key) => key.name === name);
    return { ...column, expression: isKey ? { ...read, name: TICK.keyOfValue(name) } : read };
  }
  return { ...column, expression: TICK.orEmpty(read, output.expression) };
}
