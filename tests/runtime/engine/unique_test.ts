import assert from "node:assert/strict";
import type { ColumnData } from "../../../runtime/arrow/mod.ts";
import { UniqueRows } from "../../../runtime/engine/unique.ts";
import { Random } from "../../support/random.ts";
import { createAdmission, deliver, released } from "./delivered_rows.ts";

Deno.test("UniqueRows drops a repeat up to `within` after the kept row, and no further", () => {
  assert.deepEqual(keptOf(10, [Int32Array.of(4, 4, 5)], [100, 110, 110]), [0, 2]);
  assert.deepEqual(keptOf(10, [Int32Array.of(4, 4)], [100, 111]), [0, 1]);
  assert.deepEqual(keptOf(0, [Int32Array.of(4, 4, 4)], [5, 5, 6]), [0, 2]);
});

Deno.test("UniqueRows compares a repeat with the row that was kept, not with other repeats", () => {
  const same = [Float64Array.of(1, 1, 1, 1, 1)];
  assert.deepEqual(keptOf(10, same, [0, 6, 12, 18, 24]), [0, 2, 4]);
});

Deno.test("UniqueRows takes a null for equal to a null and to nothing else", () => {
  assert.deepEqual(keptOf(9, [Int32Array.of(-1, 0, -1)], [1, 2, 3]), [0, 1]);
  assert.deepEqual(keptOf(9, [Float64Array.of(NaN, 0, NaN)], [1, 2, 3]), [0, 1]);
  const pairs = [Int32Array.of(-1, -1, 2, 2), Float64Array.of(NaN, 1, NaN, NaN)];
  assert.deepEqual(keptOf(9, pairs, [1, 2, 3, 4]), [0, 1, 2]);
});

Deno.test("UniqueRows gives the same whatever the batches, and while it forgets old tuples", () => {
  const random = new Random(5);
  const length = 150_000;
  const values = Float64Array.from({ length }, () => random.int(100_000));
  const times = Array.from({ length }, (_, i) => Math.floor(i / 3));
  const whole = keptOf(20_000, [values], times);
  const unique = new UniqueRows(20_000);
  const parts: number[] = [];
  for (let from = 0; from < length; from += 7001) {
    const to = Math.min(length, from + 7001);
    const kept = unique.keep([values.slice(from, to)], Float64Array.from(times.slice(from, to)));
    for (const row of kept) parts.push(row + from);
  }
  assert.deepEqual(parts, whole);
  assert.deepEqual(whole, keptByMap(values, times, 20_000));
});

Deno.test("of two equal rows the first in order of time and sequence counts", () => {
  const unique = { columns: ["value"], withinUs: 3 };
  const admission = createAdmission({ unique, latenessUs: 5 });
  deliver(admission, [[10, 0, 7], [8, 1, 7], [12, 2, 7]]);
  assert.equal(released(admission.release(Infinity)), "8/7 12/7");
  assert.equal(admission.counts.duplicates, 1);
});

function keptOf(
  withinUs: number,
  columns: readonly ColumnData[],
  times: readonly number[],
): number[] {
  return [...new UniqueRows(withinUs).keep(columns, Float64Array.from(times))];
}

function keptByMap(values: Float64Array, times: readonly number[], withinUs: number): number[] {
  const kept = new Map<number, number>();
  return times.flatMap((time, i) => {
    const value = values[i] ?? NaN;
    if (time - (kept.get(value) ?? -Infinity) <= withinUs) return [];
    kept.set(value, time);
    return [i];
  });
}
