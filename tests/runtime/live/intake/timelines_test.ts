/** Decisions and watermarks on timelines that were worked out by hand. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import type { LiveIntake } from "../../../../runtime/live/live_intake.ts";
import { IntakeCase, NAME, SECOND, START_US, type Trade } from "./intake_case.ts";
import { tradesSource } from "../sources/recorded_intake.ts";
import { MemoryLog } from "./memory_log.ts";

Deno.test("a row below the watermark is late, one at it is not", async () => {
  // time       100   103   101    100    99        (lateness 2 s)
  // watermark   98   101   101    101    101
  //             ok    ok    ok   late   late
  const { receipt, log, watermarks } = await decided(
    [["a", 100], ["a", 103], ["a", 101], ["a", 100], ["a", 99]],
    { latenessUs: 2 * SECOND },
  );
  assert.deepEqual([receipt.admitted, receipt.late], [3, 2]);
  assert.deepEqual(watermarks, [101]);
  const late = log.drafts[0]!.lateRows.map(({ position, detail }) => [position, detail]);
  assert.deepEqual(late, [
    [4, "1970-01-01T00:01:40Z is below the watermark, 1970-01-01T00:01:41Z"],
    [5, "1970-01-01T00:01:39Z is below the watermark, 1970-01-01T00:01:41Z"],
  ]);
});

Deno.test("rows without time or key, or with a sequence beyond 2^53, are malformed", async () => {
  const { receipt, log } = await decided([
    ["a", null, 1],
    [null, 100, 2],
    ["a", 101, 2 ** 53],
    ["a", 102, 4],
  ], { sequence: "price" });
  assert.deepEqual([receipt.admitted, receipt.malformed], [1, 3]);
  assert.deepEqual(log.drafts[0]!.lateRows.map(({ detail }) => detail), [
    'the time "ts" is missing',
    'the key "symbol" is missing',
    'the sequence "price" is beyond 2^53 - 1',
  ]);
});

Deno.test("a row an hour ahead of the clock counts, one beyond it is kept aside and moves nothing", async () => {
  // clock 1000; 4600 is an hour ahead
  const { receipt, watermarks } = await decided([["a", 4600.1], ["a", 999], ["a", 4600]], {});
  assert.deepEqual([receipt.admitted, receipt.future], [2, 1]);
  assert.deepEqual(watermarks, [4600]);
});

Deno.test("decisions do not depend on where batches end", async () => {
  const rows: Trade[] = Array.from({ length: 60 }, (_, i) => {
    const seconds = 900 + i * 0.5 + (i * 7919 % 13 - 6);
    return [i % 11 === 5 ? null : `k${i % 3}`, i % 17 === 3 ? null : i % 19 === 4 ? 9999 : seconds];
  });
  const outcomes = [];
  for (const size of [1, 7, rows.length]) {
    const log = new MemoryLog();
    const at = new IntakeCase(log, { latenessUs: 3 * SECOND });
    await using intake = await at.open();
    for (let from = 0; from < rows.length; from += size) {
      await at.push(intake, rows.slice(from, from + size));
    }
    const late = log.drafts.flatMap(({ lateRows }) =>
      lateRows.map(({ position, reason, detail }) => `${position} ${reason} ${detail}`)
    );
    outcomes.push({ late, positions: at.positions, watermark: at.watermarks.at(-1) });
  }
  assert.deepEqual(outcomes[1], outcomes[0]);
  assert.deepEqual(outcomes[2], outcomes[0]);
  const reasons = new Set(outcomes[0]!.late.map((text) => text.split(" ")[1]));
  assert.deepEqual([...reasons].sort(), ["future", "late", "malformed"]);
});

Deno.test("an idle source follows the clock, and its rows are judged by that", async () => {
  // clock      1000      1000.9  1001    1005
  // row         990
  // watermark   988        988    989     993      (lateness 2 s, idle 1 s)
  const at = new IntakeCase(new MemoryLog(), { latenessUs: 2 * SECOND });
  await using intake = await at.open();
  await at.push(intake, [["a", 990]]);
  await pass(at, intake, 0.9);
  assert.deepEqual(at.watermarks, [988]);
  assert.equal(intake.status()[0]!.idle, false);
  await pass(at, intake, 0.1);
  assert.equal(intake.status()[0]!.idle, true);
  await pass(at, intake, 4);
  assert.deepEqual(at.watermarks, [988, 989, 993]);
  const receipt = await at.push(intake, [["a", 992.9], ["a", 993]]);
  assert.deepEqual([receipt.late, receipt.admitted], [1, 1]);
});

Deno.test("what the clock says is on disk before it is told", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log, { latenessUs: 2 * SECOND });
  await using intake = await at.open();
  await at.push(intake, [["a", 990]]);
  assert.equal(log.raised.size, 0);
  await pass(at, intake, 4);
  assert.deepEqual(at.watermarks, [988, 992]);
  assert.ok(log.raised.get(NAME)! >= 992 * SECOND);
});

Deno.test("an idle source follows those it is read with, also one that never had a row", async () => {
  // clock     1000    1000.5    1001.5
  // trades     990     995        -        watermark 988, 993
  // quotes      -       -         -        watermark  -    -   993   (lateness 2 s, idle 1 s)
  const at = new IntakeCase(new MemoryLog(), { latenessUs: 2 * SECOND });
  const quotes = tradesSource({ name: "quotes", latenessUs: 2 * SECOND });
  const sources = [at.source, quotes];
  await using intake = await at.open({ sources, together: [[NAME, "feed.quotes"]] });
  const ofQuotes = () =>
    intake.status().find(({ source }) => source === "feed.quotes")!.watermarkUs / SECOND;
  await at.push(intake, [["a", 990]]);
  await pass(at, intake, 0.5);
  assert.equal(ofQuotes(), -Infinity);
  await at.push(intake, [["a", 995]]);
  await pass(at, intake, 0.6);
  assert.equal(ofQuotes(), 993);
});

Deno.test("sources that are read together and all idle follow the foremost", async () => {
  // clock     1000   1001.5
  // trades     990      -       watermark 988, 989.5
  // quotes     900      -       watermark 898, 989.5   (lateness 2 s, idle 1 s)
  const at = new IntakeCase(new MemoryLog(), { latenessUs: 2 * SECOND });
  const quotes = tradesSource({ name: "quotes", latenessUs: 2 * SECOND });
  const sources = [at.source, quotes];
  await using intake = await at.open({ sources, together: [[NAME, "feed.quotes"]] });
  const watermarks = () => intake.status().map(({ watermarkUs }) => watermarkUs / SECOND);
  await at.push(intake, [["a", 990]]);
  await at.push(intake, [["a", 900]], { to: "feed.quotes" });
  await pass(at, intake, 0.9);
  assert.deepEqual(watermarks(), [988, 898]);
  await pass(at, intake, 0.6);
  await pass(at, intake, 0);
  assert.deepEqual(watermarks(), [989.5, 989.5]);
});

Deno.test("a replay's clock that starts makes no source idle", async () => {
  const at = new IntakeCase(new MemoryLog());
  const quotes = tradesSource({ name: "quotes" });
  at.clock.pass(-START_US);
  await using intake = await at.open({
    sources: [at.source, quotes],
    together: [[NAME, "feed.quotes"]],
  });
  at.clock.pass(START_US);
  await at.push(intake, [["a", 990]]);
  await pass(at, intake, 0.9);
  assert.deepEqual(intake.status().map(({ idle }) => idle), [false, false]);
  assert.deepEqual(intake.status().map(({ watermarkUs }) => watermarkUs / SECOND), [
    990,
    -Infinity,
  ]);
});

Deno.test("a restart makes no source idle: rows are judged as without it", async () => {
  // clock      1000   restart   1000.5   1002
  // row         990              989      -
  // watermark   988      988     988     989     (lateness 2 s, idle 1 s)
  const log = new MemoryLog();
  const at = new IntakeCase(log, { latenessUs: 2 * SECOND });
  {
    await using intake = await at.open();
    await at.push(intake, [["a", 990]]);
  }
  await using intake = await at.open();
  await pass(at, intake, 0.5);
  assert.equal(intake.status()[0]!.idle, false);
  assert.equal((await at.push(intake, [["a", 989], ["a", 988]])).admitted, 2);
  await pass(at, intake, 1.5);
  assert.equal(intake.status()[0]!.idle, true);
});

Deno.test("an entry holds the watermark back until it is idle", async () => {
  // entry 1:  row 900 at clock 1000     then nothing
  // entry 2:  row 950 at clock 1000.5   row 951 at 1001.2
  const at = new IntakeCase(new MemoryLog());
  await using intake = await at.open();
  await at.push(intake, [["a", 900]], { entry: 1 });
  at.clock.pass(0.5 * SECOND);
  await at.push(intake, [["a", 950]], { entry: 2 });
  assert.deepEqual(at.watermarks, [900]);
  at.clock.pass(0.7 * SECOND);
  await at.push(intake, [["a", 951]], { entry: 2 });
  assert.deepEqual(at.watermarks, [900, 951]);
  const receipt = await at.push(intake, [["a", 901]], { entry: 1 });
  assert.equal(receipt.late, 1);
});

Deno.test("a clock that jumps back moves no watermark back and stops no idleness", async () => {
  const at = new IntakeCase(new MemoryLog());
  await using intake = await at.open();
  await at.push(intake, [["a", 990]]);
  await pass(at, intake, 2);
  assert.deepEqual(at.watermarks, [990, 992]);
  await pass(at, intake, -500);
  await pass(at, intake, 3);
  assert.deepEqual(at.watermarks, [990, 992, 995]);
});

Deno.test("a clock that jumps forward takes idle sources along", async () => {
  const at = new IntakeCase(new MemoryLog());
  await using intake = await at.open();
  await at.push(intake, [["a", 990]]);
  await pass(at, intake, 3600);
  assert.deepEqual(at.watermarks, [990, 4590]);
  assert.equal((await at.push(intake, [["a", 991]])).late, 1);
});

Deno.test("time that rows wait for the disk is not idleness, and nobody hears of it before", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log);
  await using intake = await at.open();
  log.hold();
  const pushed = at.push(intake, [["a", 990]]);
  await pass(at, intake, 60);
  assert.deepEqual([at.watermarks, at.positions], [[], []]);
  log.release();
  await pushed;
  await pass(at, intake, 0.9);
  assert.deepEqual([at.watermarks, at.positions], [[990], [1]]);
});

Deno.test("the entry that was refused for want of room is not idle until there is room", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log);
  await using intake = await at.open({ maxPendingBytes: 30 });
  await at.push(intake, [["a", 900]], { entry: 1 });
  log.hold();
  const held = at.push(intake, [["a", 950]], { entry: 2 });
  await assert.rejects(at.push(intake, [["a", 901]], { entry: 1 }), {
    code: "INGEST_FULL",
    domain: "external",
    retry: "backoff",
  });
  await pass(at, intake, 60);
  log.release();
  await held;
  assert.equal((await at.push(intake, [["a", 901]], { entry: 1 })).admitted, 1);
});

/** Time passes; what the clock says is on disk then, and told. */
async function pass(at: IntakeCase, intake: LiveIntake, seconds: number): Promise<void> {
  at.clock.pass(seconds * SECOND);
  intake.tick();
  await new Promise((resolve) => setImmediate(resolve));
}

