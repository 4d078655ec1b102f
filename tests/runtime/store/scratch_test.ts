import assert from "node:assert/strict";
import { openScratch } from "../../../runtime/store/mod.ts";

Deno.test("Scratch gives columns back to the bit, in any order, once", () => {
  using scratch = openScratch();
  const first = scratch.put([
    Float64Array.of(1, NaN, -0),
    Float64Array.of(2 ** 53, 0.1, -Infinity),
  ]);
  const second = scratch.put([Float64Array.of(7)]);
  const empty = scratch.put([]);
  assert.equal(scratch.bytes, 7 * 8);
  assert.deepEqual(scratch.take(second), [Float64Array.of(7)]);
  assert.deepEqual(scratch.take(first), [
    Float64Array.of(1, NaN, -0),
    Float64Array.of(2 ** 53, 0.1, -Infinity),
  ]);
  assert.deepEqual(scratch.take(empty), []);
  assert.throws(() => scratch.take(first), /was not put/);
});

Deno.test("Scratch empties what it was given and leaves no file", () => {
  const scratch = openScratch();
  const column = Float64Array.of(1, 2);
  scratch.put([column]);
  assert.equal(column.length, 0, "its memory is free");
  const folders = () =>
    [...Deno.readDirSync(Deno.env.get("TMPDIR") ?? "/tmp")]
      .filter(({ name }) => name.startsWith("featurizer-")).length;
  const open = folders();
  scratch[Symbol.dispose]();
  assert.equal(folders(), open - 1);
});
