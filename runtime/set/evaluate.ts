/** A set from rows in memory: the same road as files take, with the sites in this thread. */
import {
  type Column,
  columnsOf,
  type Constant,
  type Feature,
  keysOf,
  lowerSet,
  type SetFeature,
  type Source,
  sourceIdentity,
  type SourcePlan,
  type Spine,
  type Upstream,
} from "../../dsl/mod.ts";
import type { Batch, SymbolTable } from "../arrow/mod.ts";
import { type AdmissionCounts, createSite, type StreamData } from "../engine/mod.ts";
import type { RowBlock } from "../source/mod.ts";
import { openSitesInline } from "../worker/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { pump, type PumpOptions } from "./pump.ts";
import { findMissing, requestColumnsOf } from "./request_columns.ts";
import { type EntryReader, type PrepareColumns, SourceFeed } from "./source_feed.ts";
import type { Shelf } from "./spills.ts";

export interface EvaluateFeature {
  readonly name: string;
  readonly feature: Feature;
  /** Key columns fixed to one value. */
  readonly pins?: Readonly<Record<string, string | number>>;
  /** Key column, or column of a request, to the spine column that fills it; by default the one of its own name. */
  readonly keys?: Readonly<Record<string, string>>;
}

export type EvaluateSpine =
  | { readonly kind: "grid"; readonly everyUs: number; readonly keysOf: number | Source }
  | { readonly kind: "rows"; readonly of: number | Source }
  | {
    readonly kind: "table";
    readonly columns: readonly Column[];
    /** Times in microseconds, ascending. */
    readonly time: Float64Array<ArrayBuffer>;
    readonly rows: Batch;
  };

export interface EvaluateSource {
  readonly source: Source;
  /** Columns of each block: those of `columnsRead`, in order. */
  readonly entries: readonly (AsyncIterable<RowBlock> | Iterable<RowBlock>)[];
}

export interface EvaluateRequest {
  readonly features: readonly EvaluateFeature[];
  readonly label?: {
    readonly feature: number;
    readonly lookaheadUs: number;
    readonly only: boolean;
  };
  readonly spine?: EvaluateSpine;
  readonly startUs: number;
  readonly endUs: number;
  readonly sources: readonly EvaluateSource[];
  readonly symbols: SymbolTable;
  readonly partitions: number;
  holesOf?(plugin: string): readonly unknown[];
  /** Where the sites are; this thread by default. */
  readonly openSites?: PumpOptions["openSites"];
  /** After so many slices every site starts again from its snapshot; the result must not change. */
  readonly restartEvery?: number;
  /** Sliding windows at least this long keep tiles instead of rows; a day by default. */
  readonly tiledFromUs?: number;
  /** Where rows are kept that no site needs for long; memory by default. */
  readonly shelf?: Shelf;
  /** Features whose own rows are wanted. */
  readonly rowsOf?: readonly number[];
}

export interface EvaluatedRows {
  /** Columns after time and sequence. */
  readonly columns: readonly Column[];
  readonly batches: readonly StreamData[];
}

export interface EvaluateResult extends EvaluatedRows {
  readonly rows: ReadonlyMap<number, EvaluatedRows>;
  readonly counts: ReadonlyMap<string, AdmissionCounts>;
  readonly droppedPastLabels: number;
}

/** The non-computed columns of a source: what its blocks hold. */
export function columnsRead(source: Source): readonly Column[] {
  return source.columns.filter(({ computed }) => !computed);
}

/** Runs a set over rows in memory. */
export async function evaluateSet(request: EvaluateRequest): Promise<EvaluateResult> {
  const { features, label, symbols, partitions } = request;
  const all = setFeaturesOf(request);
  const labelled = label && { ...all[label.feature]!, lookaheadUs: label.lookaheadUs };
  const plan = lowerSet({
    features: label?.only ? all.filter((_, index) => index !== label.feature) : all,
    ...(labelled ? { label: labelled } : {}),
    spine: request.spine && toSpine(request.spine, features),
    startUs: request.startUs,
    endUs: request.endUs,
    rowsOf: (request.rowsOf ?? []).map((index) => features[index]!.feature),
    partitions,
    ...(request.tiledFromUs === undefined ? {} : { tiledFromUs: request.tiledFromUs }),
  });
  const batches: StreamData[] = [];
  const rows = new Map<number, StreamData[]>();
  const counts = new Map<string, AdmissionCounts>();
  let droppedPastLabels = 0;
  await pump({
    plan,
    partitions,
    symbols,
    ...choicesOf(request),
    endUs: request.spine ? request.endUs + (label?.lookaheadUs ?? 0) : Infinity,
    ...(request.spine?.kind === "table" ? { table: tableRows(request.spine) } : {}),
    openSites: request.openSites ?? ((sites, listener) =>
      openSitesInline(sites, {
        ...listener,
        partitions,
        createSite,
        ...(request.holesOf ? { holesOf: request.holesOf } : {}),
      })),
    createFeeds: (prepareOf) =>
      Promise.resolve(plan.sources.map((source, index) => {
        const feed = memoryFeed(request, source, prepareOf(index));
        counts.set(sourceIdentity(source.source), feed.admission.counts);
        return feed;
      })),
    onResult: (data) => void batches.push(named(data, plan.result?.columns ?? [])),
    onRows: (feature, data) => {
      const index = request.rowsOf![feature]!;
      const shown = named(data, plan.rows[feature]!.columns);
      rows.set(index, [...(rows.get(index) ?? []), shown]);
    },
    onDropped: (count) => {
      droppedPastLabels += count;
    },
  });
  const rowColumns = plan.rows.map(({ columns, feature }): [number, EvaluatedRows] => {
    const index = request.rowsOf![feature]!;
    return [index, { columns: columns.filter(hasName), batches: rows.get(index) ?? [] }];
  });
  return {
    columns: (plan.result?.columns ?? []).filter(hasName),
    batches,
    rows: new Map(rowColumns),
    counts,
    droppedPastLabels,
  };
}

