import assert from "node:assert/strict";
import { runNurseryProcess, spawnNursery } from "../worker/support/nursery_process.ts";

Deno.test("runNursery() gives plugin workers no permission to inherit, and the host's own threads all", async () => {
  const { code, lines, errors } = await runNurseryProcess(["raw"]);
  assert.equal(code, 7, errors);
  const { told, hostReads, ownRead, failure } = JSON.parse(lines[0] ?? "");
  assert.deepEqual(new Set(told), new Set(["NotCapable"]));
  assert.equal(hostReads, true);
  assert.deepEqual(ownRead, [true, true]);
  assert.match(failure.message, /no such file/i);
});

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`runNursery() lets the host clean up on ${signal} and exits with ${expected}`, async () => {
    const child = spawnNursery(["wait"]);
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    assert.match((await reader.read()).value ?? "", /waiting/);
    child.kill(signal);
    assert.match((await reader.read()).value ?? "", /cleaned up/);
    assert.equal((await child.status).code, expected);
    await reader.cancel();
    await child.stderr.cancel();
  });
}

Deno.test("runNursery() exits at once on a second signal", async () => {
  const child = spawnNursery(["ignore"]);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assert.match((await reader.read()).value ?? "", /ignoring/);
  child.kill("SIGINT");
  assert.match((await reader.read()).value ?? "", /asked to stop/);
  child.kill("SIGINT");
  assert.equal((await child.status).code, 130);
  await reader.cancel();
  await child.stderr.cancel();
});

Deno.test("runNursery() ends the process when the host crashes, and says why", async () => {
  const { code, errors } = await runNurseryProcess(["crash"]);
  assert.equal(code, 70);
  assert.match(errors, /on purpose/);
});
