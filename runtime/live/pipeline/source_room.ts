/** Where the rows of a source wait in a pipeline, and what is decided about them in their final order. */
import type { Column, SourcePlan } from "../../../dsl/mod.ts";
import { copyColumn } from "../../arrow/mod.ts";
import {
  gatherRows,
  noRows,
  PendingRows,
  Ranks,
  type StreamData,
  uniqueColumns,
  UniqueRows,
  type UniqueSnapshot,
} from "../../engine/mod.ts";

/** What a checkpoint keeps of a room. */
export interface RoomState {
  readonly pending: StreamData;
  readonly unique: UniqueSnapshot | undefined;
  readonly ranked: number;
  readonly duplicates: number;
}

export class SourceRoom {
  readonly #plan: SourcePlan;
  readonly #pending = new PendingRows();
  readonly #unique: UniqueRows | undefined;
  readonly #ranks: Ranks;
  /** Places of the plan's columns among all columns of the source. */
  readonly #places: readonly number[];
  #duplicates: number;

  constructor(plan: SourcePlan, state?: RoomState) {
    const { source } = plan;
    this.#plan = plan;
    this.#places = plan.columns.map((column) => placeOf(column, source.columns));
    this.#unique = source.unique && new UniqueRows(source.unique.withinUs);
    if (state?.unique) this.#unique?.restore(state.unique);
    this.#ranks = new Ranks(state?.ranked);
    this.#duplicates = state?.duplicates ?? 0;
    if (state) this.#pending.append(state.pending);
  }

  get length(): number {
    return this.#pending.length;
  }

  get firstTimeUs(): number {
    return this.#pending.firstTimeUs;
  }

  get lastTimeUs(): number {
    return this.#pending.lastTimeUs;
  }

  /** Rows that repeated an earlier one. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Takes in rows with all columns of the source; they stay the caller's. */
  put({ length, time, sequence, columns }: StreamData): void {
    const rows = {
      length,
      time: time.slice(),
      sequence: sequence.slice(),
      columns: this.#places.map((place) => copyColumn(columns[place]!)),
    };
    this.#pending.insert(rows, { named: this.#plan.source.sequence !== undefined });
  }

  /** Takes out the rows below the bound. */
  release(boundUs: number): StreamData {
    const rows = this.#pending.takeBefore(boundUs);
    if (!rows) return noRows(this.#plan.columns);
    const kept = this.#unique?.keep(this.#uniqueOf(rows), rows.time);
    this.#duplicates += rows.length - (kept?.length ?? rows.length);
    return this.#numbered(chosen(rows, kept), this.#ranks);
  }

  /** What `release` would give, in buffers of its own. */
  copy(boundUs: number): StreamData {
    const rows = this.#pending.copyBefore(boundUs);
    if (!rows) return noRows(this.#plan.columns);
    const kept = this.#unique?.wouldKeep(this.#uniqueOf(rows), rows.time);
    return this.#numbered(chosen(rows, kept), new Ranks(this.#ranks.count));
  }

  state(): RoomState {
    return {
      pending: this.#pending.copyBefore(Infinity) ?? noRows(this.#plan.columns),
      unique: this.#unique?.snapshot(),
      ranked: this.#ranks.count,
      duplicates: this.#duplicates,
    };
  }

  #uniqueOf(rows: StreamData) {
    return uniqueColumns(this.#plan.source, this.#plan.columns, rows);
  }

  #numbered(rows: StreamData, ranks: Ranks): StreamData {
    return this.#plan.ranked ? { ...rows, sequence: ranks.next(rows.length) } : rows;
  }
}

function placeOf({ name }: Column, columns: readonly Column[]): number {
  return columns.findIndex((column) => column.name === name);
}

function chosen(rows: StreamData, kept: Int32Array | undefined): StreamData {
  if (!kept || kept.length === rows.length) return rows;
  const { length, time, sequence, columns } = gatherRows(rows, kept);
  return { length, time, sequence, columns: columns.map(copyColumn) };
}
