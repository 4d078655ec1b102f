/** Calls with packed values run by generated kernels over rows with a packed column, and read back. */
import { type KernelText, writeRowKernel, writeTumblingKernel } from "../../../dsl/codegen/mod.ts";
import type { AggregateCall, ClosedWindow, Expression } from "../../../dsl/typed_ast.ts";
import { isNested, type ListType, storageOf } from "../../../dsl/types.ts";
import { linkKernel, type RowKernel, type TumblingKernel } from "../../../runtime/engine/link.ts";
import { unpack } from "../../../runtime/kernel/mod.ts";
import { type Query, type Row, TEXTS } from "./run_aggregates.ts";

export const LIST: ListType = { kind: "list", element: { kind: "f64" } };

/** The packed column of a row: null, or as many numbers as differ from row to row. */
export function listOf({ i, x, y }: Row): readonly (number | null)[] | null {
  if (i % 7 === 0) return null;
  return [x, y, i].slice(0, i % 4).map((value) => value === value ? value : null);
}

export const V: Expression = { kind: "column", from: -1, name: "v", type: LIST };

export interface RunOptions {
  readonly queries: readonly Query[];
  readonly slice: number;
  readonly ttlUs?: number | undefined;
  /** After every slice a fresh kernel goes on from a snapshot. */
  readonly restarts?: boolean;
  readonly texts?: readonly string[];
}

export interface Outcome {
  readonly rows: readonly unknown[][];
  readonly answers: readonly unknown[][];
}

/** Values of each call at each row and each query; queries stand after all rows of their time. */
export function runLists(
  calls: readonly AggregateCall[],
  rows: readonly Row[],
  { queries, slice, ttlUs, restarts = false, texts = TEXTS }: RunOptions,
): Outcome {
  const text = writeRowKernel({
    ...requestOf(calls),
    wantsAnswers: true,
    ...(ttlUs === undefined ? {} : { ttlUs }),
  });
  let kernel = link<RowKernel>(text, texts);
  const outcome = {
    rows: calls.map(() => [] as unknown[]),
    answers: calls.map(() => [] as unknown[]),
  };
  let asked = 0;
  for (let from = 0; from < rows.length; from += slice) {
    const part = rows.slice(from, from + slice);
    const until = rows[from + slice]?.t ?? Infinity;
    const due = queries.slice(asked).filter(({ t }) => t < until);
    const [out, answers] = processSlice(kernel, { text, part, due, texts });
    out.forEach((values, j) => outcome.rows[j]!.push(...values));
    answers.forEach((values, j) => outcome.answers[j]!.push(...values));
    asked += due.length;
    if (!restarts) continue;
    const saved = structuredClone(kernel.snapshot());
    kernel = link<RowKernel>(text, texts);
    kernel.restore(saved);
  }
  return outcome;
}

/** The rows of closed windows: key, end and the value of each call. */
export function closeLists(
  calls: readonly AggregateCall[],
  rows: readonly Row[],
  window: Extract<ClosedWindow, { kind: "tumbling" }>,
): readonly { readonly k: number; readonly end: number; readonly values: readonly unknown[] }[] {
  const text = writeTumblingKernel(requestOf(calls), window);
  const kernel = link<TumblingKernel>(text, TEXTS);
  kernel.reserve(4);
  const closed = kernel.process(
    rows.length,
    Float64Array.from(rows, ({ t }) => t),
    Float64Array.from(rows, ({ i }) => i),
    Int32Array.from(rows, ({ k }) => k),
    inputsOf(text, rows),
    Infinity,
    0,
    new Float64Array(0),
    new Float64Array(0),
    new Int32Array(0),
    [],
  );
  const words = kernel.words();
  const cells = closed.columns.map((column, j): Cells =>
    isNested(text.outputs[j]!.type) && column instanceof Int32Array
      ? { starts: column, words }
      : column
  );
  const columns = readAll(text, cells, { words, texts: TEXTS });
  return Array.from(closed.time, (end, i) => ({
    k: closed.slot[i]!,
    end,
    values: columns.map((values) => values[i]),
  }));
}

function requestOf(calls: readonly AggregateCall[]) {
  return {
    plugin: "p",
    time: "t",
    where: undefined,
    outputs: calls.map((call, j) => ({ name: `v${j}`, type: call.type, expression: call })),
    wantsRows: true,
    wantsAnswers: false,
    dropsNullKeys: false,
  };
}

function link<K extends RowKernel | TumblingKernel>(text: KernelText, texts: readonly string[]): K {
  return linkKernel<K>(text, {
    texts,
    codeOf: (text) => texts.indexOf(text),
    holeOf: () => undefined,
    order: (slots) => void slots.sort(),
  });
}

type Cells =
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | { readonly starts: Int32Array<ArrayBuffer>; readonly words: Float64Array<ArrayBuffer> };

function processSlice(
  kernel: RowKernel,
  { text, part, due, texts }: {
    text: KernelText;
    part: readonly Row[];
    due: readonly Query[];
    texts: readonly string[];
  },
): readonly [unknown[][], unknown[][]] {
  kernel.reserve(4);
  const cells = (length: number) => text.outputs.map(({ type }) => cellsOf(type, length));
  const [out, answers] = [cells(part.length), cells(due.length)];
  kernel.process(
    part.length,
    Float64Array.from(part, ({ t }) => t),
    Float64Array.from(part, ({ i }) => i),
    Int32Array.from(part, ({ k }) => k),
    inputsOf(text, part),
    out,
    new Int32Array(part.length),
    due.length,
    Float64Array.from(due, ({ t }) => t),
    new Float64Array(due.length).fill(Infinity),
    Int32Array.from(due, ({ k }) => k),
    answers,
  );
  const words = kernel.words();
  return [readAll(text, out, { words, texts }), readAll(text, answers, { words, texts })];
}

function inputsOf(text: KernelText, rows: readonly Row[]): Cells[] {
  return text.inputs.map(({ name }) => {
    if (name === "s") return Int32Array.from(rows, ({ s }) => s);
    if (name === "v") return packedColumn(rows);
    return Float64Array.from(rows, (row) => name === "x" ? row.x : row.y);
  });
}

function packedColumn(rows: readonly Row[]): Cells {
  const words: number[] = [];
  const starts = Int32Array.from(rows, (row) => {
    const list = listOf(row);
    if (list === null) return -1;
    const start = words.length;
    words.push(list.length + 2, list.length, ...list.map((value) => value ?? NaN));
    return start;
  });
  return { starts, words: Float64Array.from(words) };
}

function cellsOf(type: AggregateCall["type"], length: number): Cells {
  const storage = storageOf(type);
  if (storage === "packed") {
    return { starts: new Int32Array(length), words: new Float64Array(0) };
  }
  return storage === "symbol" ? new Int32Array(length) : new Float64Array(length);
}

function readAll(
  text: KernelText,
  columns: readonly Cells[],
  { words, texts }: { words: Float64Array; texts: readonly string[] },
): unknown[][] {
  return columns.map((column, j) => {
    const { type } = text.outputs[j]!;
    if ("starts" in column && isNested(type)) {
      return Array.from(
        column.starts,
        (start) => start < 0 ? null : unpack(type, words, start + 1, texts),
      );
    }
    return Array.from(column as Float64Array, (value) => value === value ? value : null);
  });
}
