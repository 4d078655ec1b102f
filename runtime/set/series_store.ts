/** Stored columns of sets and stored rows of features: written as blocks while a run goes, read back by the next. */
import { type Column, printType } from "../../dsl/mod.ts";
import {
  type Batch,
  type ColumnData,
  countNulls,
  decodeBlock,
  encodeBlock,
  FIRST_BIG,
  integerOfNumber,
  isPacked,
  lengthOf,
  type SymbolTable,
} from "../arrow/mod.ts";
import { concatRows, copyRows, sliceRows, type StreamData } from "../engine/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type {
  ColumnStatistics,
  SeriesDraft,
  SeriesRecord,
  SeriesWriter,
  Store,
} from "../store/mod.ts";
import { TIMESTAMP } from "./result_sink.ts";

const BLOCK_ROWS = 32_768;

/** What is stored: keys and time, then the feature's columns. */
export interface SeriesShape {
  readonly reuseKey: string;
  readonly kind: SeriesDraft["kind"];
  readonly name: string;
  readonly plugin: string;
  readonly pluginVersion: string;
  readonly keys: readonly Column[];
  readonly values: readonly Column[];
  readonly doc?: string;
  readonly lineage: SeriesDraft["lineage"];
}

/** Writes a series in blocks; nothing is visible before `commit`. */
export class SeriesSink {
  rows = 0;
  blocks = 0;
  readonly #writer: SeriesWriter;
  readonly #columns: readonly Column[];
  readonly #symbols: SymbolTable;
  #pending: StreamData[] = [];
  #waiting = 0;

  private constructor(writer: SeriesWriter, columns: readonly Column[], symbols: SymbolTable) {
    this.#writer = writer;
    this.#columns = columns;
    this.#symbols = symbols;
  }

  static async open(store: Store, shape: SeriesShape, symbols: SymbolTable): Promise<SeriesSink> {
    const { keys, values, doc, ...rest } = shape;
    const roles = [
      ...keys.map((column) => ({ column, role: "key" as const })),
      { column: TIMESTAMP, role: "time" as const },
      ...values.map((column) => ({ column, role: "value" as const })),
    ];
    const writer = await store.openSeriesWriter({
      ...rest,
      ...(doc === undefined ? {} : { doc }),
      schema: roles.map(({ column, role }) => ({
        name: column.name,
        type: printType(column.type),
        role,
      })),
      attributes: {},
      tags: [],
    });
    return new SeriesSink(writer, roles.map(({ column }) => column), symbols);
  }

  /** `columns` are keys and values; they are copied. */
  async write(rows: StreamData): Promise<void> {
    this.#pending.push(copyRows(rows));
    this.#waiting += rows.length;
    if (this.#waiting >= BLOCK_ROWS) await this.#flush();
  }

  async commit(): Promise<SeriesRecord> {
    await this.#flush();
    return await this.#writer.commit();
  }

  abort(): Promise<void> {
    return this.#writer.abort();
  }

  async #flush(): Promise<void> {
    const all = concatRows(this.#pending);
    this.#pending = [];
    this.#waiting = 0;
    for (let from = 0; from < all.length; from += BLOCK_ROWS) {
      const part = sliceRows(all, from, Math.min(all.length, from + BLOCK_ROWS));
      const keys = this.#columns.findIndex((column) => column === TIMESTAMP);
      const columns = [...part.columns.slice(0, keys), part.time, ...part.columns.slice(keys)];
      await this.#writer.write({
        startUs: part.time[0]!,
        endUs: part.time[part.length - 1]!,
        rows: part.length,
        statistics: statisticsOf(this.#columns, columns, this.#symbols),
        data: encodeBlock({ length: part.length, columns }, this.#columns, this.#symbols),
      });
      this.rows += part.length;
      this.blocks++;
    }
  }
}

function statisticsOf(
  columns: readonly Column[],
  data: readonly ColumnData[],
  symbols: SymbolTable,
): Record<string, ColumnStatistics> {
  const entries = columns.map(({ name, type }, place): [string, ColumnStatistics] => {
    const column = data[place]!;
    const nulls = countNulls(column);
    if (isPacked(column) || nulls === lengthOf(column)) return [name, { nulls }];
    if (column instanceof Int32Array) {
      const codes = [...new Set(column)].filter((code) => code >= 0).sort((a, b) =>
        symbols.compare(a, b)
      );
      return [name, {
        nulls,
        min: symbols.text(codes[0]!),
        max: symbols.text(codes[codes.length - 1]!),
      }];
    }
    let [min, max] = [Infinity, -Infinity];
    for (const stored of column) {
      const isWide = type.kind === "i64" && stored >= FIRST_BIG;
      const value = isWide ? Number(integerOfNumber(stored, symbols)) : stored;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return [name, { nulls, min, max }];
  });
  return Object.fromEntries(entries);
}

/** Reads a stored set column in step with the rows of a run. */
export class StoredColumns {
  readonly #blocks: AsyncIterator<{ readonly data: Uint8Array<ArrayBuffer> }>;
  readonly #columns: readonly Column[];
  readonly #symbols: SymbolTable;
  #ready: StreamData[] = [];
  #length = 0;

  constructor(store: Store, series: SeriesRecord, values: readonly Column[], symbols: SymbolTable) {
    this.#blocks = store.readBlocks(series.id)[Symbol.asyncIterator]();
    this.#columns = [TIMESTAMP, ...values];
    this.#symbols = symbols;
  }

  /** The next rows, which must stand at these times. */
  async take(times: Float64Array): Promise<readonly ColumnData[]> {
    while (this.#length < times.length) {
      const { value, done } = await this.#blocks.next();
      if (done) throw outOfStep();
      for (const batch of decodeBlock(value.data, this.#columns, this.#symbols)) this.#add(batch);
    }
    const all = concatRows(this.#ready);
    const taken = sliceRows(all, 0, times.length);
    this.#ready = [sliceRows(all, times.length, all.length)];
    this.#length -= times.length;
    for (let i = 0; i < times.length; i++) if (taken.time[i] !== times[i]) throw outOfStep();
    return taken.columns;
  }

  async close(): Promise<void> {
    await this.#blocks.return?.();
  }

  #add({ length, columns }: Batch): void {
    const [time, ...values] = columns as [Float64Array<ArrayBuffer>, ...ColumnData[]];
    this.#ready.push({ length, time, sequence: new Float64Array(length), columns: values });
    this.#length += length;
  }
}

function outOfStep(): FeaturizerError {
  return new FeaturizerError(
    "Cannot reuse stored columns: they do not stand at the rows of this set",
    {
      code: "STORED_COLUMNS_DISAGREE",
      domain: "internal",
      hint: "Delete the store and run again; please report how this came about.",
    },
  );
}
