import assert from "node:assert/strict";
import { ProgressReporter, progressText } from "../../../runtime/cli/progress_text.ts";
import { countText, shortCountText } from "../../../runtime/cli/value_text.ts";
import { captureStream } from "./captured_terminal.ts";

const HALF = { phase: "reading", bytesRead: 50, bytesTotal: 100, rowsRead: 2_000_000, setRows: 0 };

Deno.test("progressText() tells percent, rows, rate and time left", () => {
  assert.equal(
    progressText(HALF, 2, countText),
    "reading  50 %  2,000,000 rows  1.00 M rows/s  2 s left",
  );
  const end = { ...HALF, bytesRead: 100, setRows: 1234 };
  assert.equal(
    progressText(end, 4, shortCountText),
    "reading 100 %  2.00 M rows  500 k rows/s  1.23 k out",
  );
});

Deno.test("progressText() of a run that has not begun divides by nothing", () => {
  const state = { phase: "reading", bytesRead: 0, bytesTotal: 0, rowsRead: 0, setRows: 0 };
  assert.equal(progressText(state, 0, countText), "reading   0 %  0 rows");
});

Deno.test("ProgressReporter redraws one line on a terminal and takes it away", () => {
  const stream = captureStream({ isTerminal: true, columns: 120 });
  let now = 0;
  {
    using reporter = new ProgressReporter(stream, { nowMs: () => now });
    reporter.update(HALF);
    now = 50;
    reporter.update(HALF);
    now = 2000;
    reporter.update(HALF);
  }
  assert.equal(stream.text.split("\r").length - 1, 3);
  assert.ok(!stream.text.includes("\n"));
  assert.ok(stream.text.endsWith("\r\x1b[2K"));
});

Deno.test("ProgressReporter writes a line every few seconds without a terminal", () => {
  const stream = captureStream();
  let now = 0;
  using reporter = new ProgressReporter(stream, { nowMs: () => now });
  for (now = 0; now <= 11_000; now += 100) reporter.update(HALF);
  assert.equal(stream.text.trim().split("\n").length, 2);
});
