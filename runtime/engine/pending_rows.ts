/**
 * Rows of a source that wait for their turn, in order of (time, sequence).
 *
 * W1 Rows stand in lanes, each a list of parts in order. Where lanes are several, each is more than twice as large
 *    as the one after it: the work for a row grows with the logarithm of the rows that wait.
 * W2 Rows that are taken have buffers of their own, shared with nothing that still waits.
 */
import type { Column } from "../../dsl/mod.ts";
import { createColumn } from "./column.ts";
import { mergeParts } from "./operations/exchange.ts";
import { isAscending, orderByTime, orderTiesBySequence } from "./sort.ts";
import {
  concatRows,
  copyRows,
  EMPTY,
  firstAtLeast,
  gatherRows,
  sliceRows,
  type StreamData,
} from "./stream_data.ts";

interface Lane {
  readonly parts: StreamData[];
  rows: number;
}

export class PendingRows {
  #lanes: Lane[] = [];
  /** The part that came last, if it stands alone. */
  #newest: StreamData | undefined;

  get length(): number {
    return this.#lanes.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** The least time; Infinity if no rows wait. */
  get firstTimeUs(): number {
    return Math.min(Infinity, ...this.#lanes.map(({ parts }) => parts[0]!.time[0]!));
  }

  /** The largest time; -Infinity if no rows wait. */
  get lastTimeUs(): number {
    return Math.max(-Infinity, ...this.#lanes.map(({ parts }) => lastTime(parts.at(-1)!)));
  }

  /**
   * The time up to which rows wait in a part of their own, before a batch that came later; -Infinity if none do.
   * To take up to just past it first saves copying that batch behind them.
   */
  get carriedUntilUs(): number {
    if (this.#lanes.length !== 1) return -Infinity;
    const parts = this.#lanes[0]!.parts.filter((part) => part !== this.#newest);
    return Math.max(-Infinity, ...parts.map(lastTime));
  }

  /** Takes in rows that are in order and stand after all that were put before. */
  append(rows: StreamData): void {
    if (rows.length > 0) this.#putRun(rows);
  }

  /** Takes in rows in any order; where times are equal a named sequence orders them, else their order of arrival. */
  insert(rows: StreamData, options: { readonly named: boolean }): void {
    if (rows.length === 0) return;
    const { named } = options;
    if (!named && isAscending(rows.time, rows.length)) return this.#putRun(rows);
    const order = orderByTime(rows.time, rows.length);
    if (named) orderTiesBySequence(order, rows.time, rows.sequence);
    this.#putRun(gatherRows(rows, order));
  }

  /** Takes out all rows below the bound. */
  takeBefore(boundUs: number): StreamData | undefined {
    const taken = this.#lanes.flatMap((lane) => {
      const rows = takeFrom(lane, boundUs);
      return rows.length > 0 ? [rows] : [];
    });
    this.#lanes = this.#lanes.filter(({ rows }) => rows > 0);
    if (this.#lanes.length === 0) this.#newest = undefined;
    return taken.length > 1 ? mergeParts(taken) : taken[0];
  }

  /** A copy of all rows below the bound, which stay. */
  copyBefore(boundUs: number): StreamData | undefined {
    const found = this.#lanes.flatMap(({ parts }) => {
      const heads = parts.flatMap((part) => {
        const count = firstAtLeast(part.time, part.length, boundUs);
        return count > 0 ? [sliceRows(part, 0, count)] : [];
      });
      return heads.length > 0 ? [concatRows(heads)] : [];
    });
    if (found.length > 1) return mergeParts(found);
    return found[0] && copyRows(found[0]);
  }

  #putRun(run: StreamData): void {
    this.#newest = run;
    const lane = this.#lanes.find(({ parts }) => comesAfter(run, parts.at(-1)!));
    if (lane) {
      lane.parts.push(run);
      lane.rows += run.length;
    } else {
      this.#lanes.push({ parts: [run], rows: run.length });
    }
    for (let last = this.#lanes.length - 1; last > 0; last--) {
      const [before, after] = [this.#lanes[last - 1]!, this.#lanes[last]!];
      if (before.rows > 2 * after.rows) continue;
      const merged = mergeParts([concatRows(before.parts), concatRows(after.parts)]);
      this.#lanes.splice(last - 1, 2, { parts: [merged], rows: merged.length });
      this.#newest = undefined;
    }
  }
}

/** No rows, with columns of these types. */
export function noRows(columns: readonly Column[]): StreamData {
  return { ...EMPTY, columns: columns.map(({ type }) => createColumn(type, 0)) };
}

function comesAfter(run: StreamData, part: StreamData): boolean {
  const last = part.length - 1;
  const [time, lastUs] = [run.time[0]!, part.time[last]!];
  return time > lastUs || (time === lastUs && run.sequence[0]! >= part.sequence[last]!);
}

function lastTime({ time, length }: StreamData): number {
  return time[length - 1]!;
}

/** Rows of a lane below the bound, as one part. */
function takeFrom(lane: Lane, boundUs: number): StreamData {
  const taken: StreamData[] = [];
  while (lane.parts.length > 0) {
    const part = lane.parts[0]!;
    const count = firstAtLeast(part.time, part.length, boundUs);
    if (count < part.length) {
      if (count > 0) taken.push(splitPart(lane, count));
      break;
    }
    taken.push(part);
    lane.parts.shift();
  }
  const rows = concatRows(taken);
  lane.rows -= rows.length;
  return rows;
}

/** Takes the first rows of the first part; the smaller side is copied, so that each side has its own buffers. */
function splitPart(lane: Lane, count: number): StreamData {
  const part = lane.parts[0]!;
  const [head, rest] = [sliceRows(part, 0, count), sliceRows(part, count, part.length)];
  const copiesHead = count * 2 < part.length;
  lane.parts[0] = copiesHead ? rest : copyRows(rest);
  return copiesHead ? copyRows(head) : head;
}
