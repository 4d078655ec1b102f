/** What a pipeline does when rows, its store or its sites fail. */
import assert from "node:assert/strict";
import { SymbolTable } from "../../../../runtime/arrow/mod.ts";
import type { StreamData } from "../../../../runtime/engine/mod.ts";
import { AskQueue } from "../../../../runtime/live/pipeline/ask_queue.ts";
import type { CheckpointDraft } from "../../../../runtime/store/mod.ts";
import { LiveCase, LiveRun } from "./live_case.ts";
import { MemoryCheckpoints } from "./memory_checkpoints.ts";

const SECOND_US = 1_000_000;

/** `x * x` leaves the whole numbers for large x. */
function squares(names: readonly string[]): LiveCase {
  return new LiveCase({
    seed: 0,
    plugins: [{
      name: "p",
      body: `
        source rows { k string key, ts timestamp time, x i64 }
        feature squares on rows { y = x * x }
        feature sums on rows { s = sum(x) over 1m }
        feature every_second on rows { s = sum(x) over ever } every 1s
      `,
    }],
    sources: [],
    features: names.map((name) => ({ name, definition: `p.${name}` })),
    spine: { kind: "grid", everyUs: SECOND_US, keysOf: "p.rows" },
    startUs: 0,
    endUs: 1,
    partitions: 1,
    batchRows: 1,
  });
}

async function openRun(
  store: MemoryCheckpoints,
  options: { readonly rows?: number; readonly feature?: string } = {},
): Promise<LiveRun> {
  const symbols = new SymbolTable();
  symbols.intern("a");
  const { rows, feature } = options;
  const run = new LiveRun(squares(feature ? [feature] : ["squares", "sums"]), symbols, store);
  await run.open(undefined, rows);
  await run.pipeline.settled();
  return run;
}

function rowsOf(fromUs: number, values: readonly number[]): StreamData {
  const time = Float64Array.from(values, (_, i) => fromUs + i);
  return {
    length: values.length,
    time,
    sequence: time.slice(),
    columns: [new Int32Array(values.length), time.slice(), Float64Array.from(values)],
  };
}

async function publish(run: LiveRun, fromUs: number, values: readonly number[]): Promise<void> {
  run.publish("p.rows", rowsOf(fromUs, values));
  run.advanceTo("p.rows", fromUs + values.length);
  await run.pipeline.settled();
}

const BIG = 2 ** 50;

Deno.test("a row that cannot be computed is null, counted and kept with the next checkpoint", async () => {
  const store = new MemoryCheckpoints();
  const run = await openRun(store);
  await publish(run, 0, [2, BIG, 3]);
  assert.deepEqual(run.rows[0]!.map((text) => JSON.parse(text).y), [4, null, 9]);
  assert.deepEqual(run.rows[1]!.map((text) => JSON.parse(text).s), [2, 2 + BIG, 5 + BIG]);
  assert.equal(run.pipeline.status().rowErrors, 1);
  await run.pipeline.checkpoint();
  await run.pipeline.checkpoint();
  const errors = store.committed.map(({ draft }) => draft.errors);
  assert.deepEqual(errors.map(({ length }) => length), [1, 0]);
  const [{ pipeline, feature, timeUs }] = errors[0]! as [CheckpointDraft["errors"][0]];
  assert.deepEqual({ pipeline, feature, timeUs }, {
    pipeline: "p",
    feature: "p.squares",
    timeUs: 1,
  });
  await run.pipeline.close();
});

Deno.test("a pipeline whose rows all fail stops by name, and tells who asks", async () => {
  const run = await openRun(new MemoryCheckpoints());
  for (let i = 0; i < 20; i++) await publish(run, i * 10, Array.from({ length: 10 }, () => BIG));
  const { state, error } = run.pipeline.status();
  assert.equal(state, "FAILED");
  assert.match(error!, /p\.squares/);
  const nothing = rowsOf(0, [1]);
  await assert.rejects(run.pipeline.ask(nothing), { message: error! });
  await assert.rejects(run.pipeline.checkpoint(), { message: error! });
  await run.pipeline.close();
});

/** A store that is full while `fails` says so. */
class FullStore extends MemoryCheckpoints {
  fails = true;

  override commit(draft: CheckpointDraft): ReturnType<MemoryCheckpoints["commit"]> {
    return this.fails ? Promise.reject(new Error("the disk is full")) : super.commit(draft);
  }
}

