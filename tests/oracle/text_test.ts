import assert from "node:assert/strict";
import { castValue } from "./cast.ts";
import { callScalar } from "./scalars.ts";
import type { Value } from "./value.ts";
import type { ValueType } from "../../dsl/types.ts";

type Kind = "string" | "f64" | "i32" | "i64" | "bool" | "timestamp" | "duration";

function cast(value: Value, from: Kind, to: Kind): Value {
  return castValue(value, { kind: from }, { kind: to });
}

function us(text: string): number {
  return Date.parse(text) * 1000;
}

Deno.test("castValue() reads numbers as JavaScript writes them, without hex", () => {
  const texts = [" 12 ", "-.5", "1e3", "0x10", "", "1 2", "Infinity", "+7."];
  assert.deepEqual(texts.map((text) => cast(text, "string", "f64")), [
    12,
    -0.5,
    1000,
    null,
    null,
    null,
    null,
    7,
  ]);
  assert.equal(cast("1.9", "string", "i64"), 1);
});

Deno.test("castValue() truncates toward zero and refuses what is out of range", () => {
  assert.equal(cast(-1.9, "f64", "i32"), -1);
  assert.equal(cast(2 ** 31, "f64", "i32"), null);
  assert.equal(cast(2 ** 53, "f64", "i64"), null);
  assert.equal(cast(NaN, "f64", "i32"), null);
  assert.deepEqual([0, -2].map((x) => cast(x, "f64", "bool")), [false, true]);
});

Deno.test("castValue() writes and reads times and durations", () => {
  assert.equal(cast(5_000_000, "timestamp", "string"), "1970-01-01T00:00:05Z");
  assert.equal(cast(-1, "timestamp", "string"), "1969-12-31T23:59:59.999999Z");
  assert.equal(cast("2023-02-01 10:00:00", "string", "timestamp"), us("2023-02-01T10:00:00Z"));
  assert.equal(cast("2023-02-30", "string", "timestamp"), null);
  assert.deepEqual([90_000_000, 60_000_000, 0, -1500].map((x) => cast(x, "duration", "string")), [
    "90s",
    "1m",
    "0s",
    "-1500us",
  ]);
  assert.equal(cast("2h", "string", "duration"), 7_200_000_000);
});

Deno.test("castValue() of lists to vectors wants the length and no null", () => {
  const list: ValueType = { kind: "list", element: { kind: "f64" } };
  const vector: ValueType = { kind: "vector", length: 2 };
  const of = (value: readonly Value[]) => castValue(value, list, vector);
  assert.deepEqual([of([1, 2]), of([1]), of([1, null])], [[1, 2], null, null]);
});

Deno.test("callScalar() counts code points", () => {
  assert.equal(callScalar("length", ["a😀é"]), 3);
  assert.equal(callScalar("substring", ["a😀é", 1, 1]), "😀");
  assert.equal(callScalar("substring", ["a😀é", -2]), "😀é");
  assert.equal(callScalar("substring", ["ab", 5]), "");
});

Deno.test("callScalar() knows texts and patterns", () => {
  assert.equal(callScalar("replace", ["a.b.c", ".", "$&"]), "a$&b$&c");
  assert.deepEqual(callScalar("split", ["a,,b", ","]), ["a", "", "b"]);
  assert.equal(callScalar("matches", ["xay", "a|b"]), true);
  assert.equal(callScalar("extract", ["id=42", "id=(\\d+)"]), "42");
  assert.equal(callScalar("extract", ["id=42", "id=\\d+"]), "id=42");
  assert.equal(callScalar("extract", ["none", "id=(\\d+)"]), null);
  assert.equal(
    callScalar("concat", ["a", 1.5, true], [{ kind: "string" }, { kind: "f64" }, { kind: "bool" }]),
    "a1.5true",
  );
});

Deno.test("callScalar() reads the calendar of a zone across a change of the clock", () => {
  const before = us("2024-03-31T00:59:59Z"), after = us("2024-03-31T01:00:00Z");
  const hours = [before, after].map((at) => callScalar("hour", [at, "Europe/Berlin"]));
  assert.deepEqual(hours, [1, 3]);
  assert.equal(callScalar("start_of", [after, "day", "Europe/Berlin"]), us("2024-03-30T23:00:00Z"));
  assert.equal(callScalar("week", [us("2021-01-03T12:00:00Z")]), 53);
  assert.equal(callScalar("day_of_year", [us("2024-12-31T00:00:00Z")]), 366);
});

Deno.test("callScalar() writes and reads times by a pattern", () => {
  const at = us("2024-07-01T22:05:06.007Z");
  const pattern = "yyyy-MM-dd HH:mm:ss.SSS";
  const text = callScalar("format_time", [at, pattern, "Asia/Kolkata"]);
  assert.equal(text, "2024-07-02 03:35:06.007");
  assert.equal(callScalar("parse_time", ["2024-07-02 03:35:06.007", pattern, "Asia/Kolkata"]), at);
  assert.equal(callScalar("parse_time", ["2024-13-01", "yyyy-MM-dd"]), null);
});
