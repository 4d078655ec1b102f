import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStore } from "../../../runtime/store/mod.ts";
import { blocks, series } from "./conformance.ts";

for (const signal of ["SIGKILL", "SIGINT"] as const) {
  Deno.test(`a store is usable after its process got ${signal} in the middle of a write`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "store.db");
      await crashWhileWriting(path, signal);
      await checkUsable(path);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function crashWhileWriting(path: string, signal: Deno.Signal): Promise<void> {
  const script = fileURLToPath(new URL("./crash_writer.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", script, path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let written = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    written += text;
    if (written.split("\n").length > 5) child.kill(signal);
  }
  assert.equal((await child.status).success, false);
}

async function checkUsable(path: string): Promise<void> {
  const later = Date.now() * 1000 + 3_600_000_000;
  for (const nowUs of [undefined, () => later]) {
    await using store = await openStore(path, { ...(nowUs && { nowUs }) });
    const committed = await store.findSeries("committed");
    assert.equal(committed?.rows, 33);
    assert.equal((await Array.fromAsync(store.readBlocks(committed.id))).length, 3);
    assert.deepEqual((await store.listSeries()).map(({ reuseKey }) => reuseKey), ["committed"]);
    const staged = await store.listBlocks(committed.id + 1);
    assert.equal(staged.length === 0, nowUs !== undefined);
  }
  await using store = await openStore(path);
  assert.equal((await store.writeSeries(series("staged"), blocks(2))).rows, 21);
}
