import assert from "node:assert/strict";
import {
  formatTimestamp,
  parseTimestamp,
  type TimeUnit,
  toMicroseconds,
} from "../../../runtime/arrow/mod.ts";

function parse(text: string, unit: TimeUnit = "us"): number {
  const bytes = new TextEncoder().encode(text);
  return parseTimestamp(bytes, { start: 0, end: bytes.length, unit });
}

Deno.test("parseTimestamp() reads the forms of ISO 8601", () => {
  const minute = Date.UTC(2001, 0, 1, 0, 1) * 1000;
  for (
    const text of [
      "2001-01-01 00:01:00",
      "2001-01-01T00:01Z",
      "2001-01-01T00:01:00.000000999Z",
      "2001-01-01 00:01:00 UTC",
      "2001-01-01T02:01:00+02:00",
      "2001-01-01T02:01:00+02",
      "2000-12-31T18:31:00-0530",
    ]
  ) assert.equal(parse(text), minute, text);
  assert.equal(parse("2001-01-01"), minute - 60e6);
  assert.equal(parse("1969-12-31T23:59:59.9999999"), -1);
  assert.equal(
    parse("2024-02-29T23:59:59.123456"),
    Date.UTC(2024, 1, 29, 23, 59, 59) * 1000 + 123456,
  );
});

Deno.test("parseTimestamp() agrees with Date on every day of 1890 to 2110", () => {
  for (let day = Date.UTC(1890, 0, 1); day < Date.UTC(2110, 0, 1); day += 86_400_000 * 3) {
    assert.equal(parse(new Date(day).toISOString()), day * 1000);
  }
});

Deno.test("parseTimestamp() refuses what is no time", () => {
  for (
    const text of [
      "",
      "x",
      "-",
      "2001-13-01",
      "2001-02-29",
      "2001-01-01T24:00:00",
      "2001-01-01T10:60",
      "2001-01-01T10",
      "2001-01-01X10:00",
      "2001-01-01T10:00:00.",
      "2001-01-01T10:00:00+2",
      "2001-01-01T10:00:0",
      "1.2.3",
      "12:00:00",
      "1e3",
      "99999999999999999",
    ]
  ) assert.ok(Number.isNaN(parse(text)), text);
});

Deno.test("parseTimestamp() moves the point of numbers exactly and floors", () => {
  assert.equal(parse("1723161254087891268", "ns"), 1723161254087891);
  assert.equal(parse("-1", "ns"), -1);
  assert.equal(parse("-1000", "ns"), -1);
  assert.equal(parse("1618677817.1167848", "s"), 1618677817116784);
  assert.equal(parse("1618677817.116785", "s"), 1618677817116785);
  assert.equal(parse("-0.0000001", "s"), -1);
  assert.equal(parse("1675245600000", "ms"), 1675245600000000);
  assert.equal(parse("12", "us"), 12);
  assert.equal(parse("12.9", "us"), 12);
  assert.ok(Object.is(parse("-0", "us"), 0));
});

Deno.test("toMicroseconds() takes the microsecond a float stands for, else floors", () => {
  assert.equal(toMicroseconds(1618677817.116785, "s"), 1618677817116785);
  assert.equal(toMicroseconds(0.0000015, "s"), 1);
  assert.equal(toMicroseconds(-0.5, "us"), -1);
  assert.equal(toMicroseconds(1500, "ns"), 1);
});

Deno.test("formatTimestamp() writes what parseTimestamp() reads", () => {
  for (
    const timeUs of [
      0,
      -1,
      1,
      978307260000000,
      978307260000500,
      978307260123456,
      -62135596800000000,
    ]
  ) {
    assert.equal(parse(formatTimestamp(timeUs)), timeUs);
  }
  assert.equal(formatTimestamp(978307260500000), "2001-01-01T00:01:00.5Z");
});
