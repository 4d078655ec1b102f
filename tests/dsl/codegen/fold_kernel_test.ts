/** Kernels of folds worked by hand: what reducers get, what they may return, and what their state may be. */
import assert from "node:assert/strict";
import { writeFoldKernel } from "../../../dsl/codegen/mod.ts";
import type { ValueType } from "../../../dsl/types.ts";
import { column, F64, I64, KernelRun, outputs, REQUEST, STRING } from "./run_kernel.ts";

const X = column("x");

const LEVELS: ValueType = {
  kind: "list",
  element: {
    kind: "struct",
    fields: [{ name: "price", type: F64 }, { name: "side", type: STRING }],
  },
};

/** Keeps the last three prices, and gives a row for every second one. */
const LAST_THREE = {
  init: ({ from }: { from: number }) => ({ n: from, prices: [] as number[] }),
  reduce: (
    state: { n: number; prices: number[] },
    row: { x: number | null; side: string | null; big: number | bigint | null },
  ) => {
    if (row.x !== null) state.prices.push(row.x);
    state.prices.splice(0, state.prices.length - 3);
    if (++state.n % 2 === 1) return null;
    const levels = state.prices.map((price) => ({ price, side: row.side }));
    return { n: state.n, levels, big: row.big, note: `${row.side}!` };
  },
};

const FOLD = {
  hole: 0,
  name: "lastThree",
  params: { from: 0 },
  row: [
    { path: ["x"], column: X },
    { path: ["side"], column: column("side", STRING) },
    { path: ["big"], column: column("big", I64) },
  ],
};

const FOLDED = outputs({
  n: { kind: "folded", type: I64, name: "n" },
  levels: { kind: "folded", type: LEVELS, name: "levels" },
  big: { kind: "folded", type: I64, name: "big" },
  note: { kind: "folded", type: STRING, name: "note" },
  ts: column("ts", { kind: "timestamp" }),
});

Deno.test("a reducer gets rows as JavaScript has them and its rows are checked; its state outlives a restart", () => {
  const text = writeFoldKernel({ ...REQUEST, ttlUs: 100, outputs: FOLDED }, FOLD);
  const run = new KernelRun(text, [LAST_THREE]);
  const huge = 2n ** 60n;
  const first = run.call([
    { t: 1, k: 1, x: 1.5, side: "buy", big: 7 },
    { t: 2, k: 1, x: 2.5, side: "sell", big: huge },
    { t: 3, k: 1, x: 3.5, side: null, big: null },
  ], [{ t: 1, k: 1 }, { t: 3, k: 1 }, { t: 3, k: 0 }]);
  const levels = [{ price: 1.5, side: "sell" }, { price: 2.5, side: "sell" }];
  assert.deepEqual(first.rows, [[2, 1, 2, levels, huge, "sell!", 2]]);
  assert.deepEqual(first.answers, [NOTHING, [2, levels, huge, "sell!", 2], NOTHING]);
  run.restart();
  const rest = run.call([{ t: 4, k: 1, x: null, side: "é", big: 0 }], [{ t: 104, k: 1 }, {
    t: 105,
    k: 1,
  }]);
  const all = [1.5, 2.5, 3.5].map((price) => ({ price, side: "é" }));
  assert.deepEqual(rest.rows, [[4, 1, 4, all, 0, "é!", 4]]);
  assert.deepEqual(rest.answers, [[4, all, 0, "é!", 4], NOTHING]);
  const after = [{ t: 200, k: 1, x: 9, side: "a", big: 0 }, {
    t: 201,
    k: 1,
    x: 8,
    side: "a",
    big: 0,
  }];
  assert.deepEqual(run.call(after).rows.map((row) => row[2]), [2], "the state began anew");
});

const NOTHING = [null, null, null, null, null];

Deno.test("what a reducer returns is refused by the field that is wrong, and so is a state that cannot be kept", () => {
  const text = writeFoldKernel({ ...REQUEST, outputs: FOLDED }, FOLD);
  const rows = [{ t: 1, k: 1, x: 1, side: "a", big: 1 }];
  const returned = (row: unknown) => () => new KernelRun(text, [() => row]).call(rows);
  assert.throws(
    returned({ n: 1.5 }),
    /"n" of what the reducer "lastThree" returned is 1.5 where i64/,
  );
  assert.throws(
    returned({ levels: [{ price: 1 }, { price: "2" }] }),
    /"levels" of what the reducer "lastThree" returned\[1\].price is "2" where f64/,
  );
  assert.throws(returned(5), /what the reducer "lastThree" returned is 5 where an object/);
  assert.throws(
    returned([1]),
    /what the reducer "lastThree" returned is a list of 1 where an object/,
  );
  assert.throws(returned(Promise.resolve({ n: 1 })), /where an object with the declared columns/);
  const keeping = new KernelRun(text, [(state: { now?: unknown }) => {
    state.now = { f: () => 1 };
    return null;
  }]);
  assert.throws(
    () => keeping.call(rows),
    /state of the reducer "lastThree".now.f: it holds a function/,
  );
});

Deno.test("a reducer may keep a row, or change it: no other call sees it", () => {
  const text = writeFoldKernel({ ...REQUEST, outputs: FOLDED }, FOLD);
  type Row = { side: string; seen?: boolean };
  const run = new KernelRun(text, [(state: { first?: Row }, row: Row) => {
    const note = `${row.side}${row.seen}`;
    row.seen = true;
    state.first ??= row;
    return { note: `${state.first.side} ${note}` };
  }]);
  const notesOf = (rows: readonly { t: number; k: number; side: string }[]) =>
    run.call(rows.map((row) => ({ ...row, x: 1, big: 1 }))).rows.map((row) => row[5]);
  const rows = [{ t: 1, k: 1, side: "a" }, { t: 2, k: 2, side: "b" }, { t: 3, k: 1, side: "c" }];
  assert.deepEqual(notesOf(rows), ["a aundefined", "b bundefined", "a cundefined"]);
  run.restart();
  assert.deepEqual(notesOf([{ t: 4, k: 2, side: "d" }]), ["b dundefined"]);
});

Deno.test("half a surrogate pair from a reducer is the character it is written as", () => {
  const text = writeFoldKernel({ ...REQUEST, outputs: FOLDED }, FOLD);
  const run = new KernelRun(text, [() => ({ note: "a\ud800" })]);
  const { rows } = run.call([{ t: 1, k: 1, x: 1, side: "a", big: 1 }]);
  assert.equal(rows[0]![5], "a\ufffd");
});
