/** Aggregate calls run by a generated kernel over rows of a few keys, and their values by brute force. */
import { type KernelText, writeRowKernel } from "../../../dsl/codegen/mod.ts";
import type { AggregateCall, Expression, Window } from "../../../dsl/typed_ast.ts";
import { storageOf, type ValueType } from "../../../dsl/types.ts";
import { linkKernel, type RowKernel } from "../../../runtime/engine/link.ts";
import type { Random } from "../../support/random.ts";

/** A row of key `k`; `i` counts the rows of all keys. Nulls are NaN, texts are codes. */
export interface Row {
  readonly i: number;
  readonly k: number;
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly s: number;
}

export const F64: ValueType = { kind: "f64" };
export const STRING: ValueType = { kind: "string" };

/** Texts whose order by UTF-8 bytes is neither that of their codes nor that of UTF-16. */
export const TEXTS = ["b", "\u{1F600}", "", "\uFFFD", "a", "ab", "é"];

export function column(name: "x" | "y" | "s"): Expression {
  return { kind: "column", from: -1, name, type: name === "s" ? STRING : F64 };
}

/** Wraps an aggregate so that rows with `y > 0` alone count. */
export const Y_IS_POSITIVE: Expression = {
  kind: "binary",
  type: { kind: "bool" },
  operator: ">",
  left: column("y"),
  right: { kind: "literal", type: F64, value: 0 },
};

export type CallShape = Omit<AggregateCall, "kind" | "window" | "type"> & {
  readonly type?: ValueType;
};

export function callOf(shape: CallShape, window: Window): AggregateCall {
  return { kind: "aggregate", type: F64, ...shape, window };
}

/** Rows with ties in time, nulls and gaps, of which some are longer than a window. */
export function randomRows(random: Random, count: number, around: number): Row[] {
  let t = 1_600_000_000_000_000 + random.int(1_000_000);
  return Array.from({ length: count }, (_, i) => {
    if (!random.chance(0.2)) t += random.int(random.chance(0.03) ? 4_000 : 60);
    return {
      i,
      k: 1 + random.int(3),
      t,
      x: random.chance(0.1) ? NaN : around + random.between(-40, 40) / 8,
      y: random.chance(0.1) ? NaN : random.between(-3, 9) / 2,
      s: random.chance(0.1) ? -1 : random.int(TEXTS.length),
    };
  });
}

export interface Outcome {
  /** Values of each call at each row. */
  readonly rows: readonly Float64Array[];
  /** Values of each call at each query. */
  readonly answers: readonly Float64Array[];
}

export interface Query {
  readonly t: number;
  readonly k: number;
}

/** Runs calls over rows in slices of `slice` rows; queries stand after all rows of their time. */
export function runCalls(
  calls: readonly AggregateCall[],
  rows: readonly Row[],
  { queries, slice, ttlUs, tiledFromUs, restarts = false }: {
    queries: readonly Query[];
    slice: number;
    ttlUs?: number;
    /** Sliding windows at least this long keep tiles. */
    tiledFromUs?: number;
    /** After every slice a fresh kernel goes on from a snapshot. */
    restarts?: boolean;
  },
): Outcome {
  const text = writeRowKernel({
    plugin: "p",
    time: "t",
    where: undefined,
    outputs: calls.map((call, j) => ({ name: `v${j}`, type: call.type, expression: call })),
    wantsRows: true,
    wantsAnswers: true,
    dropsNullKeys: false,
    ...(ttlUs === undefined ? {} : { ttlUs }),
    ...(tiledFromUs === undefined ? {} : { tiledFromUs }),
  });
  let kernel = link(text);
  const outcome = {
    rows: calls.map(() => new Float64Array(rows.length)),
    answers: calls.map(() => new Float64Array(queries.length)),
  };
  let asked = 0;
  for (let from = 0; from < rows.length; from += slice) {
    const part = rows.slice(from, from + slice);
    const isLast = from + slice >= rows.length;
    const until = isLast ? Infinity : rows[from + slice]!.t;
    const due = queries.slice(asked).filter(({ t }) => t < until);
    const [out, answers] = processSlice(kernel, { text, part, due });
    out.forEach((values, j) => outcome.rows[j]!.set(values, from));
    answers.forEach((values, j) => outcome.answers[j]!.set(values, asked));
    asked += due.length;
    if (!restarts) continue;
    const saved = structuredClone(kernel.snapshot());
    kernel = link(text);
    kernel.restore(saved);
  }
  return outcome;
}

function link(text: KernelText): RowKernel {
  return linkKernel<RowKernel>(text, {
    texts: TEXTS,
    codeOf: (text) => TEXTS.indexOf(text),
    holeOf: () => undefined,
  });
}

type Cells = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** The outputs of the rows and the answers of the queries. */
function processSlice(
  kernel: RowKernel,
  { text, part, due }: { text: KernelText; part: readonly Row[]; due: readonly Query[] },
): readonly [Cells[], Cells[]] {
  kernel.reserve(4);
  const out = text.outputs.map(({ type }) => arrayOf(type, part.length));
  const answers = text.outputs.map(({ type }) => arrayOf(type, due.length));
  kernel.process(
    part.length,
    Float64Array.from(part, ({ t }) => t),
    Float64Array.from(part, ({ i }) => i),
    Int32Array.from(part, ({ k }) => k),
    text.inputs.map(({ name }) =>
      name === "s"
        ? Int32Array.from(part, ({ s }) => s)
        : Float64Array.from(part, (row) => name === "x" ? row.x : row.y)
    ),
    out,
    new Int32Array(part.length),
    due.length,
    Float64Array.from(due, ({ t }) => t),
    new Float64Array(due.length).fill(Infinity),
    Int32Array.from(due, ({ k }) => k),
    answers,
  );
  return [out, answers];
}

function arrayOf(type: ValueType, length: number): Cells {
  return storageOf(type) === "symbol" ? new Int32Array(length) : new Float64Array(length);
}

/** The rows of key `k` that a window holds at `t`; `seen` are all rows so far. */
export function rowsIn(window: Window, seen: readonly Row[], { k, t }: Query): Row[] {
  const own = seen.filter((row) => row.k === k);
  switch (window.kind) {
    case "sliding":
      return own.filter((row) => row.t > t - window.widthUs);
    case "last":
      return own.slice(-window.rows);
    default:
      return own;
  }
}
