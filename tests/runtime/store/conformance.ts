/** What every adapter of the store must do; each calls this once. */
import assert from "node:assert/strict";
import type { BlockDraft, SeriesDraft, Store } from "../../../runtime/store/mod.ts";

/** A fresh, empty store for one test, and how to open it a second time. */
export interface StoreFixture {
  readonly open: (nowUs?: () => number) => Promise<Store>;
  readonly remove: () => Promise<void>;
}

export function testStore(adapter: string, createFixture: () => Promise<StoreFixture>): void {
  for (const [behaviour, run] of Object.entries(BEHAVIOURS)) {
    Deno.test(`${adapter} ${behaviour}`, async () => {
      const fixture = await createFixture();
      try {
        await run(fixture);
      } finally {
        await fixture.remove();
      }
    });
  }
}

export function series(reuseKey: string, name: string = "mid_price"): SeriesDraft {
  return {
    reuseKey,
    kind: "feature",
    name,
    plugin: "market",
    pluginVersion: "abc",
    schema: [
      { name: "symbol", type: "string", role: "key" },
      { name: "ts", type: "timestamp", role: "time" },
      { name: "price", type: "f64", role: "value", doc: "Middle of the spread." },
    ],
    attributes: { exchange: "BINANCE" },
    lineage: { inputs: ["market.quotes"], depth: 1 },
    doc: "Middle of best bid and ask.",
    tags: ["price"],
  };
}

/** Block number i of a series: rows of the second i, data of `size` bytes that all are i. */
export function block(i: number, size: number = 64): BlockDraft {
  return {
    startUs: i * 1_000_000,
    endUs: i * 1_000_000 + 999_999,
    rows: 10 + i,
    statistics: { price: { nulls: i, min: 100 - i, max: 100 + i }, symbol: { nulls: 0, min: "a" } },
    data: new Uint8Array(size).fill(i),
  };
}

export function* blocks(count: number, size?: number): Generator<BlockDraft> {
  for (let i = 0; i < count; i++) yield block(i, size);
}

async function numbersOf(store: Store, id: number, range?: { fromUs?: number; toUs?: number }) {
  const numbers: number[] = [];
  for await (const { number } of store.readBlocks(id, range)) numbers.push(number);
  return numbers;
}