async function decided(
  rows: readonly Trade[],
  source: ConstructorParameters<typeof IntakeCase>[1],
) {
  const log = new MemoryLog();
  const at = new IntakeCase(log, source);
  assert.equal(at.clock.nowUs(), START_US);
  await using intake = await at.open();
  const receipt = await at.push(intake, rows);
  return { receipt, log, watermarks: at.watermarks };
}

Deno.test("an entry that has ended holds nobody back, and one of files is not idle before", async () => {
  // entry 1, files:  row 900 at clock 1000    ended at 1010
  // entry 2, files:  row 950 at clock 1000    row 960 at 1010
  // watermark        900                      960
  const at = new IntakeCase(new MemoryLog());
  const known = [1, 2].map((number) => ({ number, isHistory: true }));
  await using intake = await at.open({ entries: new Map([[NAME, { known, hasMore: false }]]) });
  const history = { reachedUs: -Infinity };
  await at.push(intake, [["a", 900]], { entry: 1, history });
  await at.push(intake, [["a", 950]], { entry: 2, history });
  await pass(at, intake, 10);
  assert.deepEqual(at.watermarks, [900]);
  intake.end(NAME, 1);
  await at.push(intake, [["a", 960]], { entry: 2, history });
  assert.equal(at.watermarks.at(-1), 960);
});

