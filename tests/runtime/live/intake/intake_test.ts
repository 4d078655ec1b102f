/** What is on disk, what is published, and what holds after failures and restarts. */
import assert from "node:assert/strict";
import { FeaturizerError } from "../../../../runtime/errors.ts";
import { openEventLog } from "../../../../runtime/store/mod.ts";
import { IntakeCase, NAME, SECOND, textsOf } from "./intake_case.ts";
import { MemoryLog } from "./memory_log.ts";

Deno.test("an intake on a real log goes on after a restart where it ended", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const location = `${folder}/store.db`;
    await using log = await openEventLog(location);
    const before = new IntakeCase(log, { latenessUs: SECOND });
    {
      await using intake = await before.open();
      await before.push(intake, [["a", 100, 1], ["b", 103, 2], ["a", 101, 3]], {
        entry: 1,
        cursor: "one",
      });
      await before.push(intake, [["b", null, 4], ["a", 104, 5]], { entry: 1, cursor: "two" });
      assert.deepEqual(before.positions, [1, 2, 5]);
    }
    const after = new IntakeCase(log, { latenessUs: SECOND });
    await using intake = await after.open();
    assert.equal(intake.cursorOf(NAME, 1), "two");
    assert.deepEqual(intake.status(), [{
      source: NAME,
      position: 5,
      admitted: 3,
      late: 1,
      malformed: 1,
      future: 0,
      watermarkUs: 103 * SECOND,
      lastTimeUs: 104 * SECOND,
      idle: false,
      pendingBytes: 0,
    }]);
    const receipt = await after.push(intake, [["c", 102.9], ["c", 103]], { entry: 1 });
    assert.deepEqual([receipt.first, receipt.last, receipt.late], [6, 7, 1]);
    const replayed = await Array.fromAsync(intake.replay(NAME, 1));
    assert.deepEqual(replayed.flatMap((rows) => textsOf(rows, after.symbols)), [
      "2 b 103 2",
      "5 a 104 5",
      "7 c 103 0",
    ]);
    assert.deepEqual(replayed.map(({ lastPosition }) => lastPosition), [3, 5, 7]);
    assert.deepEqual(replayed.map(({ watermarkUs }) => watermarkUs! / SECOND), [102, 103, 103]);
    assert.equal((await log.late(NAME)).length, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a batch that is pushed again under its key adds nothing, not even at once", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log);
  {
    await using intake = await at.open();
    const [first, second] = await Promise.all([
      at.push(intake, [["a", 1], ["a", 2]], { idempotencyKey: "k" }),
      at.push(intake, [["a", 1], ["a", 2]], { idempotencyKey: "k" }),
    ]);
    assert.deepEqual([first.repeated, second.repeated], [false, true]);
    assert.deepEqual({ ...second, repeated: false }, first);
  }
  await using again = await at.open();
  const third = await at.push(again, [["a", 1], ["a", 2]], { idempotencyKey: "k" });
  assert.deepEqual([third.first, third.last, third.admitted, third.repeated], [1, 2, 2, true]);
  assert.equal(log.drafts.length, 1);
});

Deno.test("while one batch waits for the disk the next is decided; they are published in order", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log);
  await using intake = await at.open();
  log.hold();
  const pushes = [at.push(intake, [["a", 1]]), at.push(intake, [["a", 2]])];
  await until(() => log.waiting === 2);
  assert.deepEqual(at.positions, []);
  assert.equal(intake.status()[0]!.pendingBytes, 40);
  log.release();
  await Promise.all(pushes);
  assert.deepEqual(at.positions, [1, 2]);
  assert.deepEqual(at.watermarks, [1, 2]);
  assert.equal(intake.status()[0]!.pendingBytes, 0);
});

Deno.test("a full disk rejects what was under way, and later pushes go on without a hole", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log);
  await using intake = await at.open();
  await at.push(intake, [["a", 10]]);
  log.hold();
  log.failure = { error: diskFull() };
  const failing = [at.push(intake, [["a", 20]]), at.push(intake, [["a", 30]])];
  const outcomes = Promise.allSettled(failing);
  await until(() => log.waiting === 2);
  log.release();
  for (const outcome of await outcomes) {
    assert.equal(outcome.status === "rejected" && outcome.reason.code, "STORE_FULL");
  }
  assert.deepEqual(at.positions, [1]);
  const receipt = await at.push(intake, [["a", 15]]);
  assert.deepEqual([receipt.first, receipt.admitted], [2, 1]);
  assert.deepEqual([at.positions, at.watermarks], [[1, 2], [10, 15]]);
});

Deno.test("rows that reached the disk although their push failed are published with the next", async () => {
  const log = new MemoryLog();
  const at = new IntakeCase(log);
  await using intake = await at.open();
  log.failure = { error: diskFull(), after: true };
  await assert.rejects(at.push(intake, [["a", 10]], { cursor: "ten" }), { code: "STORE_FULL" });
  assert.deepEqual(at.positions, []);
  const receipt = await at.push(intake, [["a", 9], ["a", 11]]);
  assert.deepEqual([receipt.first, receipt.late], [2, 1]);
  assert.deepEqual([at.positions, at.watermarks], [[1, 3], [10, 11]]);
  assert.equal(intake.cursorOf(NAME, 0), "ten");
});

Deno.test("a source that the intake does not have is named", async () => {
  const at = new IntakeCase(new MemoryLog());
  await using intake = await at.open();
  await assert.rejects(
    intake.push("feed.quotes", { batch: { length: 0, columns: [] }, rejected: [] }),
    {
      code: "UNKNOWN_SOURCE",
      hint: "There are feed.trades.",
    },
  );
});

function diskFull(): FeaturizerError {
  return new FeaturizerError("Cannot use store: the disk is full", { code: "STORE_FULL" });
}

async function until(isMet: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !isMet(); turn++) await Promise.resolve();
  assert.ok(isMet());
}
