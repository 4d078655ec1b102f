/**
 * Which rows count, decided row by row in the order of arrival.
 *
 * D1 A row is malformed if it could not be read, or lacks its time or a key, or its sequence is beyond 2^53 - 1.
 * D2 Else it is in the future if its time is more than the skew ahead of the clock; the watermark does not follow it.
 * D3 Else it is late if its time is below the watermark, which rows before it have moved on; a row of history also
 *    if its time is below what its own entry has reached, whatever other entries hold back.
 */
import { printDuration, type Source } from "../../../dsl/mod.ts";
import {
  asFlat,
  type ColumnData,
  type FlatColumn,
  formatTimestamp,
  type RejectedRow,
} from "../../arrow/mod.ts";
import type { LateRow } from "../../store/mod.ts";
import type { DecidedRows } from "../live_intake.ts";

export const ADMITTED = 0;
export const LATE = 1;
export const MALFORMED = 2;
export const FUTURE = 3;
const REASONS = { [LATE]: "late", [MALFORMED]: "malformed", [FUTURE]: "future" } as const;

export interface ArrivedRows {
  readonly length: number;
  /** All columns of the source, in order. */
  readonly columns: readonly ColumnData[];
  readonly rejected: readonly RejectedRow[];
}

export interface ArrivalState {
  readonly nowUs: number;
  readonly maxSkewUs: number;
  readonly watermarkUs: number;
  /** Largest time of the entry so far. */
  readonly entryMaxUs: number;
  /** Least of the largest times of the other entries that are not idle. */
  readonly othersUs: number;
  readonly isHistory: boolean;
}

export interface Decisions {
  readonly codes: Float64Array<ArrayBuffer>;
  /** Rows by decision. */
  readonly counts: readonly [number, number, number, number];
  readonly watermarkUs: number;
  /** Least and largest time of rows that are not in the future; Infinity and -Infinity if there are none. */
  readonly oldestUs: number;
  readonly newestUs: number;
  readonly refused: readonly Refused[];
}

type Refused = Pick<LateRow, "timeUs" | "reason" | "detail"> & { readonly row: number };

export function decideRows(source: Source, rows: ArrivedRows, state: ArrivalState): Decisions {
  const columnOf = (name: string) =>
    asFlat(rows.columns[source.columns.findIndex((column) => column.name === name)]!);
  const time = columnOf(source.time);
  const keys = source.keys.map(columnOf);
  const sequence = source.sequence === undefined ? undefined : columnOf(source.sequence);
  const rejected = new Map(rows.rejected.map(({ row, reason }) => [row, reason]));
  const { nowUs, othersUs, isHistory } = state;
  const { latenessUs } = source;
  const mostUs = nowUs + state.maxSkewUs;
  const codes = new Float64Array(rows.length);
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  const refused: Refused[] = [];
  let { watermarkUs, entryMaxUs } = state;
  let oldestUs = Infinity;
  let newestUs = -Infinity;
  for (let i = 0; i < rows.length; i++) {
    const t = time[i]!;
    let code = ADMITTED;
    if (
      t !== t || (rejected.size > 0 && rejected.has(i)) || isNullKey(keys, i) ||
      (sequence !== undefined && sequence[i]! > Number.MAX_SAFE_INTEGER)
    ) {
      code = MALFORMED;
      const detail = rejected.get(i) ?? whyMalformed(source, keys, i, t);
      refused.push({ row: i, timeUs: t, reason: "malformed", detail });
    } else if (t > mostUs) {
      code = FUTURE;
      refused.push({ row: i, timeUs: t, reason: "future", detail: aheadText(t, state) });
    } else if (t < watermarkUs || (isHistory && t < entryMaxUs - latenessUs)) {
      code = LATE;
      const orderUs = isHistory ? Math.max(watermarkUs, entryMaxUs - latenessUs) : watermarkUs;
      refused.push({ row: i, timeUs: t, reason: "late", detail: behindText(t, orderUs) });
    }
    codes[i] = code;
    counts[code as 0 | 1 | 2 | 3]++;
    if (!(t <= mostUs)) continue;
    if (t < oldestUs) oldestUs = t;
    if (t > newestUs) newestUs = t;
    if (t > entryMaxUs) entryMaxUs = t;
    const completeUs = (entryMaxUs < othersUs ? entryMaxUs : othersUs) - latenessUs;
    if (completeUs > watermarkUs) watermarkUs = completeUs;
  }
  return { codes, counts, watermarkUs, oldestUs, newestUs, refused };
}

/** The same of rows that were decided before. */
export function decidedBefore(
  source: Source,
  rows: ArrivedRows,
  { codes, watermarkUs }: DecidedRows,
): Decisions {
  const time = asFlat(rows.columns[source.columns.findIndex(({ name }) => name === source.time)]!);
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  const refused: Refused[] = [];
  let [oldestUs, newestUs] = [Infinity, -Infinity];
  for (let i = 0; i < rows.length; i++) {
    const code = codes[i]! as 0 | 1 | 2 | 3;
    const t = time[i]!;
    counts[code]++;
    if (code !== ADMITTED) {
      refused.push({ row: i, timeUs: t, reason: REASONS[code], detail: "as when it first came" });
    }
    if (code === FUTURE || t !== t) continue;
    if (t < oldestUs) oldestUs = t;
    if (t > newestUs) newestUs = t;
  }
  return { codes, counts, watermarkUs, oldestUs, newestUs, refused };
}

/** Places of the rows that count; undefined if all do. */
export function admittedRows(codes: Float64Array): Int32Array<ArrayBuffer> | undefined {
  let count = 0;
  for (let i = 0; i < codes.length; i++) if (codes[i] === ADMITTED) count++;
  if (count === codes.length) return undefined;
  const admitted = new Int32Array(count);
  for (let i = 0, at = 0; i < codes.length; i++) if (codes[i] === ADMITTED) admitted[at++] = i;
  return admitted;
}

function isNullKey(keys: readonly FlatColumn[], i: number): boolean {
  for (let j = 0; j < keys.length; j++) {
    const column = keys[j]!;
    const value = column[i]!;
    if (column instanceof Int32Array ? value < 0 : value !== value) return true;
  }
  return false;
}

function whyMalformed(
  source: Source,
  keys: readonly FlatColumn[],
  i: number,
  time: number,
): string {
  if (time !== time) return `the time "${source.time}" is missing`;
  const place = keys.findIndex((column) => isNullKey([column], i));
  return place < 0
    ? `the sequence "${source.sequence}" is beyond 2^53 - 1`
    : `the key "${source.keys[place]}" is missing`;
}

function aheadText(us: number, { nowUs, maxSkewUs }: ArrivalState): string {
  const most = printDuration(maxSkewUs);
  return `${formatTimestamp(us)} is more than ${most} ahead of the clock, ${
    formatTimestamp(nowUs)
  }`;
}

function behindText(us: number, watermarkUs: number): string {
  const time = formatTimestamp(us);
  return watermarkUs === Infinity
    ? `${time} comes after the end of the source`
    : `${time} is below the watermark, ${formatTimestamp(watermarkUs)}`;
}
