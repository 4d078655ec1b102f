/** Bodies of pushes to batches of a source's columns. */
import { type Column } from "../../../dsl/mod.ts";
import {
  type FileBlock,
  type ImportOptions,
  readArrowStream,
  type ReadColumn,
  type SymbolTable,
} from "../../arrow/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import { type ByteSource, ObjectRows, parseJson, readNdjson } from "../../source/mod.ts";
import { bodySource } from "./body_source.ts";

export type BodyFormat = "json" | "ndjson" | "arrow";

export interface DecodeOptions {
  /** What errors call the body. */
  readonly name: string;
  readonly format: BodyFormat;
  /** Batches are cut by their rows alone; else also where no more bytes have come yet. */
  readonly isSteady: boolean;
  readonly columns: readonly Column[];
  readonly symbols: SymbolTable;
  /** Of what has to be in memory as a whole: a JSON body, an Arrow file, a message of an Arrow stream. */
  readonly mostBytes: number;
}

/** Most rows of a batch: large enough to be cheap, small enough to be on disk soon. */
const BATCH_ROWS = 16_384;
const TEXT_BYTES = 256 * 1024;

/**
 * Rows of a body as they arrive. Fields that the source does not have are left out; columns that the body does
 * not have are null.
 *
 * @throws FeaturizerError if the body as a whole cannot be read; batches before that stand.
 */
export async function* decodeBody(
  body: ReadableStream<Uint8Array> | Uint8Array,
  options: DecodeOptions,
): AsyncGenerator<FileBlock, undefined> {
  const source = bodySource(options.name, body, options);
  const { symbols, mostBytes } = options;
  const columns = options.columns.map((column) => ({ ...column, from: column.name }));
  const imports = { columns, symbols, batchRows: BATCH_ROWS, missing: "null" } as const;
  try {
    switch (options.format) {
      case "json":
        yield* jsonRows(await readWhole(source, mostBytes), options.name, { columns, symbols });
        break;
      case "ndjson":
        yield* ndjsonRows(source, imports);
        break;
      case "arrow":
        yield* readArrowStream(source, { ...imports, batchRows: 4 * BATCH_ROWS, mostBytes });
        break;
    }
  } finally {
    await source.close();
  }
  return undefined;
}

async function* ndjsonRows(
  source: ByteSource,
  options: ImportOptions,
): AsyncGenerator<FileBlock, undefined> {
  const rows = await readNdjson(source, options, TEXT_BYTES);
  for (let block = await rows.next(); block; block = await rows.next()) yield block;
  return undefined;
}

function* jsonRows(
  bytes: Uint8Array,
  name: string,
  { columns, symbols }: { columns: readonly ReadColumn[]; symbols: SymbolTable },
): Generator<FileBlock, undefined> {
  let value: unknown;
  try {
    value = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw notJson(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (typeof value !== "object" || value === null) {
    throw notJson(name, "it is neither an object nor a list of objects");
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const objects = items.map((item) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? item
      : "Cannot read the row: it is no JSON object"
  );
  const rows = new ObjectRows(columns, symbols);
  for (let from = 0; from < objects.length; from += BATCH_ROWS) {
    yield rows.read(objects.slice(from, from + BATCH_ROWS));
  }
  return undefined;
}

async function readWhole(source: ByteSource, mostBytes: number): Promise<Uint8Array> {
  let bytes = new Uint8Array(64 * 1024);
  let filled = 0;
  for (;;) {
    const count = await source.fill(bytes.subarray(filled));
    if (count === 0) return bytes.subarray(0, filled);
    filled += count;
    if (filled > mostBytes) throw tooLarge(source.path, mostBytes);
    if (filled < bytes.length) continue;
    const grown = new Uint8Array(bytes.length * 2);
    grown.set(bytes);
    bytes = grown;
  }
}

function notJson(name: string, state: string, cause?: unknown): FeaturizerError {
  return new FeaturizerError(`Cannot read "${name}" as JSON: ${state}`, {
    code: "BAD_JSON_BODY",
    cause,
    hint: "Send an object or a list of objects; rows line by line are NDJSON.",
  });
}

function tooLarge(name: string, mostBytes: number): FeaturizerError {
  return new FeaturizerError(`Cannot read "${name}": it is longer than ${mostBytes} bytes`, {
    code: "BODY_TOO_LARGE",
    hint: "Send NDJSON or an Arrow stream, which are taken as they come, or several bodies.",
  });
}
