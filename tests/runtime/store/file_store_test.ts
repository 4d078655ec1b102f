import assert from "node:assert/strict";
import { createClient } from "@libsql/client";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openStore, type Store } from "../../../runtime/store/mod.ts";
import { block, blocks, series, testStore } from "./conformance.ts";

for (const thread of ["worker", "caller"] as const) {
  testStore(`file store, ${thread},`, async () => {
    const folder = await Deno.makeTempDir();
    return {
      open: (nowUs) =>
        openStore(join(folder, "deep", "st ü#%41.db"), { thread, ...(nowUs && { nowUs }) }),
      remove: () => Deno.remove(folder, { recursive: true }),
    };
  });
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function openOther(path: string) {
  return createClient({ url: pathToFileURL(path).href, concurrency: 1 });
}

function openHere(path: string, busyTimeoutMs: number = 20): Promise<Store> {
  return openStore(path, { thread: "caller", busyTimeoutMs });
}

Deno.test("openStore() refuses a file that is no database, and leaves it alone", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "notes.txt");
    const text = "Not a database, just some notes.\n".repeat(50);
    await Deno.writeTextFile(path, text);
    for (const thread of ["worker", "caller"] as const) {
      await assert.rejects(openStore(path, { thread }), { code: "STORE_DAMAGED" });
    }
    assert.equal(await Deno.readTextFile(path), text);
  });
});

Deno.test("openStore() refuses a damaged database", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "store.db");
    await (await openHere(path)).close();
    const bytes = await Deno.readFile(path);
    bytes.fill(0xff, 100, 64_000);
    await Deno.writeFile(path, bytes);
    await assert.rejects(openHere(path), { code: "STORE_DAMAGED" });
  });
});

Deno.test("openStore() refuses a database of another program, and leaves it alone", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "other.db");
    const other = openOther(path);
    await other.execute("CREATE TABLE theirs (x)");
    await assert.rejects(openHere(path), { code: "STORE_FOREIGN" });
    assert.equal((await other.execute("PRAGMA journal_mode")).rows[0]?.[0], "delete");
    other.close();
  });
});

Deno.test("openStore() refuses a store of a newer Featurizer", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "store.db");
    await (await openHere(path)).close();
    const newer = openOther(path);
    await newer.execute("INSERT INTO featurizer_migrations VALUES (99, 'of the future', 0)");
    newer.close();
    await assert.rejects(openHere(path), (error: Error) => {
      assert.match(error.message, /^Cannot open store ".*": its schema is 99, .* knows \d+$/);
      return "code" in error && error.code === "STORE_TOO_NEW";
    });
  });
});

Deno.test("openStore() refuses a path that cannot be a file", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(openHere(folder), { code: "STORE_UNWRITABLE" });
    await Deno.writeTextFile(join(folder, "file"), "");
    await assert.rejects(openHere(join(folder, "file", "x.db")), { code: "STORE_UNWRITABLE" });
  });
});

Deno.test("a store that another process keeps locked says so, and works once it is free", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "store.db");
    const store = await openHere(path);
    const other = openOther(path);
    const transaction = await other.transaction("write");
    await assert.rejects(store.startRun({ config: "a", configHash: "b" }), (error: Error) => {
      assert.match(error.message, /another process keeps it locked$/);
      return "code" in error && error.code === "STORE_LOCKED";
    });
    await transaction.rollback();
    other.close();
    assert.equal(await store.startRun({ config: "a", configHash: "b" }), 1);
    await store.close();
  });
});

Deno.test("two stores of one file see what the other has committed", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "store.db");
    const [left, right] = await Promise.all([openStore(path), openStore(path)]);
    const writers = await Promise.all([
      left.openSeriesWriter(series("l", "l")),
      right.openSeriesWriter(series("r", "r")),
    ]);
    for (let i = 0; i < 5; i++) await Promise.all(writers.map((writer) => writer.write(block(i))));
    await Promise.all(writers.map((writer) => writer.commit()));
    assert.equal((await left.findSeries("r"))?.rows, 60);
    assert.equal((await right.findSeries("l"))?.rows, 60);
    await Promise.all([left.close(), right.close()]);
  });
});

Deno.test("deleteSeries() gives its space back to the disk", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "store.db");
    const store = await openHere(path);
    const { id } = await store.writeSeries(series("big"), blocks(16, 1 << 20));
    const kept = await store.writeSeries(series("kept"), blocks(2, 1 << 20));
    await store.deleteSeries(id);
    await store.close();
    assert.ok((await Deno.stat(path)).size < 5 << 20);
    const again = await openHere(path);
    assert.equal((await Array.fromAsync(again.readBlocks(kept.id))).length, 2);
    await again.close();
  });
});

Deno.test("a series that is written again and again does not grow the file", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "store.db");
    const store = await openHere(path);
    for (let i = 0; i < 5; i++) await store.writeSeries(series("k"), blocks(4, 1 << 20));
    await store.close();
    assert.ok((await Deno.stat(path)).size < 7 << 20);
  });
});

Deno.test("a worker store keeps this thread free while it writes", async () => {
  await inFolder(async (folder) => {
    await using store = await openStore(join(folder, "store.db"));
    const data = block(0, 1 << 20);
    await using writer = await store.openSeriesWriter(series("k"));
    const writing = writer.write(data);
    assert.equal(data.data.byteLength, 0, "the buffer is transferred");
    await writing;
  });
});
