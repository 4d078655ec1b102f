/** Threads of the store that die of an error of their own while a live system uses them. */
import assert from "node:assert/strict";
import { problemOf } from "../../../runtime/api/problem.ts";
import type { LiveSystem, PushReceipt } from "../../../runtime/live/live_system.ts";
import { type StartThread, startThread } from "../../../runtime/threads.ts";
import { startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { collect, LiveFolder } from "../../runtime/live/live_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const CRASHING = new URL("../../runtime/store/crashing_worker.ts", import.meta.url);

/** Starts threads of the store that can be made to crash when they are asked for something. */
class CrashingThreads {
  #deadly: string | undefined;

  readonly startThread: StartThread = (_module, name) => {
    const thread = startThread(CRASHING, name);
    const post = thread.port.postMessage.bind(thread.port);
    thread.port.postMessage = (request: { readonly name?: string }, options?: unknown) => {
      if (request.name !== undefined && request.name === this.#deadly) {
        this.#deadly = undefined;
        post({ name: "crash" });
      }
      post(request, options as Transferable[]);
    };
    return thread;
  };

  /** The thread that gets the next command of the name dies before it carries it out. */
  crashBefore(command: "append" | "commit"): void {
    this.#deadly = command;
  }
}

function push(system: LiveSystem, second: number): Promise<PushReceipt> {
  const time = 1_000_000 * 1_000_000 + second * 1e6;
  const body = new TextEncoder().encode(JSON.stringify({ card: "a", time, amount: second }));
  return system.push("shop.orders", body, { format: "json", idempotencyKey: `${second}` });
}

Deno.test("a log thread that crashes refuses what is under way, retryably; the next push starts another", async () => {
  await using folder = new LiveFolder();
  const threads = new CrashingThreads();
  await using system = await folder.open(["spend"], threads);
  const spend = await collect(system, "spend");
  await push(system, 1);
  threads.crashBefore("append");
  const error: unknown = await push(system, 2).then(() => undefined, (reason) => reason);
  const { status, code, retry } = problemOf(error);
  assert.deepEqual({ status, code, retry }, {
    status: 503,
    code: "STORE_WORKER_ENDED",
    retry: "backoff",
  });
  const { first, last, repeated } = await push(system, 2);
  assert.deepEqual({ first, last, repeated }, { first: 2, last: 2, repeated: false });
  await push(system, 3);
  await spend.atLeast(3);
  assert.deepEqual([...spend.rows.values()].map(({ n, total }) => [n, total]), [
    [1, 1],
    [2, 3],
    [3, 6],
  ]);
  spend.close();
});

Deno.test("a store thread that crashes fails a checkpoint, pushes go on, and the next checkpoint has all", async () => {
  await using folder = new LiveFolder();
  {
    const threads = new CrashingThreads();
    await using system = await folder.open(["spend"], threads);
    await push(system, 1);
    await system.checkpoint();
    await push(system, 2);
    threads.crashBefore("commit");
    await assert.rejects(system.checkpoint("noon"), { code: "STORE_WORKER_ENDED" });
    const [failing] = system.status().pipelines;
    assert.equal(failing!.state, "RUNNING");
    assert.match(failing!.error!, /the worker is dead/);
    await push(system, 3);
    await system.checkpoint("noon");
    assert.equal(system.status().pipelines[0]!.error, undefined);
  }
  await using system = await folder.open(["spend"], { fromSavepoint: "noon" });
  const spend = await collect(system, "spend");
  await push(system, 4);
  await spend.atLeast(4);
  assert.deepEqual([...spend.rows].map(([row, { n }]) => [row, n]), [[1, 1], [2, 2], [3, 3], [
    4,
    4,
  ]]);
  spend.close();
});
