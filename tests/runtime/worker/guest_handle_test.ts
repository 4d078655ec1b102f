import assert from "node:assert/strict";
import type { FeaturizerError } from "../../../runtime/errors.ts";
import { GuestHandle } from "../../../runtime/worker/guest_handle.ts";
import type { WorkerHandle } from "../../../runtime/worker/launcher.ts";
import { createPulse } from "../../../runtime/worker/pulse.ts";
import { MOST_LOG_LINES, type WorkerFailure } from "../../../runtime/worker/protocol.ts";

/** The guest's end of a channel, played by the test. */
function createGuest(silenceMs: number) {
  const { port1, port2 } = new MessageChannel();
  const pulse = createPulse();
  const failed = Promise.withResolvers<WorkerFailure>();
  const stopped = Promise.withResolvers<void>();
  const worker: WorkerHandle = {
    port: port1,
    pulse,
    failed: failed.promise,
    terminate: () => {
      port1.close();
      port2.close();
      stopped.resolve();
      return Promise.resolve();
    },
  };
  const failure = Promise.withResolvers<FeaturizerError>();
  const opened = Promise.withResolvers<void>();
  const idle = Promise.withResolvers<void>();
  const logged: string[] = [];
  const handle = new GuestHandle(worker, {
    name: "market",
    code: "",
    silenceMs,
    callMs: 40,
    onLog: (_name, text) => logged.push(text),
    onIdle: idle.resolve,
    onMessage: ({ kind }) => kind === "opened" && opened.resolve(),
    onFailure: failure.resolve,
  });
  return { handle, pulse, guest: port2, failed, stopped, failure, opened, idle, logged };
}

Deno.test("GuestHandle asks a quiet guest, then stops it and names it", async () => {
  const { guest, failure, stopped } = createGuest(40);
  const asked: string[] = [];
  guest.onmessage = ({ data }) => asked.push(data.kind);
  const error = await failure.promise;
  await stopped.promise;
  assert.equal(error.code, "PLUGIN_SILENT");
  assert.equal(error.message, 'Cannot run "market": it gave no answer for 0.04 s');
  assert.ok(asked.length > 3 && asked.every((kind) => kind === "ping"), asked.join());
});

Deno.test("GuestHandle stops a guest one of whose calls does not end, whatever it answers", async () => {
  const { guest, pulse, failure, stopped } = createGuest(10_000);
  const calls = setInterval(() => pulse[0]! += 2, 10);
  pulse[0]!++;
  const answers = setInterval(() => guest.postMessage({ kind: "log", text: "still here" }), 10);
  await new Promise((resolve) => setTimeout(resolve, 120));
  clearInterval(calls);
  const error = await failure.promise;
  clearInterval(answers);
  await stopped.promise;
  assert.equal(error.code, "PLUGIN_STUCK");
  assert.equal(error.message, 'Cannot run "market": one call of its code took more than 0.04 s');
});

Deno.test("GuestHandle keeps a guest that answers", async () => {
  const { handle, guest, failure, opened } = createGuest(80);
  failure.promise.then(opened.reject);
  let answers = 0;
  guest.onmessage = () => guest.postMessage(++answers < 20 ? { kind: "pong" } : { kind: "opened" });
  await opened.promise;
  await handle.close();
});

Deno.test("GuestHandle does not count the time in which the host itself is busy", async () => {
  const { handle, guest, opened, failure } = createGuest(40);
  failure.promise.then(opened.reject);
  guest.onmessage = () => guest.postMessage({ kind: "pong" });
  for (const end = performance.now() + 120; performance.now() < end;);
  guest.postMessage({ kind: "opened" });
  await opened.promise;
  await handle.close();
});

for (
  const [reason, code] of [
    ["out-of-memory", "PLUGIN_OUT_OF_MEMORY"],
    ["uncaught", "PLUGIN_FAILED"],
    ["ended", "PLUGIN_FAILED"],
  ] as const
) {
  Deno.test(`GuestHandle tells a worker's end as ${code} when it is ${reason}`, async () => {
    const { failed, failure, stopped } = createGuest(10_000);
    failed.resolve({ reason, message: "the reason" });
    assert.equal((await failure.promise).code, code);
    await stopped.promise;
  });
}

Deno.test("GuestHandle stops a guest that answers what was not asked", async () => {
  const { guest, failure, stopped } = createGuest(10_000);
  for (let i = 0; i < 3; i++) guest.postMessage({ kind: "pong" });
  assert.equal((await failure.promise).code, "PLUGIN_FORGED_MESSAGE");
  await stopped.promise;
});

Deno.test("GuestHandle stops a guest that floods the log", async () => {
  const { guest, failure, stopped, logged } = createGuest(10_000);
  for (let i = 0; i < 3 * MOST_LOG_LINES; i++) guest.postMessage({ kind: "log", text: "more" });
  assert.equal((await failure.promise).code, "PLUGIN_FORGED_MESSAGE");
  assert.equal(logged.length, MOST_LOG_LINES);
  await stopped.promise;
});

Deno.test("GuestHandle tells the guest's own name in whatever the guest says of others", async () => {
  const { guest, failure } = createGuest(10_000);
  const message = 'Cannot run "other": it is at fault';
  guest.postMessage({ kind: "failed", failure: { code: "ENGINE_FAILED", message } });
  assert.equal((await failure.promise).message, `Cannot run "market": ${message}`);
});

Deno.test("GuestHandle tells once that a guest answers and does nothing else", async () => {
  const { handle, guest, failure, idle } = createGuest(80);
  failure.promise.then(idle.reject);
  guest.onmessage = () => guest.postMessage({ kind: "pong" });
  await idle.promise;
  assert.equal(handle.isIdle, true);
  handle.post({ kind: "ping" });
  assert.equal(handle.isIdle, false);
  await handle.close();
});

Deno.test("GuestHandle stops a guest whose message is forged", async () => {
  const { guest, failure, stopped } = createGuest(10_000);
  guest.postMessage({ kind: "start", id: 1 });
  assert.equal((await failure.promise).code, "PLUGIN_FORGED_MESSAGE");
  await stopped.promise;
});
