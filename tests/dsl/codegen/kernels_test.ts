/** Kernels worked by hand: what their rows and answers are, and that a restart anywhere changes neither. */
import assert from "node:assert/strict";
import {
  writeBarKernel,
  writeRowKernel,
  writeSessionKernel,
  writeTumblingKernel,
} from "../../../dsl/codegen/mod.ts";
import type { Expression, Window } from "../../../dsl/typed_ast.ts";
import type { ValueType } from "../../../dsl/types.ts";
import {
  aggregate,
  column,
  F64,
  I64,
  KernelRun,
  outputs,
  REQUEST,
  type Row,
  STRING,
} from "./run_kernel.ts";

const X = column("x");
const SLIDING: Window = { kind: "sliding", widthUs: 10 };
const EXCLUDING = { excludesCurrent: true };

//  x   4     9  1     16
//  t   1     5  5     14     window (q - 10, q]
Deno.test("excluding current leaves out the row one stands at, and nothing elsewhere", () => {
  const text = writeRowKernel({
    ...REQUEST,
    outputs: outputs({
      others: aggregate("sum", X, SLIDING, EXCLUDING),
      all: aggregate("sum", X, SLIDING),
      top: aggregate("max", X, { kind: "last", rows: 2 }, EXCLUDING),
      before: aggregate("last", X, { kind: "ever" }, EXCLUDING),
    }),
  });
  const run = new KernelRun(text);
  const { rows, answers } = run.call(
    [
      { t: 1, s: 1, k: 1, x: 4 },
      { t: 5, s: 2, k: 1, x: 9 },
      { t: 5, s: 3, k: 1, x: 1 },
      { t: 14, s: 4, k: 1, x: 16 },
    ],
    [
      { t: 5, s: 3, k: 1 },
      { t: 6, k: 1 },
      { t: 14, s: 4, k: 1 },
      { t: 14, s: 5, k: 1 },
      { t: 14, s: 6, k: 0 },
    ],
  );
  assert.deepEqual(rows, [
    [1, 1, 0, 4, null, null],
    [5, 1, 4, 13, 4, 4],
    [5, 1, 13, 14, 9, 9],
    [14, 1, 10, 26, 1, 1],
  ]);
  assert.deepEqual(answers, [
    [13, 14, 9, 9],
    [14, 14, 9, 1],
    [10, 26, 1, 1],
    [26, 26, 16, 16],
    [0, 0, null, null],
  ]);
});

Deno.test("past its ttl a key is as if it had never been, at rows and at queries, and a query forgets nothing", () => {
  const text = writeRowKernel({
    ...REQUEST,
    ttlUs: 10,
    outputs: outputs({
      n: aggregate("count", undefined, { kind: "ever" }),
      three: aggregate("sum", X, { kind: "last", rows: 3 }),
      long: aggregate("sum", X, { kind: "sliding", widthUs: 100 }),
      previous: { kind: "lag", type: F64, operand: X, rows: 2 },
      x: X,
    }),
  });
  const run = new KernelRun(text);
  const { rows, answers } = run.call(
    [
      { t: 0, k: 1, x: 1 },
      { t: 10, k: 1, x: 2 },
      { t: 20, k: 1, x: 4 },
      { t: 21, k: 2, x: 7 },
      { t: 31, k: 1, x: 8 },
      { t: 32, k: 1, x: 16 },
      { t: 33, k: 1, x: 32 },
    ],
    [{ t: 30, k: 1 }, { t: 30.5, k: 1 }, { t: 31, s: -1, k: 1 }, { t: 31, k: 1 }, { t: 31, k: 2 }],
  );
  assert.deepEqual(rows, [
    [0, 1, 1, 1, 1, null, 1],
    [10, 1, 2, 3, 3, null, 2],
    [20, 1, 3, 7, 7, 1, 4],
    [21, 2, 1, 7, 7, null, 7],
    [31, 1, 1, 8, 8, null, 8],
    [32, 1, 2, 24, 24, null, 16],
    [33, 1, 3, 56, 56, 8, 32],
  ]);
  assert.deepEqual(answers, [
    [3, 7, 7, 1, 4],
    [0, 0, 0, null, null],
    [0, 0, 0, null, null],
    [1, 8, 8, null, 8],
    [1, 7, 7, null, 7],
  ]);
});

