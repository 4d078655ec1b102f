/** Rows as they lie in the log: what was delivered, and what was decided about each. */
import type { Column } from "../../dsl/mod.ts";
import {
  asFlat,
  type Batch,
  concatColumns,
  decodeBlock,
  encodeBlock,
  type SymbolTable,
} from "../arrow/mod.ts";

/** No column of a source may be called so. */
const DECISION: Column = { name: "$decision", type: { kind: "i32" } };

export interface LoggedRows {
  readonly batch: Batch;
  readonly codes: Float64Array<ArrayBuffer>;
}

export function encodeRows(
  { batch, codes }: LoggedRows,
  columns: readonly Column[],
  symbols: SymbolTable,
): Uint8Array<ArrayBuffer> {
  const whole = { length: batch.length, columns: [...batch.columns, codes] };
  return encodeBlock(whole, [...columns, DECISION], symbols);
}

export function decodeRows(
  block: Uint8Array,
  columns: readonly Column[],
  symbols: SymbolTable,
): LoggedRows {
  const parts = decodeBlock(block, [...columns, DECISION], symbols);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = [...columns, DECISION].map((_, place) =>
    parts.length === 1
      ? parts[0]!.columns[place]!
      : concatColumns(parts.map(({ columns }) => columns[place]!), length)
  );
  const codes = asFlat(joined.pop()!) as Float64Array<ArrayBuffer>;
  return { batch: { length, columns: joined }, codes };
}
