import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Place } from "./live_samples.ts";
import { openPlace } from "./live_samples.ts";

/** Runs a script on the place until it has acknowledged some things, kills it, and answers the last of them. */
async function killWhileWriting(
  script: string,
  { location }: Place,
  most: number,
): Promise<number> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", path, location],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let acknowledged = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    acknowledged += text;
    if (acknowledged.split("\n").length > most) child.kill("SIGKILL");
  }
  assert.equal((await child.status).signal, "SIGKILL");
  const whole = acknowledged.slice(0, acknowledged.lastIndexOf("\n")).split("\n").map(Number);
  return Math.max(...whole);
}

Deno.test("a log has all it acknowledged, and no part of an entry, after kill -9 in the middle of appends", async () => {
  await using place = await openPlace("worker");
  for (const most of [3, 40]) {
    const acknowledged = await killWhileWriting("./log_appender.ts", place, most);
    await using log = await place.log();
    const [end] = await log.ends();
    assert.ok(end && end.last >= acknowledged, `${end?.last} of ${acknowledged}`);
    const entries = await Array.fromAsync(log.read("p.s", 0));
    assert.deepEqual(entries.map(({ first }) => first), entries.map((_, i) => i * 10 + 1));
    assert.equal(entries.at(-1)?.last, end.last);
    assert.equal(end.admitted, end.last);
    assert.equal(end.cursors.get(0), `${end.last - 9}`);
    for (const { first, block } of entries) {
      assert.ok(block.length === 50_000 && block.every((byte) => byte === first % 256));
    }
  }
});

Deno.test("a store has the last checkpoint, with its rows, after kill -9 in the middle of commits", async () => {
  await using place = await openPlace("worker");
  for (const most of [2, 9]) {
    const acknowledged = await killWhileWriting("./checkpoint_committer.ts", place, most);
    await using store = await place.checkpoints();
    const newest = await store.newest("p");
    const position = newest?.positions["p.s"] ?? 0;
    assert.ok(newest && position >= acknowledged, `${position} of ${acknowledged}`);
    const { states } = await store.load(newest.id);
    assert.deepEqual(states.get("s"), new Float64Array(200_000).fill(position));
    const rows = await Array.fromAsync(store.rows("f", 0));
    assert.deepEqual(rows.map(({ first }) => first), rows.map((_, i) => i + 1));
    assert.equal(rows.length, position);
  }
});