function choicesOf({ restartEvery, shelf }: EvaluateRequest) {
  return {
    ...(restartEvery === undefined ? {} : { restartEvery }),
    ...(shelf ? { shelf } : {}),
  };
}

function hasName({ name }: Column): boolean {
  return name !== "";
}

/** The rows without the columns that only order them. */
function named(rows: StreamData, columns: readonly Column[]): StreamData {
  return { ...rows, columns: rows.columns.filter((_, place) => hasName(columns[place]!)) };
}

function memoryFeed(
  { sources, symbols }: EvaluateRequest,
  plan: SourcePlan,
  prepare: PrepareColumns | undefined,
): SourceFeed {
  const identity = sourceIdentity(plan.source);
  const given = sources.find(({ source }) => sourceIdentity(source) === identity);
  const names = columnsRead(plan.source).map(({ name }) => name);
  const places = plan.reads.map(({ name }) => names.indexOf(name));
  const entries = (given?.entries ?? []).map((blocks) => memoryReader(blocks, places));
  return new SourceFeed({ plan, symbols, entries, ...(prepare ? { prepare } : {}) });
}

function toSetFeature({ name, feature, pins = {}, keys = {} }: EvaluateFeature): SetFeature {
  const places = feature.keys.map(({ name: key }) => {
    const pin = pins[key];
    if (pin === undefined) return [key, { column: keys[key] ?? key }] as const;
    return [key, { pin: toConstant(pin) }] as const;
  });
  const request = requestColumnsOf(feature, (column) => keys[column] ?? column);
  return { name, feature, keys: Object.fromEntries(places), ...request };
}

function setFeaturesOf({ features, spine }: EvaluateRequest): readonly SetFeature[] {
  const sets = features.map(toSetFeature);
  sets.forEach((set) => requireColumns(set, spine, features));
  return sets;
}

function requireColumns(
  set: SetFeature,
  spine: EvaluateSpine | undefined,
  features: readonly EvaluateFeature[],
): void {
  if (set.request === undefined || spine === undefined) return;
  const missing = findMissing(set, availableIn(spine, features));
  if (missing === undefined) return;
  const { column: { name }, state } = missing;
  throw new FeaturizerError(
    `Cannot read "${set.name}": its request has "${name}", which the spine has ${state}`,
    { code: "REQUEST_COLUMN_MISSING", hint: "Give it in the spine, or rename a column with keys." },
  );
}

function availableIn(
  spine: EvaluateSpine,
  features: readonly EvaluateFeature[],
): readonly Column[] {
  if (spine.kind === "table") return spine.columns;
  const choice = spine.kind === "rows" ? spine.of : spine.keysOf;
  const upstream: Upstream = typeof choice === "number"
    ? { kind: "feature", feature: features[choice]!.feature }
    : { kind: "source", source: choice };
  return spine.kind === "rows" ? columnsOf(upstream) : keysOf(upstream);
}

function toConstant(pin: string | number): Constant {
  return typeof pin === "string" ? { symbol: pin } : pin;
}

function toSpine(spine: EvaluateSpine, features: readonly EvaluateFeature[]): Spine {
  const upstreamOf = (of: number | Source): Upstream =>
    typeof of === "number"
      ? { kind: "feature", feature: features[of]!.feature }
      : { kind: "source", source: of };
  const pinsOf = (of: number | Source) => {
    const pins = typeof of === "number" ? features[of]!.pins ?? {} : {};
    return Object.fromEntries(
      Object.entries(pins).map(([key, pin]) => [key, toConstant(pin)] as const),
    );
  };
  switch (spine.kind) {
    case "grid":
      return {
        kind: "grid",
        everyUs: spine.everyUs,
        of: upstreamOf(spine.keysOf),
        pins: pinsOf(spine.keysOf),
      };
    case "rows":
      return { kind: "rows", of: upstreamOf(spine.of), pins: pinsOf(spine.of) };
    case "table":
      return { kind: "table", columns: spine.columns };
  }
}

function tableRows({ time, rows }: Extract<EvaluateSpine, { kind: "table" }>): StreamData {
  const sequence = new Float64Array(time.length);
  for (let i = 0; i < sequence.length; i++) sequence[i] = i;
  return { length: time.length, time, sequence, columns: rows.columns };
}

function memoryReader(
  blocks: AsyncIterable<RowBlock> | Iterable<RowBlock>,
  places: readonly number[],
): EntryReader {
  const iterator = Symbol.asyncIterator in blocks
    ? blocks[Symbol.asyncIterator]()
    : blocks[Symbol.iterator]();
  return {
    bytesRead: 0,
    bytesTotal: 0,
    async read() {
      const { value, done } = await iterator.next();
      if (done) return undefined;
      const block: RowBlock = value;
      const columns = places.map((place) => block.batch.columns[place]!);
      return { ...block, batch: { length: block.batch.length, columns } };
    },
    close: () => Promise.resolve(),
  };
}
