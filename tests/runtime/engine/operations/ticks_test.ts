import assert from "node:assert/strict";
import type { TicksOperation } from "../../../../dsl/plan/mod.ts";
import {
  createEmitOperator,
  createTicksOperator,
} from "../../../../runtime/engine/operations/ticks.ts";
import { AFTER_EVENTS } from "../../../../runtime/engine/rank.ts";
import { type Row, runOperator } from "./run_operator.ts";

const BASE: TicksOperation = {
  kind: "ticks",
  feature: "p.f",
  input: 0,
  keys: [0],
  stepUs: 10,
  offsetUs: 0,
  closes: false,
  liveUs: Infinity,
  changesUs: [],
  keepsUs: -1,
  untilUs: Infinity,
  output: 1,
};

/** Rows are `[time, sequence, key]`; gives `[time, key, live]` per slice. */
function ticks(
  options: Partial<TicksOperation>,
  slices: readonly { untilUs: number; rows: readonly Row[] }[],
  lastTimesUs = [Infinity],
): number[][][] {
  const made = runOperator(
    (context) => createTicksOperator({ ...BASE, ...options }, context, ["number"]),
    slices.map(({ untilUs, rows }, number) => ({
      untilUs,
      streams: [rows],
      lastTimesUs: number === slices.length - 1 ? lastTimesUs : [Infinity],
    })),
    { output: 1, columns: [1] },
  );
  return made.map((rows) => rows.map(([time, , key, live]) => [time!, key!, live!]));
}

// time   0    5   10   15   20   25   30
// key 7  .    x    |    .    |    .    |        live until 5 + 19: the tick at 20
// key 3  .    .    |    x    |    .    |
Deno.test("ticks stand at multiples, for keys with a young row, in key order", () => {
  const rows = [[5, 1, 7], [15, 2, 3]];
  assert.deepEqual(ticks({ liveUs: 19 }, [{ untilUs: Infinity, rows }]), [
    [[10, 7, 1], [20, 3, 1], [20, 7, 1], [30, 3, 1]],
  ]);
});

Deno.test("a tick waits until all rows of its time have come", () => {
  const made = ticks({ liveUs: 9 }, [
    { untilUs: 10, rows: [[5, 1, 7]] },
    { untilUs: 11, rows: [[10, 2, 3]] },
    { untilUs: Infinity, rows: [] },
  ]);
  assert.deepEqual(made, [[], [[10, 3, 1], [10, 7, 1]], []]);
});

Deno.test("windows ask one microsecond before they end, and a row at the end is outside", () => {
  const rows = [[10, 1, 7], [20, 2, 7]];
  assert.deepEqual(ticks({ closes: true, liveUs: 9 }, [{ untilUs: Infinity, rows }]), [
    [[19, 7, 1], [29, 7, 1]],
  ]);
});

Deno.test("a key that grew old gets one more tick, which is not live, where its value changed", () => {
  const rows = [[5, 1, 7]];
  const made = ticks({ liveUs: 9, changesUs: [9, 24] }, [{ untilUs: Infinity, rows }]);
  assert.deepEqual(made, [[[10, 7, 1], [20, 7, 0], [30, 7, 0]]]);
});

Deno.test("keys that live for ever have ticks up to the end of the data", () => {
  const rows = [[5, 1, 7]];
  assert.deepEqual(ticks({}, [{ untilUs: Infinity, rows }], [31]), [
    [[10, 7, 1], [20, 7, 1], [30, 7, 1]],
  ]);
  assert.deepEqual(ticks({ untilUs: 20 }, [{ untilUs: Infinity, rows }], [31]), [
    [[10, 7, 1], [20, 7, 1]],
  ]);
});

Deno.test("a long silence costs no ticks, and rows without a key none", () => {
  const rows = [[5, 1, 7], [1e15, 2, 7], [1e15, 3, NaN]];
  assert.deepEqual(ticks({ liveUs: 9 }, [{ untilUs: Infinity, rows }]), [
    [[10, 7, 1], [1e15, 7, 1]],
  ]);
});

Deno.test("emitted rows of windows stand at their end, before all rows of that time", () => {
  const stream = [[19, Infinity, 7, 1], [29, Infinity, 7, 0]];
  const emit = (closes: boolean, all: boolean) =>
    runOperator(
      () =>
        createEmitOperator({
          kind: "emit",
          ticks: 0,
          live: 1,
          closes,
          columns: [{ stream: 0, column: 0 }],
          all,
          output: 1,
        }),
      [{ untilUs: Infinity, streams: [stream] }],
      { output: 1, columns: [2] },
    )[0];
  assert.deepEqual(emit(true, false), [[20, -Infinity, 7]]);
  assert.deepEqual(emit(false, true), [[19, AFTER_EVENTS, 7], [29, AFTER_EVENTS, 7]]);
});
