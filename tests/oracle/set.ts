/** A feature-label set, one spine row after another. */
import {
  type Feature,
  keysOf,
  requestOf,
  type Source,
  type Upstream,
} from "../../dsl/typed_ast.ts";
import { comparePositions, type Stand } from "./position.ts";
import type { Oracle, Row } from "./streams.ts";
import { type Cells, compareKeys, keyText, type Value } from "./value.ts";

export interface SetFeature {
  readonly name: string;
  readonly feature: Feature;
  /** Key columns fixed to one value; the feature then serves every row of the spine. */
  readonly pins?: Readonly<Record<string, string | number>>;
  /** The spine's name of a key column, where it differs. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** A number is an index into the set's features. */
export type StreamChoice = number | Source;

export type Spine =
  | { readonly kind: "grid"; readonly everyUs: number; readonly keysOf: StreamChoice }
  | { readonly kind: "rows"; readonly of: StreamChoice }
  | { readonly kind: "table"; readonly rows: readonly Cells[]; readonly time: string };

export interface SetRequest {
  readonly features: readonly SetFeature[];
  readonly label?: {
    readonly feature: number;
    readonly lookaheadUs: number;
    readonly only: boolean;
  };
  readonly spine: Spine;
  readonly startUs: number;
  readonly endUs: number;
}

export interface SetResult {
  /** Spine columns, `timestamp`, `feature.column`, `label.feature.column`. */
  readonly rows: readonly Cells[];
  readonly droppedPastLabels: number;
  /** Rows with a null in a column of the label. */
  readonly labelNulls: number;
}

interface SpineRow {
  readonly timeUs: number;
  readonly stand: Stand;
  /** Columns by the name features look them up. */
  readonly cells: Cells;
  /** Columns the set shows. */
  readonly shown: Cells;
  /** The stream's own row: its columns in the set are that row's. */
  readonly own?: Row & { readonly upstream: Upstream };
}

export function evaluateSet(oracle: Oracle, request: SetRequest): SetResult {
  const spine = spineOf(oracle, request)
    .filter((row) => row.timeUs >= request.startUs && row.timeUs < request.endUs);
  const dataEndUs = labelEndUs(oracle, request);
  const kept = spine.filter((row) => row.timeUs + (request.label?.lookaheadUs ?? 0) <= dataEndUs);
  const rows = kept.map((row) => setRow(oracle, request, row));
  const nulls = rows.filter((row) =>
    Object.entries(row).some(([name, value]) => name.startsWith("label.") && value === null)
  );
  return { rows, droppedPastLabels: spine.length - kept.length, labelNulls: nulls.length };
}

function setRow(oracle: Oracle, { features, label }: SetRequest, row: SpineRow): Cells {
  const result: Record<string, Value> = { ...row.shown, timestamp: row.timeUs };
  for (const [index, feature] of features.entries()) {
    if (label?.only && label.feature === index) continue;
    Object.assign(result, read(oracle, feature, { row, stand: row.stand, prefix: "" }));
  }
  const labelled = label && features[label.feature];
  if (label && labelled) {
    const stand: Stand = { kind: "query", timeUs: row.timeUs + label.lookaheadUs };
    Object.assign(result, read(oracle, labelled, { row, stand, prefix: "label." }));
  }
  return result;
}

function read(
  oracle: Oracle,
  { name, feature, pins, keys }: SetFeature,
  { row, stand, prefix }: {
    readonly row: SpineRow;
    readonly stand: Stand;
    readonly prefix: string;
  },
): Cells {
  const key = feature.keys.map((column) => {
    const pinned = pins?.[column.name];
    if (pinned !== undefined) return pinned;
    const value = row.cells[keys?.[column.name] ?? column.name];
    if (value === undefined) {
      throw new RangeError(`Cannot read "${name}": no column ${column.name}`);
    }
    return value;
  });
  const isOwnKey = feature.keys.every(({ name }) =>
    pins?.[name] === undefined && (keys?.[name] ?? name) === name
  );
  const value = stand.kind === "row" && isOwnKey && isOwn(row, feature, key)
    ? row.own?.cells ?? {}
    : feature.form === "request"
    ? oracle.askedValueOf(feature, broughtBy(row, { name, feature, keys, key }), stand)
    : oracle.valueOf({ kind: "feature", feature }, key, stand);
  return Object.fromEntries(
    feature.outputs.map((
      column,
    ) => [`${prefix}${name}.${column.name}`, value[column.name] ?? null]),
  );
}

/** The columns of a feature's request, its keys as they are looked up. */
function broughtBy(
  { cells }: SpineRow,
  { name, feature, keys, key }: {
    readonly name: string;
    readonly feature: Feature;
    readonly keys: SetFeature["keys"];
    readonly key: readonly Value[];
  },
): Cells {
  const columns = requestOf({ kind: "feature", feature })?.columns ?? [];
  const asked = Object.fromEntries(feature.keys.map((column, i) => [column.name, key[i] ?? null]));
  return Object.fromEntries(columns.map((column) => {
    const value = asked[column.name] ?? cells[keys?.[column.name] ?? column.name];
    if (value === undefined) throw new RangeError(`Cannot read "${name}": no ${column.name}`);
    return [column.name, value];
  }));
}

/** Whether the spine row is a row of this very feature, read at its own key. */
function isOwn({ own }: SpineRow, feature: Feature, key: readonly Value[]): boolean {
  if (own?.upstream.kind !== "feature" || own.upstream.feature !== feature) return false;
  const ownKey = feature.keys.map(({ name }) => own.cells[name] ?? null);
  return keyText(ownKey) === keyText(key);
}

function spineOf(oracle: Oracle, request: SetRequest): readonly SpineRow[] {
  const { spine } = request;
  switch (spine.kind) {
    case "grid":
      return gridSpine(oracle, request, spine);
    case "rows":
      return rowSpine(oracle, request, spine.of);
    case "table":
      return tableSpine(spine.rows, spine.time);
  }
}

interface KeyedStream {
  readonly upstream: Upstream;
  readonly pins: Readonly<Record<string, string | number>>;
  readonly names: Readonly<Record<string, string>>;
}

function streamOf(request: SetRequest, choice: StreamChoice): KeyedStream {
  if (typeof choice !== "number") {
    return { upstream: { kind: "source", source: choice }, pins: {}, names: {} };
  }
  const chosen = request.features[choice];
  if (chosen === undefined) throw new RangeError(`Cannot use feature ${choice}: no such feature`);
  const upstream: Upstream = { kind: "feature", feature: chosen.feature };
  return { upstream, pins: chosen.pins ?? {}, names: chosen.keys ?? {} };
}

/** The stream's rows that agree with its pins. */
function rowsOf(oracle: Oracle, { upstream, pins }: KeyedStream): readonly Row[] {
  return oracle.rowsOf(upstream).filter(({ cells }) =>
    Object.entries(pins).every(([name, value]) => cells[name] === value)
  );
}

/** The key columns the spine shows, by the spine's names. */
function shownKeys({ upstream, pins, names }: KeyedStream, cells: Cells): Cells {
  return Object.fromEntries(
    keysOf(upstream).filter(({ name }) => pins[name] === undefined)
      .map(({ name }) => [names[name] ?? name, cells[name] ?? null]),
  );
}

function gridSpine(
  oracle: Oracle,
  request: SetRequest,
  spine: Extract<Spine, { kind: "grid" }>,
): readonly SpineRow[] {
  const stream = streamOf(request, spine.keysOf);
  const rows = rowsOf(oracle, stream);
  const result: SpineRow[] = [];
  const firstUs = Math.ceil(request.startUs / spine.everyUs) * spine.everyUs;
  for (let timeUs = firstUs; timeUs < request.endUs; timeUs += spine.everyUs) {
    const seen = rows.filter((row) => row.position.timeUs <= timeUs)
      .map((row) => shownKeys(stream, row.cells));
    const keys = [...new Map(seen.map((cells) => [keyText(Object.values(cells)), cells])).values()];
    keys.sort((a, b) => compareKeys(Object.values(a), Object.values(b)));
    for (const cells of keys) {
      result.push({ timeUs, stand: { kind: "query", timeUs }, cells, shown: cells });
    }
  }
  return result;
}

function rowSpine(oracle: Oracle, request: SetRequest, choice: StreamChoice): readonly SpineRow[] {
  const stream = streamOf(request, choice);
  return rowsOf(oracle, stream)
    .toSorted((a, b) => comparePositions(a.position, b.position))
    .map(({ position, cells }) => {
      const shown = shownKeys(stream, cells);
      return {
        timeUs: position.timeUs,
        stand: { kind: "row", position },
        cells: { ...cells, ...shown },
        shown,
        own: { position, cells, upstream: stream.upstream },
      };
    });
}

function tableSpine(rows: readonly Cells[], time: string): readonly SpineRow[] {
  return rows.map((cells) => {
    const { [time]: at, ...shown } = cells;
    const timeUs = typeof at === "number" ? at : NaN;
    const stand: Stand = { kind: "query", timeUs };
    return { timeUs, stand, cells, shown };
  }).toSorted((a, b) => a.timeUs - b.timeUs);
}

/** The latest time seen in the sources behind the label: what their watermarks follow. */
function labelEndUs(oracle: Oracle, { features, label }: SetRequest): number {
  const labelled = label && features[label.feature];
  if (!labelled) return Infinity;
  const sources = sourcesOf({ kind: "feature", feature: labelled.feature });
  return Math.max(...[...sources].map((source) => oracle.admissionOf(source).lastTimeUs));
}

/** Every source a stream reads from, joins included. */
export function sourcesOf(upstream: Upstream): ReadonlySet<Source> {
  if (upstream.kind === "source") return new Set([upstream.source]);
  if (upstream.kind === "request") return new Set();
  const { input, joins, members = [] } = upstream.feature;
  return new Set(
    [input, ...members, ...joins.map((join) => join.right)].flatMap((u) => [...sourcesOf(u)]),
  );
}
