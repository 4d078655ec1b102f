/** The rows that a run admits, kept as they were read: what other runs of the same config are fed with. */
import type { Source, SourcePlan } from "../../../dsl/mod.ts";
import { type ColumnData, concatColumns, copyColumn, sliceColumn } from "../../arrow/mod.ts";
import { Admission, type DeliveredRows, gather } from "../../engine/mod.ts";
import type { RowBlock } from "../../source/mod.ts";
import type { EntryReader } from "../source_feed.ts";

/** The admitted rows of a source, in their final order. */
export interface RecordedRows {
  readonly source: Source;
  readonly time: Float64Array<ArrayBuffer>;
  /** The source plan's `reads`, in order. */
  readonly names: readonly string[];
  readonly columns: readonly ColumnData[];
}

const PLACE = { name: "#place", type: { kind: "f64" } } as const;

/** Records one source while a run reads it. */
export class SourceRecorder {
  readonly #plan: SourcePlan;
  readonly #mostRows: number;
  /** Decides as the run does, and says of every row where it was recorded. */
  readonly #admission: Admission;
  readonly #blocks: RowBlock[] = [];
  #recorded = 0;
  /** Places of blocks that were read and not delivered yet, by entry. */
  readonly #coming: number[][];

  constructor(plan: SourcePlan, entries: number, mostRows: number) {
    this.#plan = plan;
    this.#mostRows = mostRows;
    const unique = plan.source.unique?.columns ?? [];
    const columns = unique.map((name) => plan.source.columns.find((each) => each.name === name)!);
    this.#admission = new Admission(plan.source, [...columns, PLACE], entries);
    this.#coming = Array.from({ length: entries }, () => []);
  }

  /** True if rows were left out. */
  get isCut(): boolean {
    return this.#recorded >= this.#mostRows;
  }

  /** No row is missing below it. */
  get completeUntilUs(): number {
    return this.isCut ? this.#admission.settledUs : Infinity;
  }

  /** The reader of an entry, whose rows are copied as they pass; it ends where enough are recorded. */
  record(reader: EntryReader, entry: number): EntryReader {
    return {
      get bytesRead() {
        return reader.bytesRead;
      },
      get bytesTotal() {
        return reader.bytesTotal;
      },
      close: () => reader.close(),
      read: async () => {
        if (this.isCut) return undefined;
        const block = await reader.read();
        if (!block) return undefined;
        const { length, columns } = block.batch;
        this.#blocks.push({ ...block, batch: { length, columns: columns.map(copyColumn) } });
        this.#coming[entry]!.push(this.#recorded);
        this.#recorded += length;
        return block;
      },
    };
  }

  /** A batch as it was handed to the run's admission. */
  deliver(entry: number, rows: DeliveredRows): void {
    const first = this.#coming[entry]!.shift()!;
    const places = Float64Array.from({ length: rows.length }, (_, row) => first + row);
    const columns = new Map<string, ColumnData>([[PLACE.name, places]]);
    const { time, keys, sequence, unique } = this.#plan.source;
    for (const name of [time, ...keys, ...(sequence ? [sequence] : []), ...unique?.columns ?? []]) {
      columns.set(name, copyColumn(rows.columns.get(name)!));
    }
    this.#admission.deliver(entry, { ...rows, columns });
  }

  /** Everything that was recorded and admitted. */
  finish(): RecordedRows {
    const admitted = this.#admission.release(Infinity);
    const rows = Int32Array.from(admitted.columns.at(-1) as Float64Array);
    const length = this.#blocks.reduce((sum, { batch }) => sum + batch.length, 0);
    const columns = this.#plan.reads.map((_, place) =>
      length === 0 ? new Float64Array(0) : gather(
        concatColumns(this.#blocks.map(({ batch }) => batch.columns[place]!), length),
        rows,
      )
    );
    const names = this.#plan.reads.map(({ name }) => name);
    return { source: this.#plan.source, time: admitted.time, names, columns };
  }
}

/** Reads recorded rows in blocks, in buffers of their own. */
export function readRecorded(
  { time, columns }: Pick<RecordedRows, "time" | "columns">,
  blockRows: number,
): EntryReader {
  let from = 0;
  return {
    bytesRead: 0,
    bytesTotal: 0,
    close: () => Promise.resolve(),
    read: () => {
      if (from >= time.length) return Promise.resolve(undefined);
      const to = Math.min(time.length, from + blockRows);
      const block: RowBlock = {
        batch: {
          length: to - from,
          columns: columns.map((column) => copyColumn(sliceColumn(column, from, to))),
        },
        file: "recorded rows",
        firstRow: from + 1,
        rejected: [],
      };
      from = to;
      return Promise.resolve(block);
    },
  };
}