Deno.test("a checkpoint that fails stops nothing, and the next one has all rows", async () => {
  const store = new FullStore();
  const run = await openRun(store);
  await publish(run, 0, [1, 2]);
  await assert.rejects(run.pipeline.checkpoint(), { message: "the disk is full" });
  assert.equal(run.pipeline.status().error, "the disk is full");
  await publish(run, 10, [3]);
  assert.equal(run.pipeline.status().state, "RUNNING");
  store.fails = false;
  await run.pipeline.checkpoint("before");
  assert.equal(run.pipeline.status().error, undefined);
  const { draft, info } = store.committed[0]!;
  assert.equal(info.savepoint, "before");
  assert.deepEqual(draft.rows.map(({ first, count }) => [first, count]), [[1, 3], [1, 3]]);
  await run.pipeline.close();
});

Deno.test("a store that refuses is not asked again at once, however many rows wait for it", async () => {
  class CountingStore extends FullStore {
    tries = 0;

    override commit(draft: CheckpointDraft): ReturnType<MemoryCheckpoints["commit"]> {
      this.tries++;
      return super.commit(draft);
    }
  }
  const store = new CountingStore();
  const run = await openRun(store, { rows: 1 });
  for (let i = 0; i < 50; i++) await publish(run, i * 10, [1, 2]);
  assert.equal(store.tries, 1);
  await run.pipeline.abort();
});

Deno.test("while its store fails a pipeline makes rows up to a bound, and all of them after", async () => {
  const store = new FullStore();
  const run = await openRun(store, { rows: 1, feature: "squares" });
  const values = new Array<number>(10_000).fill(3);
  for (let i = 0; i < 20; i++) await publish(run, i * 10_000, values);
  const [hub] = run.hubs;
  assert.ok(hub!.count >= 60_000 && hub!.count <= 80_000, `${hub!.count} rows`);
  assert.equal(run.pipeline.status().state, "RUNNING");
  assert.ok(run.pipeline.status().pendingRows <= 20_000);
  store.fails = false;
  while (hub!.count < 200_000) {
    await run.pipeline.checkpoint();
    await run.pipeline.settled();
  }
  assert.equal(run.rows[0]!.length, 200_000);
  await run.pipeline.close();
  const stored = store.committed.flatMap(({ draft }) => draft.rows);
  assert.deepEqual(
    stored.map(({ first }) => first),
    stored.map((_, i) => 1 + stored.slice(0, i).reduce((sum, { count }) => sum + count, 0)),
  );
});

Deno.test("questions beyond the room for them are refused, and those that wait are answered", async () => {
  const queue = new AskQueue();
  const table = rowsOf(0, new Array<number>(100_000).fill(1));
  const waiting = [queue.add(table), queue.add(table)];
  await assert.rejects(queue.add(table), { code: "READS_FULL", retry: "backoff" });
  for (const answer of waiting) {
    queue.take().answer(table, { watermarkUs: 0, appliedUs: 0, positions: {} });
    assert.equal((await answer).rows.length, 100_000);
  }
  queue.add(rowsOf(0, new Array<number>(300_000).fill(1))).catch(() => {});
  await assert.rejects(queue.add(rowsOf(0, [1])), { code: "READS_FULL" });
  queue.rejectAll(new Error("over"));
});

Deno.test("a question that is too far ahead is refused alone", async () => {
  const run = await openRun(new MemoryCheckpoints(), { feature: "every_second" });
  await publish(run, 0, [1, 2]);
  const [near, far] = await Promise.allSettled(
    [SECOND_US, 1e15].map((us) =>
      run.pipeline.ask({ ...rowsOf(us, [0]), columns: [new Int32Array(1)] })
    ),
  );
  assert.equal(near!.status, "fulfilled");
  assert.equal((far as PromiseRejectedResult).reason.code, "READ_TOO_FAR");
  await run.pipeline.close();
});

Deno.test("after it has closed a pipeline takes and answers nothing", async () => {
  const store = new MemoryCheckpoints();
  const run = await openRun(store);
  await publish(run, 0, [1]);
  await run.pipeline.close();
  assert.equal(store.committed.length, 1, "a last checkpoint was taken");
  assert.equal(run.pipeline.status().state, "STOPPED");
  run.publish("p.rows", rowsOf(10, [2]));
  assert.equal(run.pipeline.status().pendingRows, 0);
  await assert.rejects(run.pipeline.ask(rowsOf(0, [1])), { code: "PIPELINE_STOPPED" });
});

Deno.test("rows that time alone makes get into a checkpoint", async () => {
  const store = new MemoryCheckpoints();
  const run = await openRun(store, { rows: 3, feature: "every_second" });
  await publish(run, 0, [1]);
  run.advanceTo("p.rows", 10 * SECOND_US);
  await run.pipeline.settled();
  run.advanceTo("p.rows", 11 * SECOND_US);
  await run.pipeline.settled();
  const kept = store.committed.flatMap(({ draft }) => draft.rows);
  assert.equal(kept.reduce((sum, { count }) => sum + count, 0), 10, "at 0 s to 9 s");
  await run.pipeline.abort();
});
