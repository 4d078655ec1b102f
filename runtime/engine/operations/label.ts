/** Labels: a spine's rows are asked again later, and wait until that answer is there. */
import type { Operation } from "../../../dsl/mod.ts";
import { sliceColumn } from "../column.ts";
import { concatRows, copyRows, firstAtLeast, sliceRows, type StreamData } from "../stream_data.ts";
import type { RetainedBuffers } from "../retained.ts";
import { type Operator, type OperatorContext, type Slice, streamOf } from "./operation.ts";
import { endless } from "./queries.ts";
import { readColumns } from "./reads.ts";

/** Rows that wait, oldest first. */
class Waiting {
  #parts: StreamData[] = [];
  length = 0;
  readonly #retained: RetainedBuffers;

  constructor(retained: RetainedBuffers) {
    this.#retained = retained;
  }

  push(data: StreamData): void {
    if (data.length === 0) return;
    this.#retained.add(data);
    this.#parts.push(data);
    this.length += data.length;
  }

  /** How many of the first rows have a time below the bound. */
  countBefore(boundUs: number): number {
    let count = 0;
    for (const part of this.#parts) {
      const before = firstAtLeast(part.time, part.length, boundUs);
      count += before;
      if (before < part.length) break;
    }
    return count;
  }

  snapshot(): readonly StreamData[] {
    return this.#parts.map(copyRows);
  }

  restore(parts: unknown): void {
    for (const part of parts as readonly StreamData[]) this.push(part);
  }

  take(count: number): StreamData {
    const taken: StreamData[] = [];
    let open = count;
    while (open > 0) {
      const part = this.#parts[0];
      if (!part) throw new RangeError(`Cannot take ${count} rows: fewer wait`);
      if (part.length <= open) {
        taken.push(part);
        this.#retained.remove(part);
        this.#parts.shift();
      } else {
        taken.push(sliceRows(part, 0, open));
        this.#parts[0] = sliceRows(part, open, part.length);
      }
      open -= Math.min(open, part.length);
    }
    this.length -= count;
    return concatRows(taken);
  }
}

export function createDelayOperator(
  { input, byUs, sources, output }: Extract<Operation, { kind: "delay" }>,
  { retained }: OperatorContext,
): Operator {
  const waiting = new Waiting(retained);
  return {
    run(slice) {
      const rows = streamOf(slice, input);
      const time = new Float64Array(rows.length);
      for (let i = 0; i < time.length; i++) time[i] = rows.time[i]! + byUs;
      waiting.push({ ...rows, time });
      const due = waiting.take(waiting.countBefore(boundOf(slice, sources)));
      const empty = { ...rows, length: 0, time: rows.time.subarray(0, 0) };
      const columns = rows.columns.map((column) => sliceColumn(column, 0, 0));
      slice.streams[output] = due.length > 0
        ? { ...due, sequence: endless(due.length) }
        : { ...empty, sequence: endless(0), columns };
    },
    snapshot: () => waiting.snapshot(),
    restore: (from) => waiting.restore(from),
  };
}

/** Labels up to here can be known: every earlier row has come, and the label's data reaches that far. */
function boundOf({ untilUs, lastTimesUs }: Slice, sources: readonly number[]): number {
  const last = Math.max(...sources.map((source) => lastTimesUs?.[source] ?? Infinity));
  return Math.min(untilUs, last + 1);
}

export interface HoldOperator extends Operator {
  /** Rows whose label time is past the label's data. */
  waiting(): number;
}

export function createHoldOperator(
  { input, columns, delayed, labels, output }: Extract<Operation, { kind: "hold" }>,
  { retained }: OperatorContext,
): HoldOperator {
  const waiting = new Waiting(retained);
  return {
    waiting: () => waiting.length,
    run(slice) {
      const { length, time, sequence } = streamOf(slice, input);
      waiting.push({ length, time, sequence, columns: readColumns(slice, columns) });
      const due = streamOf(slice, delayed).length;
      const labelColumns = readColumns(slice, labels);
      const rows = due > 0 ? waiting.take(due) : {
        length: 0,
        time: time.subarray(0, 0),
        sequence: sequence.subarray(0, 0),
        columns: readColumns(slice, columns).map((column) => sliceColumn(column, 0, 0)),
      };
      slice.streams[output] = {
        ...rows,
        columns: [...rows.columns, ...labelColumns],
      };
    },
    snapshot: () => waiting.snapshot(),
    restore: (from) => waiting.restore(from),
  };
}
