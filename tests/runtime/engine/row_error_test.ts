import assert from "node:assert/strict";
import {
  holeResultBool,
  holeResultF32,
  holeResultI32,
  holeResultI64,
  holeResultTime,
  messageOf,
  RowError,
} from "../../../runtime/engine/row_error.ts";

Deno.test("holeResultI32() takes whole numbers in range and null, and refuses the rest by name", () => {
  assert.equal(holeResultI32(-7, 0), -7);
  assert.ok(Number.isNaN(holeResultI32(null, 0)));
  for (const wrong of [2.5, 2 ** 31, Infinity]) {
    assert.throws(() => holeResultI32(wrong, 1), (error) => {
      assert.ok(error instanceof RowError);
      assert.equal(error.code, "FUNCTION_RESULT");
      assert.match(error.message, /hole 2 gave .* i32/);
      return true;
    });
  }
});

Deno.test("holeResultI64() refuses numbers that are not exact", () => {
  assert.equal(holeResultI64(2 ** 53 - 1, 0), 2 ** 53 - 1);
  assert.throws(() => holeResultI64(2 ** 53, 0), RowError);
});

Deno.test("holeResultF32() rounds, holeResultTime() floors, holeResultBool() wants truths", () => {
  assert.equal(holeResultF32(0.1, 0), Math.fround(0.1));
  assert.equal(holeResultTime(-1.5, 0), -2);
  assert.equal(holeResultBool(true, 0), 1);
  assert.throws(() => holeResultBool(1, 0), RowError);
});

Deno.test("messageOf() tells of anything thrown, also of what throws when it is looked at", () => {
  assert.equal(messageOf(new Error("boom")), "boom");
  assert.equal(messageOf(null), "null");
  const sly = {
    toString() {
      throw new Error("not to be shown");
    },
  };
  assert.equal(messageOf(sly), "an error that cannot be shown");
});
