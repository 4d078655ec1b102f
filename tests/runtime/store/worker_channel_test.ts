import assert from "node:assert/strict";
import { join } from "node:path";
import { parseStoreLocation } from "../../../runtime/store/location.ts";
import { startThread } from "../../../runtime/threads.ts";
import { WorkerChannel } from "../../../runtime/store/worker_channel.ts";

const MODULE = new URL("../../../runtime/store/worker_main.ts", import.meta.url);

Deno.test("WorkerChannel rejects what waits and what comes later once it is closed", async () => {
  const channel = new WorkerChannel(startThread(MODULE, "store"));
  const waiting = channel.request({ kind: "call", name: "listPlugins", args: [] });
  channel.close();
  await assert.rejects(waiting, { code: "STORE_WORKER_ENDED" });
  await assert.rejects(channel.request({ kind: "call", name: "close", args: [] }), {
    code: "STORE_WORKER_ENDED",
  });
});

Deno.test("WorkerChannel carries errors over with code, hint and the worker's stack", async () => {
  const folder = await Deno.makeTempDir();
  const channel = new WorkerChannel(startThread(MODULE, "store"));
  try {
    const options = { nowUs: 0, busyTimeoutMs: 0 };
    const location = parseStoreLocation(folder);
    await assert.rejects(channel.request({ kind: "open", role: "series", location, options }), {
      code: "STORE_UNWRITABLE",
      domain: "external",
    });
    await assert.rejects(
      channel.request({ kind: "call", name: "listPlugins", args: [] }),
      (error: Error) => error.cause instanceof Error && /worker_main/.test(error.cause.message),
    );
    const usable = parseStoreLocation(join(folder, "store.db"));
    await channel.request({ kind: "open", role: "series", location: usable, options });
    assert.deepEqual(await channel.request({ kind: "call", name: "listPlugins", args: [] }), []);
    await channel.request({ kind: "call", name: "close", args: [] });
  } finally {
    channel.close();
    await Deno.remove(folder, { recursive: true });
  }
});
