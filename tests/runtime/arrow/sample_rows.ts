/** Seeded rows of every type, as batches and as plain values. */
import type { Column } from "../../../dsl/typed_ast.ts";
import { asFlat, type Batch, NULL_SYMBOL, type SymbolTable } from "../../../runtime/arrow/mod.ts";

export const SAMPLE_COLUMNS: readonly Column[] = [
  { name: "k", type: { kind: "string" } },
  { name: "ts", type: { kind: "timestamp" } },
  { name: "x", type: { kind: "f64" } },
  { name: "f", type: { kind: "f32" } },
  { name: "i", type: { kind: "i32" } },
  { name: "l", type: { kind: "i64" } },
  { name: "b", type: { kind: "bool" } },
  { name: "d", type: { kind: "duration" } },
  { name: "e", type: { kind: "enum", values: ["buy", "sell"] } },
];

const TEXTS = ["a", "", 'é,"x"', "two\nlines", "日本", " space "];

/** A value is null, a number as the engine holds it, or the text of a symbol. */
export type SampleValue = number | string | null;

/** Random numbers of [0, 1), the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function sampleRows(count: number, seed: number): SampleValue[][] {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const whole = (size: number): number => Math.floor((random() * 2 - 1) * size) + 0;
  return Array.from({ length: count }, () =>
    [
      pick(TEXTS),
      978307200000000 + whole(1e15),
      pick([0, whole(1e6) / 1000, random() * 10 ** whole(300), 1 / 3]),
      Math.fround(pick([0.1, random(), 1e30])),
      pick([2147483647, -2147483648, whole(1e6)]),
      pick([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, whole(1e12)]),
      pick([0, 1]),
      whole(1e15),
      pick(["buy", "sell"]),
    ].map((value, column) => (column !== 1 && random() < 0.2 ? null : value)));
}

export function toBatch(rows: readonly SampleValue[][], symbols: SymbolTable): Batch {
  const columns = SAMPLE_COLUMNS.map(({ type }, column) => {
    const values = rows.map((row) => row[column]!);
    return type.kind === "string" || type.kind === "enum"
      ? Int32Array.from(
        values,
        (value) => typeof value === "string" ? symbols.intern(value) : NULL_SYMBOL,
      )
      : Float64Array.from(values, (value) => (typeof value === "number" ? value : NaN));
  });
  return { length: rows.length, columns };
}

/** Plain values of a batch: text for symbols, null for null. */
export function toValues(batch: Batch, symbols: SymbolTable): SampleValue[][] {
  return Array.from({ length: batch.length }, (_, row) =>
    batch.columns.map((column) => {
      const value = asFlat(column)[row]!;
      if (column instanceof Int32Array) return value < 0 ? null : symbols.text(value);
      return Number.isNaN(value) ? null : value;
    }));
}