const BEHAVIOURS: Readonly<Record<string, (fixture: StoreFixture) => Promise<void>>> = {
  "gives back a series as it was written, also after reopening": async ({ open }) => {
    let now = 1_000_000;
    const nowUs = () => now++;
    let written;
    {
      await using store = await open(nowUs);
      written = await store.writeSeries(series("k1"), blocks(3));
      assert.deepEqual(await store.findSeries("k1"), written);
    }
    await using store = await open(nowUs);
    const { id, createdUs, completedUs, ...rest } = written;
    assert.ok(id > 0 && createdUs >= 1_000_000 && completedUs > createdUs);
    assert.deepEqual(rest, {
      ...series("k1"),
      blocks: 3,
      rows: 33,
      bytes: 192,
      startUs: 0,
      endUs: 2_999_999,
    });
    assert.deepEqual(await store.findSeries("k1"), written);
    const read = await Array.fromAsync(store.readBlocks(id));
    assert.deepEqual(
      read,
      [...blocks(3)].map((draft, number) => ({ ...draft, number, bytes: 64 })),
    );
  },

  "keeps absent what is absent, and a series without blocks": async ({ open }) => {
    await using store = await open();
    const { doc: _doc, plugin: _plugin, pluginVersion: _version, ...bare } = series("k");
    const written = await store.writeSeries(bare, []);
    assert.deepEqual(Object.keys(written).filter((key) => /doc|plugin|Us$/.test(key)).sort(), [
      "completedUs",
      "createdUs",
    ]);
    assert.equal(written.rows, 0);
    assert.deepEqual(await numbersOf(store, written.id), []);
  },

  "answers nothing for what it does not hold": async ({ open }) => {
    await using store = await open();
    assert.equal(await store.findSeries("none"), undefined);
    assert.equal(await store.describeSeries("none"), undefined);
    assert.deepEqual(await store.listSeries(), []);
    assert.deepEqual(await numbersOf(store, 1), []);
    assert.equal(await store.deleteSeries(1), false);
  },

  "reads only the blocks that overlap a half-open range": async ({ open }) => {
    await using store = await open();
    const { id } = await store.writeSeries(series("k"), blocks(5));
    assert.deepEqual(await numbersOf(store, id, { fromUs: 1_999_999, toUs: 3_000_000 }), [1, 2]);
    assert.deepEqual(await numbersOf(store, id, { fromUs: 2_000_000 }), [2, 3, 4]);
    assert.deepEqual(await numbersOf(store, id, { toUs: 1 }), [0]);
    assert.deepEqual((await store.listBlocks(id, { fromUs: 4_000_000 })).map((b) => b.bytes), [64]);
  },

  "carries blocks of megabytes and views into larger buffers": async ({ open }) => {
    await using store = await open();
    const large = block(0, 4 << 20);
    const view = { ...block(1), data: new Uint8Array(300).fill(9).subarray(100, 200) };
    const { id, bytes } = await store.writeSeries(series("k"), [large, view]);
    assert.equal(bytes, (4 << 20) + 100);
    const sizes: number[] = [];
    for await (const { data } of store.readBlocks(id)) {
      sizes.push(data.byteLength);
      assert.ok(data.every((byte) => byte === (data.byteLength === 100 ? 9 : 0)));
    }
    assert.deepEqual(sizes, [4 << 20, 100]);
  },

  "shows a series only once it is committed": async ({ open }) => {
    await using store = await open();
    const writer = await store.openSeriesWriter(series("k"));
    await writer.write(block(0));
    assert.equal(await store.findSeries("k"), undefined);
    assert.deepEqual(await store.listSeries(), []);
    const { id } = await writer.commit();
    assert.equal((await store.findSeries("k"))?.id, id);
    await writer.abort();
    assert.equal((await store.findSeries("k"))?.id, id);
  },

  "writes several series at once": async ({ open }) => {
    await using store = await open();
    const names = ["a", "b", "c"];
    const writers = await Promise.all(
      names.map((name) => store.openSeriesWriter(series(name, name))),
    );
    for (let i = 0; i < 4; i++) await Promise.all(writers.map((writer) => writer.write(block(i))));
    const records = await Promise.all(writers.map((writer) => writer.commit()));
    assert.deepEqual(records.map(({ name, rows }) => [name, rows]), names.map((n) => [n, 46]));
    for (const { id } of records) assert.deepEqual(await numbersOf(store, id), [0, 1, 2, 3]);
  },

  "replaces a series of the same reuse key at the commit": async ({ open }) => {
    await using store = await open();
    const old = await store.writeSeries(series("k"), blocks(3));
    const reading = store.readBlocks(old.id)[Symbol.asyncIterator]();
    await reading.next();
    const writer = await store.openSeriesWriter(series("k"));
    await writer.write(block(7));
    assert.equal((await store.findSeries("k"))?.id, old.id);
    const anew = await writer.commit();
    assert.deepEqual((await store.listSeries()).map(({ id }) => id), [anew.id]);
    assert.deepEqual(await store.listBlocks(old.id), []);
    await assert.rejects(reading.next(), { code: "STORE_SERIES_LOST" });
  },

  "leaves nothing of a series whose rows fail or whose writer is disposed": async ({ open }) => {
    await using store = await open();
    const kept = await store.writeSeries(series("k"), blocks(1));
    const failing = function* (): Generator<BlockDraft> {
      yield block(0);
      throw new Error("the plugin failed");
    };
    await assert.rejects(store.writeSeries(series("k"), failing()), /the plugin failed/);
    {
      await using writer = await store.openSeriesWriter(series("k2"));
      await writer.write(block(0));
    }
    assert.deepEqual((await store.listSeries()).map(({ id }) => id), [kept.id]);
    for (const id of [kept.id + 1, kept.id + 2]) {
      assert.deepEqual(await store.listBlocks(id), []);
      assert.equal(await store.deleteSeries(id), false);
    }
  },

  "refuses misuse of a writer": async ({ open }) => {
    await using store = await open();
    const writer = await store.openSeriesWriter(series("k"));
    await writer.write(block(3));
    await assert.rejects(writer.write(block(2)), RangeError);
    await assert.rejects(writer.write({ ...block(4), rows: 0 }), RangeError);
    await assert.rejects(writer.write({ ...block(4), endUs: Infinity }), RangeError);
    await writer.commit();
    await assert.rejects(writer.write(block(4)), TypeError);
    await assert.rejects(writer.commit(), TypeError);
  },

  "sweeps what a crashed writer left, and tells a writer that was swept": async ({ open }) => {
    let now = 0;
    const nowUs = () => now;
    await using store = await open(nowUs);
    const writer = await store.openSeriesWriter(series("k"));
    await writer.write(block(0));
    now = 60_000_000;
    await (await open(nowUs)).close();
    await writer.write(block(1));
    now += 3_600_000_000;
    await (await open(nowUs)).close();
    await assert.rejects(writer.write(block(2)), { code: "STORE_SERIES_LOST" });
    await writer.abort();
    assert.deepEqual(await store.listBlocks(1), []);
    assert.equal(await store.findSeries("k"), undefined);
  },

  "lists by kind, name and plugin, newest first": async ({ open }) => {
    await using store = await open();
    await store.writeSeries(series("1", "a"), []);
    await store.writeSeries({ ...series("2", "b"), kind: "source" }, []);
    await store.writeSeries({ ...series("3", "b"), plugin: "other" }, []);
    const keys = async (filter?: Parameters<Store["listSeries"]>[0]) =>
      (await store.listSeries(filter)).map(({ reuseKey }) => reuseKey);
    assert.deepEqual(await keys(), ["3", "2", "1"]);
    assert.deepEqual(await keys({ name: "b" }), ["3", "2"]);
    assert.deepEqual(await keys({ kind: "source" }), ["2"]);
    assert.deepEqual(await keys({ plugin: "market", kind: "feature" }), ["1"]);
  },

  "describes the newest series of a name over all its blocks": async ({ open }) => {
    await using store = await open();
    await store.writeSeries(series("old"), blocks(1));
    const { id } = await store.writeSeries(series("new"), blocks(4));
    const description = await store.describeSeries("mid_price");
    assert.equal(description?.series.id, id);
    assert.deepEqual(description.statistics, {
      price: { nulls: 6, min: 97, max: 103 },
      symbol: { nulls: 0, min: "a" },
    });
    assert.equal(await store.describeSeries("mid_price", "source"), undefined);
  },

  "keeps a book of runs": async ({ open }) => {
    let now = 0;
    await using store = await open(() => now++);
    const first = await store.startRun({ config: "a.yaml", configHash: "h1" });
    const second = await store.startRun({ config: "b.yaml", configHash: "h2" });
    await store.finishRun(first, { status: "succeeded", report: { rows: 5, late: [] } });
    const [running, done] = await store.listRuns();
    assert.equal(running?.id, second);
    assert.equal(running.status, "running");
    assert.equal(running.finishedUs, undefined);
    assert.deepEqual([done?.status, done?.report], ["succeeded", { rows: 5, late: [] }]);
    assert.ok(done?.finishedUs !== undefined && done.finishedUs > done.startedUs);
    assert.deepEqual((await store.listRuns(1)).map(({ id }) => id), [second]);
  },

  "notes each plugin version once": async ({ open }) => {
    let now = 0;
    await using store = await open(() => now++);
    await store.recordPlugin({ name: "market", version: "1", file: "a.ts" });
    await store.recordPlugin({ name: "market", version: "2", file: "a.ts" });
    await store.recordPlugin({ name: "market", version: "1", file: "b.ts" });
    const plugins = await store.listPlugins();
    assert.deepEqual(plugins.map(({ version, file }) => [version, file]), [["2", "a.ts"], [
      "1",
      "a.ts",
    ]]);
  },

  "takes text for text, whatever it holds": async ({ open }) => {
    await using store = await open();
    const odd = `'; DROP TABLE series; -- "ü\u0001 🛫`;
    await store.writeSeries({ ...series(odd, odd), attributes: { [odd]: odd } }, blocks(1));
    assert.deepEqual((await store.listSeries({ name: odd }))[0]?.attributes, { [odd]: odd });
  },

  "refuses calls after close": async ({ open }) => {
    const store = await open();
    await Promise.all([store.listSeries(), store.close(), store.close()]);
    await assert.rejects(store.listSeries(), TypeError);
    await assert.rejects(Array.fromAsync(store.readBlocks(1)), TypeError);
  },
};
