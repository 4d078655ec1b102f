import assert from "node:assert/strict";
import { parseTimeUs } from "../../../runtime/set/config_time.ts";

Deno.test("parseTimeUs() takes UTC unless an offset is given, and floors to microseconds", () => {
  const noonUs = Date.UTC(2023, 1, 1, 12) * 1000;
  assert.equal(parseTimeUs("2023-02-01"), Date.UTC(2023, 1, 1) * 1000);
  for (
    const text of [
      "2023-02-01 12:00:00",
      "2023-02-01T12:00:00Z",
      "2023-02-01 12:00",
      "2023-02-01T14:00:00+02:00",
      "2023-02-01T06:30:00-0530",
    ]
  ) assert.equal(parseTimeUs(text), noonUs, text);
  assert.equal(parseTimeUs("2023-02-01 12:00:00.1234569"), noonUs + 123_456);
});

Deno.test("parseTimeUs() rejects days and hours that do not exist", () => {
  for (
    const text of [
      "2023-02-30",
      "2023-13-01",
      "2023-02-01 24:00:00",
      "2023-02-01 10:60",
      "2023-02-01 10:00:60",
      "2023-2-1",
      "9999-01-01",
      "2023-02-01 10",
      "now",
      "1675238400",
      "-2023-02-01",
    ]
  ) assert.equal(parseTimeUs(text), undefined, text);
});
