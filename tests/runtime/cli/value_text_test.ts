import assert from "node:assert/strict";
import {
  bytesText,
  countText,
  durationText,
  numberText,
  pluralText,
  secondsText,
  shortCountText,
  timeText,
} from "../../../runtime/cli/value_text.ts";

Deno.test("numberText() keeps six digits of fractions and all digits of whole numbers", () => {
  const cases: readonly (readonly [number | null, string])[] = [
    [0, "0"],
    [-3, "-3"],
    [123456789, "123456789"],
    [1 / 3, "0.333333"],
    [0.1 + 0.2, "0.3"],
    [1234567.891, "1234570"],
    [0.00001234, "1.234e-5"],
    [1e21, "1e+21"],
    [null, ""],
    [NaN, ""],
  ];
  for (const [value, text] of cases) assert.equal(numberText(value), text);
});

Deno.test("timeText() is UTC with as much of the fraction as there is", () => {
  assert.equal(timeText(Date.UTC(2001, 0, 2, 0, 10) * 1000), "2001-01-02 00:10:00");
  assert.equal(timeText(1), "1970-01-01 00:00:00.000001");
  assert.equal(timeText(1_500_000), "1970-01-01 00:00:01.5");
  assert.equal(timeText(-1), "1969-12-31 23:59:59.999999");
});

Deno.test("durationText() takes the largest unit that divides", () => {
  assert.equal(durationText(0), "0s");
  assert.equal(durationText(16 * 3_600_000_000), "16h");
  assert.equal(durationText(90_000_000), "90s");
  assert.equal(durationText(86_400_000_000), "1d");
  assert.equal(durationText(1500), "1500us");
});

Deno.test("counts, bytes and seconds are short", () => {
  assert.equal(countText(3000000), "3,000,000");
  assert.equal(shortCountText(1_940_000), "1.94 M");
  assert.equal(shortCountText(999), "999");
  assert.equal(bytesText(1_500_000), "1.50 MB");
  assert.equal(secondsText(0.42), "0.42 s");
  assert.equal(secondsText(187), "3:07");
  assert.equal(pluralText(1, "row"), "1 row");
  assert.equal(pluralText(2000, "row"), "2,000 rows");
});