//  k=1  0   4     9 . . 14          30 …
//  k=2        6     11 . . 16   25 . . 30
Deno.test("a session ends a gap after its last row, before the rows of that time, in key order", () => {
  const text = writeSessionKernel({
    ...REQUEST,
    outputs: outputs({
      n: aggregate("count", undefined, { kind: "session", gapUs: 5 }),
      last: aggregate("last", X, { kind: "session", gapUs: 5 }),
      end: column("ts", { kind: "timestamp" }),
    }),
  }, { kind: "session", gapUs: 5 });
  const run = new KernelRun(text);
  const rows = [
    { t: 0, k: 2, x: 1 },
    { t: 0, k: 1, x: 2 },
    { t: 4, k: 1, x: 3 },
    { t: 6, k: 2, x: 4 },
    { t: 9, k: 1, x: 5 },
    { t: 11, k: 2, x: 6 },
  ];
  const first = run.call(rows, [{ t: 4, k: 2 }, { t: 5, k: 2 }, { t: 9, s: -1, k: 1 }], 11);
  assert.deepEqual(first.rows, [[5, 2, 1, 1, 5], [9, 1, 2, 3, 9], [11, 2, 1, 4, 11]]);
  assert.deepEqual(first.answers, [[null, null, null], [1, 1, 5], [2, 3, 9]]);
  run.restart();
  const rest = run.call([{ t: 25, k: 2, x: 7 }, { t: 25, k: 1, x: 8 }], [{ t: 16, k: 2 }]);
  assert.deepEqual(rest.rows, [
    [14, 1, 1, 5, 14],
    [16, 2, 1, 6, 16],
    [30, 1, 1, 8, 30],
    [30, 2, 1, 7, 30],
  ]);
  assert.deepEqual(rest.answers, [[1, 6, 16]]);
});

Deno.test("a bar is closed by its n-th row, or by the row that fills its sum", () => {
  const bar: Window = { kind: "bar", rows: 2 };
  const rows = [1, 2, 4, null, 16].map((x, i): Row => ({ t: i, s: i, k: 1, x }));
  const byRows = new KernelRun(writeBarKernel({
    ...REQUEST,
    outputs: outputs({ sum: aggregate("sum", X, bar), ts: column("ts", { kind: "timestamp" }) }),
  }, bar));
  const queries = [{ t: 1, s: 0, k: 1 }, { t: 1, s: 1, k: 1 }, { t: 9, k: 1 }];
  const counted = byRows.call(rows, queries);
  assert.deepEqual(counted.rows, [[1, 1, 3, 1], [3, 1, 4, 3]]);
  assert.deepEqual(counted.answers, [[null, null], [3, 1], [4, 3]]);
  const filled: Window = { kind: "sum_bar", of: X, least: 0.3 };
  const bySum = new KernelRun(writeBarKernel({
    ...REQUEST,
    outputs: outputs({ n: aggregate("count", undefined, filled) }),
  }, filled));
  const tenths = [0.1, 0.1, null, 0.1, 0.5, 0.1].map((x, i): Row => ({ t: i, k: 1, x }));
  assert.deepEqual(bySum.call(tenths).rows, [[3, 1, 4], [4, 1, 1]]);
});

Deno.test("a closed value is null once its key's last row is past the ttl", () => {
  const window = { kind: "tumbling", widthUs: 10, offsetUs: 0 } as const;
  const text = writeTumblingKernel({
    ...REQUEST,
    ttlUs: 20,
    outputs: outputs({ n: aggregate("count", undefined, window) }),
  }, window);
  const run = new KernelRun(text);
  const queries = [{ t: 9, k: 1 }, { t: 10, k: 1 }, { t: 25, k: 1 }, { t: 26, k: 1 }];
  assert.deepEqual(run.call([{ t: 5, k: 1 }], queries).answers, [[null], [1], [1], [null]]);
});

const LEVELS: ValueType = {
  kind: "list",
  element: {
    kind: "struct",
    fields: [{ name: "price", type: F64 }, { name: "side", type: STRING }],
  },
};

Deno.test("nested values pass through lags, windows of rows and answers", () => {
  const levels = column("levels", LEVELS);
  const best: Expression = {
    kind: "element",
    type: LEVELS.kind === "list" ? LEVELS.element : F64,
    operand: { kind: "lag", type: LEVELS, operand: levels, rows: 2 },
    index: { kind: "literal", type: I64, value: -1 },
  };
  const text = writeRowKernel({
    ...REQUEST,
    outputs: outputs({
      now: levels,
      two: { kind: "lag", type: LEVELS, operand: levels, rows: 2 },
      price: { kind: "field", type: F64, operand: best, name: "price" },
      best,
    }),
  });
  const run = new KernelRun(text);
  const value = (price: number) => [{ price: 0, side: "x" }, { price, side: "y" }];
  const rows = [1, 2, 3, 4].map((x): Row => ({ t: x, k: 1, levels: x === 2 ? null : value(x) }));
  const first = run.call(rows.slice(0, 2), [{ t: 1, k: 1 }]);
  assert.deepEqual(first.rows, [[1, 1, value(1), null, null, null], [
    2,
    1,
    null,
    null,
    null,
    null,
  ]]);
  assert.deepEqual(first.answers, [[value(1), null, null, null]]);
  run.restart();
  const rest = run.call(rows.slice(2), [{ t: 5, k: 1 }]);
  assert.deepEqual(rest.rows, [
    [3, 1, value(3), value(1), 1, { price: 1, side: "y" }],
    [4, 1, value(4), null, null, null],
  ]);
  assert.deepEqual(rest.answers, [[value(4), null, null, null]]);
});
