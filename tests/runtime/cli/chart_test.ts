import assert from "node:assert/strict";
import { rangeOf, roundTicks, timeTicks } from "../../../runtime/cli/chart_scale.ts";
import { chartSvg } from "../../../runtime/cli/chart_svg.ts";
import { chartLines } from "../../../runtime/cli/chart_text.ts";
import { captureStream } from "./captured_terminal.ts";

const HOUR_US = 3_600_000_000;

const RAMP = {
  title: "mean <delay>",
  series: [{
    name: "ORD & co",
    timesUs: Float64Array.from([0, 1, 2, 3, 4], (hour) => hour * HOUR_US),
    values: Float64Array.from([0, 1, NaN, 3, 4]),
  }],
};

Deno.test("rangeOf() skips missing values", () => {
  assert.deepEqual(rangeOf([Float64Array.of(NaN, 2, -1)]), { min: -1, max: 2 });
  assert.equal(rangeOf([Float64Array.of(NaN)]), undefined);
});

Deno.test("roundTicks() widens the range to round ends", () => {
  const labels = ({ ticks }: ReturnType<typeof roundTicks>) => ticks.map(({ label }) => label);
  assert.deepEqual(labels(roundTicks({ min: 0.3, max: 9.7 }, 5)), ["0", "2", "4", "6", "8", "10"]);
  assert.deepEqual(labels(roundTicks({ min: 0, max: 0.04 }, 4)), [
    "0.00",
    "0.01",
    "0.02",
    "0.03",
    "0.04",
  ]);
  assert.deepEqual(labels(roundTicks({ min: 5, max: 5 }, 2)), ["5", "10"]);
});

Deno.test("timeTicks() stand at round moments", () => {
  const day = timeTicks({ min: 0, max: 24 * HOUR_US }, 4);
  assert.deepEqual(day.map(({ label }) => label), [
    "1970-01-01",
    "06:00",
    "12:00",
    "18:00",
    "1970-01-02",
  ]);
});

Deno.test("timeTicks() of long ranges stand at the beginnings of months", () => {
  const year = { min: Date.UTC(2012, 0, 15) * 1000, max: Date.UTC(2012, 11, 31) * 1000 };
  assert.deepEqual(timeTicks(year, 4).map(({ label }) => label), [
    "2012-04-01",
    "2012-07-01",
    "2012-10-01",
  ]);
});

Deno.test("chartLines() draws a line from corner to corner, with a gap where values miss", () => {
  const lines = chartLines(captureStream({ columns: 40 }), RAMP);
  assert.equal(lines[0], "mean <delay>");
  assert.equal(lines.length, 1 + 12 + 2 + 1);
  assert.match(lines[1] ?? "", /^4 ┤.*[\u2801-\u28ff]$/);
  assert.match(lines[12] ?? "", /^0 ┤[\u2801-\u28ff]/);
  assert.match(lines[15] ?? "", /━━ ORD & co/);
  assert.ok(lines.every((line) => line.length <= 40));
});

Deno.test("chartLines() says when there is nothing to plot", () => {
  const series = [{ name: "x", timesUs: new Float64Array(), values: new Float64Array() }];
  assert.deepEqual(chartLines(captureStream(), { title: "t", series }), [
    "t",
    "(no values to plot)",
  ]);
});

Deno.test("chartSvg() escapes text, breaks lines at gaps and knows dark grounds", () => {
  const svg = chartSvg(RAMP);
  assert.ok(svg.includes("mean &#60;delay&#62;"));
  assert.ok(svg.includes("ORD &#38; co"));
  assert.ok(svg.includes("prefers-color-scheme:dark"));
  const lines = [...svg.matchAll(/class="line s0" d="([^"]*)"/g)].map(([, data = ""]) => data);
  assert.equal(lines.at(-1)?.split("M").length, 3);
});
