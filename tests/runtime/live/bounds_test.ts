/** Reads and bodies at their bounds: refused with a reason, and never half done. */
import assert from "node:assert/strict";
import { SymbolTable } from "../../../runtime/arrow/mod.ts";
import { createPastReads } from "../../../runtime/live/past_reads.ts";
import type { CheckpointInfo } from "../../../runtime/store/mod.ts";
import { startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { LiveFolder, SECOND_US } from "./live_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("reads at past times wait for their turn, and are refused when too many do", async () => {
  const { promise: listed, resolve: list } = Promise.withResolvers<readonly CheckpointInfo[]>();
  const source = { plugin: "p", name: "s" };
  const reads = createPastReads({
    // Only what is looked at before a log that was pruned ends the read.
    planned: [{ name: "p", plan: { sources: [{ source }] } } as never],
    pipelines: [{ name: "p", positions: {}, boundUs: 0 }],
    symbols: new SymbolTable(),
    intake: { replay: () => assert.fail("no row is read") },
    store: { list: () => listed, load: () => assert.fail("there is no checkpoint") },
    log: { starts: () => Promise.resolve(new Map([["p.s", 7]])) },
    openSites: () => assert.fail("no site is opened"),
  });
  const table = {
    length: 1,
    time: new Float64Array(1),
    sequence: new Float64Array(1),
    columns: [],
  };
  const under = Array.from({ length: 34 }, () => reads.read("p", table));
  await assert.rejects(reads.read("p", table), { code: "READS_FULL", retry: "backoff" });
  list([]);
  assert.deepEqual(await Promise.all(under), under.map(() => undefined));
  assert.equal(await reads.read("p", table), undefined);
});

Deno.test("a keyed body of many batches that broke off is made whole by its repetition", async () => {
  await using folder = new LiveFolder();
  const count = 100_000;
  const line = (i: number) =>
    `{"card":"a","time":${
      JSON.stringify(new Date(folder.clock.us / 1000 - 1000).toISOString())
    },"amount":${i}}\n`;
  const text = Array.from({ length: count }, (_, i) => line(i)).join("");
  const bytes = new TextEncoder().encode(text);
  const options = { format: "ndjson", idempotencyKey: "k" } as const;
  {
    await using system = await folder.open(["spend"]);
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.subarray(0, bytes.length * 3 / 4));
      },
      pull(controller) {
        controller.error(new Error("the connection broke"));
      },
    }, { highWaterMark: 0 });
    await assert.rejects(system.push("shop.orders", broken, options));
  }
  await using system = await folder.open(["spend"]);
  const before = system.status().sources.find(({ source }) => source === "shop.orders")!;
  assert.ok(before.position > 0 && before.position < count, `${before.position} rows`);
  const receipt = await system.push("shop.orders", bytes, options);
  assert.deepEqual([receipt.first, receipt.last, receipt.admitted], [1, count, count]);
  assert.equal((await system.push("shop.orders", bytes, options)).repeated, true);
  const { rows: [[value] = []] } = await system.read({
    features: ["spend"],
    entities: [{ card: "a" }],
    atUs: folder.clock.us + SECOND_US,
    token: receipt.token,
    waitMs: 60_000,
  });
  assert.deepEqual(value!.values, { total: count * (count - 1) / 2, n: count });
});
