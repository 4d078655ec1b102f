/** Short roads for reader tests: what a file holds, as plain values. */
import type { ValueType } from "../../../dsl/types.ts";
import type { FileRows, ReadColumn } from "../../../runtime/arrow/mod.ts";
import { SymbolTable } from "../../../runtime/arrow/mod.ts";
import { openReader, type ReaderSpec } from "../../../runtime/source/mod.ts";
import type { ByteSource } from "../../../runtime/source/byte_source.ts";
import { type SampleValue, toValues } from "../arrow/sample_rows.ts";

export interface Read {
  readonly rows: SampleValue[][];
  /** Row number, counted from 1, and reason. */
  readonly rejected: [number, string][];
}

/** `wants("a", "f64", "t", "timestamp")`: columns of the file and what to read them as. */
export function wants(...namesAndKinds: readonly string[]): ReadColumn[] {
  const columns: ReadColumn[] = [];
  for (let i = 0; i < namesAndKinds.length; i += 2) {
    const [from, kind] = [namesAndKinds[i]!, namesAndKinds[i + 1]!];
    const type = kind.includes("|")
      ? { kind: "enum" as const, values: kind.split("|") }
      : { kind } as ValueType;
    columns.push({ name: from, from, type });
  }
  return columns;
}

export async function readFiles(spec: Omit<ReaderSpec, "symbols">): Promise<Read> {
  const symbols = new SymbolTable();
  const reader = await openReader({ ...spec, symbols });
  const read: Read = { rows: [], rejected: [] };
  try {
    for (let block = await reader.read(); block; block = await reader.read()) {
      const { firstRow } = block;
      read.rejected.push(
        ...block.rejected.map(({ row, reason }): [number, string] => [firstRow + row, reason]),
      );
      read.rows.push(...toValues(block.batch, symbols));
    }
  } finally {
    await reader.close();
  }
  return read;
}

export async function readRows(rows: FileRows, symbols: SymbolTable): Promise<Read> {
  const read: Read = { rows: [], rejected: [] };
  for (let block = await rows.next(); block; block = await rows.next()) {
    const before = read.rows.length + 1;
    read.rejected.push(
      ...block.rejected.map(({ row, reason }): [number, string] => [before + row, reason]),
    );
    read.rows.push(...toValues(block.batch, symbols));
  }
  await rows.close();
  return read;
}

/** Bytes in memory that come in pieces of at most `piece`. */
export function bytesSource(text: string | Uint8Array, piece: number = 1 << 20): ByteSource {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  let at = 0;
  return {
    path: "memory.csv",
    bytesTotal: bytes.length,
    get bytesRead() {
      return at;
    },
    fill: (target) => {
      const part = bytes.subarray(at, at + Math.min(piece, target.length));
      target.set(part);
      at += part.length;
      return Promise.resolve(part.length);
    },
    close: () => Promise.resolve(),
  };
}

export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
