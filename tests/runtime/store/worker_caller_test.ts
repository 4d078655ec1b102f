import assert from "node:assert/strict";
import { join } from "node:path";
import { parseStoreLocation } from "../../../runtime/store/location.ts";
import type { LogCommands } from "../../../runtime/store/log_commands.ts";
import { startThread } from "../../../runtime/threads.ts";
import { WorkerCaller } from "../../../runtime/store/worker_caller.ts";
import { logDraft } from "./live_samples.ts";

interface CrashingCommands extends LogCommands {
  crash(): Promise<void>;
}

async function withCaller(
  run: (caller: WorkerCaller<CrashingCommands>, starts: () => number) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  let starts = 0;
  const caller = await WorkerCaller.open<CrashingCommands>({
    role: "log",
    location: parseStoreLocation(join(folder, "log.db")),
    options: { nowUs: 0, busyTimeoutMs: 1000 },
    startThread: (_module, name) => {
      starts++;
      return startThread(new URL("./crashing_worker.ts", import.meta.url), name);
    },
  });
  try {
    await run(caller, () => starts);
  } finally {
    await caller.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("WorkerCaller tells what waits that the worker died, and opens another at the next call", async () => {
  await withCaller(async (caller, starts) => {
    await caller.call("append", [[logDraft(1)]]);
    const outcomes = await Promise.allSettled([
      caller.call("crash", []),
      caller.call("append", [[logDraft(11)]]),
    ]);
    for (const outcome of outcomes) {
      assert.equal(outcome.status, "rejected");
      assert.equal(outcome.reason.code, "STORE_WORKER_ENDED");
      assert.equal(outcome.reason.retry, "backoff");
      assert.match(outcome.reason.message, /the worker is dead/);
    }
    const [ends, entries] = await Promise.all([
      caller.call("ends", []),
      caller.call("readEntries", ["p.s", 0]),
    ]);
    assert.equal(starts(), 2);
    assert.equal(entries[0]?.first, 1);
    const last = ends[0]?.last ?? 0;
    assert.deepEqual(await caller.call("append", [[logDraft(last + 1)]]), [undefined]);
  });
});

Deno.test("WorkerCaller gives up on workers that die again and again", async () => {
  await withCaller(async (caller, starts) => {
    for (let i = 0; i < 6; i++) {
      await assert.rejects(caller.call("crash", []), { code: "STORE_WORKER_ENDED" });
    }
    assert.equal(starts(), 4);
    await assert.rejects(caller.call("ends", []), { code: "STORE_WORKER_ENDED" });
  });
});

Deno.test("WorkerCaller opens no worker after close", async () => {
  await withCaller(async (caller, starts) => {
    await assert.rejects(caller.call("crash", []), { code: "STORE_WORKER_ENDED" });
    await caller.close();
    await assert.rejects(caller.call("ends", []), { code: "STORE_WORKER_ENDED" });
    assert.equal(starts(), 1);
  });
});
