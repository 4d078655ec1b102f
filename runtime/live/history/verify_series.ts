/** Stored rows of one series, compared with rows that are computed again as they come. */
import type { Column } from "../../../dsl/mod.ts";
import { decodeBlock, type SymbolTable } from "../../arrow/mod.ts";
import type { StreamData } from "../../engine/mod.ts";
import type { CheckpointStore } from "../../store/mod.ts";
import { STORED_TIME } from "../hub/series_hub.ts";
import { type NumberedBlock, RowComparison, type RowDifference } from "./compare_rows.ts";

export interface SeriesToVerify {
  readonly name: string;
  /** Keys, then the other columns. */
  readonly columns: readonly Column[];
  /** Rows that the checkpoint counted. */
  readonly count: number;
}

export interface SeriesVerdict {
  readonly name: string;
  /** Rows compared, and how many of them differ. */
  readonly rows: number;
  readonly differing: number;
  /** Rows before the first stored one, which are kept no longer. */
  readonly pruned: number;
}

export class SeriesVerifier {
  readonly #series: SeriesToVerify;
  readonly #columns: readonly Column[];
  readonly #symbols: SymbolTable;
  readonly #stored: AsyncIterator<NumberedBlock>;
  readonly #comparison: RowComparison;
  #block: NumberedBlock | undefined;
  #isOver = false;
  #next = 1;
  #pruned = 0;

  constructor(
    series: SeriesToVerify,
    options: {
      readonly store: CheckpointStore;
      readonly symbols: SymbolTable;
      readonly tell: (difference: RowDifference) => void;
    },
  ) {
    const { store, symbols, tell } = options;
    this.#series = series;
    this.#symbols = symbols;
    this.#columns = [STORED_TIME, ...series.columns];
    this.#comparison = new RowComparison(this.#columns, tell);
    this.#stored = this.#blocks(store);
  }

  /** The next rows of the series, computed again. */
  async take({ length, time, columns }: StreamData): Promise<void> {
    const computed = { first: this.#next, length, columns: [time, ...columns] };
    this.#next += length;
    while (!this.#isOver) {
      const block = this.#block ??= await this.#nextBlock();
      if (!block || block.first >= this.#next) return;
      this.#comparison.compare(block, computed);
      if (block.first + block.length > this.#next) return;
      this.#block = undefined;
    }
  }

  /** All rows were taken: stored ones beyond them are differences. */
  async end(): Promise<SeriesVerdict> {
    for (;;) {
      const block = this.#block ??= await this.#nextBlock();
      if (!block) break;
      for (let row = Math.max(block.first, this.#next); row < block.first + block.length; row++) {
        this.#comparison.missing(block, row);
      }
      this.#block = undefined;
    }
    const { rowsCompared, rowsDiffering } = this.#comparison;
    return {
      name: this.#series.name,
      rows: rowsCompared,
      differing: rowsDiffering,
      pruned: this.#pruned,
    };
  }

  async close(): Promise<void> {
    await this.#stored.return?.();
  }

  async #nextBlock(): Promise<NumberedBlock | undefined> {
    const { value, done } = await this.#stored.next();
    if (!done) return value;
    this.#isOver = true;
    return undefined;
  }

  async *#blocks(store: CheckpointStore): AsyncGenerator<NumberedBlock, undefined> {
    let isFirst = true;
    for await (const { first, block } of store.rows(this.#series.name, 0)) {
      if (isFirst) this.#pruned = first - 1;
      isFirst = false;
      let at = first;
      for (const { length, columns } of decodeBlock(block, this.#columns, this.#symbols)) {
        const kept = Math.min(length, this.#series.count + 1 - at);
        if (kept > 0) yield { first: at, length: kept, columns };
        at += length;
      }
    }
    return undefined;
  }
}
