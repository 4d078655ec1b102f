/** Rows as a reader delivers them, for a source of one symbol key; and what admission hands out of them. */
import type { Source } from "../../../dsl/mod.ts";
import { Admission, ROWS_PER_ENTRY, type StreamData } from "../../../runtime/engine/mod.ts";

/** A row: time, key code (-1 is null), value. */
export type Row = readonly [time: number, key: number, value: number];

export const SOURCE: Source = {
  plugin: "p",
  name: "events",
  columns: [
    { name: "key", type: { kind: "string" } },
    { name: "ts", type: { kind: "timestamp" } },
    { name: "value", type: { kind: "f64" } },
  ],
  time: "ts",
  keys: ["key"],
  latenessUs: 0,
  idleUs: 1_000_000,
  selection: "",
};

const OUT = [SOURCE.columns[0]!, SOURCE.columns[2]!];

export function createAdmission(source: Partial<Source> = {}, entries = 1): Admission {
  return new Admission({ ...SOURCE, ...source }, OUT, entries);
}

export interface Delivery {
  readonly entry?: number;
  /** Number in the file of the first row. */
  readonly firstRow?: number;
  readonly rejected?: readonly { readonly row: number; readonly reason: string }[];
}

export function deliver(admission: Admission, rows: readonly Row[], delivery: Delivery = {}): void {
  const { entry = 0, firstRow = 1, rejected = [] } = delivery;
  admission.deliver(entry, {
    length: rows.length,
    columns: new Map<string, Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>([
      ["ts", Float64Array.from(rows, ([time]) => time)],
      ["key", Int32Array.from(rows, ([_, key]) => key)],
      ["value", Float64Array.from(rows, ([_time, _key, value]) => value)],
    ]),
    file: `events${entry}.csv`,
    firstRow,
    rejected,
  });
}

/** `time/value` of each row; a row of entry 1 is marked `+`. */
export function released(rows: StreamData): string {
  return Array.from({ length: rows.length }, (_, i) => {
    const mark = "+".repeat(Math.floor((rows.sequence[i] ?? 0) / ROWS_PER_ENTRY));
    return `${mark}${rows.time[i]}/${(rows.columns[1] as Float64Array)[i]}`;
  }).join(" ");
}