Deno.test("rows of files are judged by their own order, whatever others hold back, and by no clock", async () => {
  // entry 2 has no row and holds the watermark; lateness 2 s; 99999 is a day ahead of the clock
  const at = new IntakeCase(new MemoryLog(), { latenessUs: 2 * SECOND });
  const known = [1, 2].map((number) => ({ number, isHistory: true }));
  await using intake = await at.open({ entries: new Map([[NAME, { known, hasMore: false }]]) });
  const rows: Trade[] = [["a", 100], ["a", 98], ["a", 97.9], ["a", 99_999]];
  const receipt = await at.push(intake, rows, { entry: 1, history: { reachedUs: -Infinity } });
  assert.deepEqual([receipt.admitted, receipt.late, receipt.future], [3, 1, 0]);
  const reached = { entry: 1, history: { reachedUs: 99_999 * SECOND } };
  assert.equal((await at.push(intake, [["a", 99_998], ["a", 99_996]], reached)).late, 1);
  assert.deepEqual(at.watermarks, []);
});

Deno.test("sources that are complete are so after a restart, too", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log);
  await using intake = await at.open();
  await at.push(intake, [["a", 900]]);
  intake.complete();
  await pass(at, intake, 0);
  assert.deepEqual(at.watermarks, [900, Infinity]);
  assert.equal(log.raised.get(NAME), Infinity);
  assert.equal((await at.push(intake, [["a", 901]])).late, 1);
  assert.match(log.drafts[1]!.lateRows[0]!.detail, /comes after the end of the source/);
});

Deno.test("rows of a log keep what was decided about them, and its watermark", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log, { latenessUs: 2 * SECOND });
  await using intake = await at.open();
  const decided = { codes: Float64Array.of(0, 1, 0), watermarkUs: 800 * SECOND };
  const receipt = await at.push(intake, [["a", 900], ["a", 899], ["a", 850]], { decided });
  assert.deepEqual([receipt.admitted, receipt.late], [2, 1]);
  await at.push(intake, [["a", 801]], { decided: { ...decided, codes: Float64Array.of(0) } });
  assert.deepEqual(at.watermarks, [800]);
  assert.deepEqual(at.positions, [1, 3, 4]);
});
