/** `featurizer init` makes what works, and `featurizer doctor` finds what is broken. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../runtime/store/mod.ts";
import { featurizer } from "./cli_process.ts";

Deno.test("init makes a project whose cases pass and whose set is built, and overwrites nothing", async () => {
  await inFolder(async (folder) => {
    assert.equal((await featurizer(folder, "init", "house")).code, 0);
    const tested = await featurizer(folder, "test", "house");
    assert.equal(tested.code, 0, tested.err);
    const built = await featurizer(folder, "run", "house/set.yaml", "--json");
    assert.equal(built.code, 0, built.err);
    assert.ok(JSON.parse(built.out).rows > 0);
    const again = await featurizer(folder, "init", "house", "--json");
    assert.equal(again.code, 1);
    assert.equal(JSON.parse(again.out).error.code, "FILE_EXISTS");
  });
});

Deno.test("doctor is content without a store, tells of a damaged one, and of another program's", async () => {
  await inFolder(async (folder) => {
    assert.deepEqual(await wrongIn(folder, "none.db"), []);

    const damaged = join(folder, "damaged.db");
    const store = await openStore(damaged, { thread: "caller" });
    await store.close();
    const bytes = await Deno.readFile(damaged);
    await Deno.writeFile(damaged, bytes.fill(0xff, 100, bytes.length));
    assert.deepEqual(await wrongIn(folder, damaged), ["store"]);

    await Deno.writeTextFile(join(folder, "text.db"), "not a database, ".repeat(100));
    assert.deepEqual(await wrongIn(folder, "text.db"), ["store"]);
  });
});

async function wrongIn(folder: string, store: string): Promise<string[]> {
  const { code, out } = await featurizer(folder, "doctor", "--store", store, "--json");
  const { ok, findings } = JSON.parse(out);
  assert.equal(code, ok ? 0 : 3);
  return findings
    .filter(({ state }: { state: string }) => state === "wrong")
    .map(({ what }: { what: string }) => what);
}

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
