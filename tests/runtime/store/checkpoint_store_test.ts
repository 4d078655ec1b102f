import assert from "node:assert/strict";
import { createClient } from "@libsql/client";
import { pathToFileURL } from "node:url";
import type { CheckpointStore, RowBlockRecord, ServedValue } from "../../../runtime/store/mod.ts";
import { checkpointDraft, openPlace, type Place, type PlaceKind } from "./live_samples.ts";

function rowBlock(first: number, count: number, more: Partial<RowBlockRecord> = {}) {
  const block = new Uint8Array(16).fill(first);
  return { series: "f", first, count, startUs: first, endUs: first + count - 1, block, ...more };
}

function servedValue(servedUs: number, pipeline = "p"): ServedValue {
  const [entity, answer] = ['{"key":"a"}', `{"total":${servedUs}}`];
  return { pipeline, feature: "f", servedUs, atUs: -1, positions: { "p.s": 7 }, entity, answer };
}

/** A state of some pages; `salt` says which of them differ. */
function stateOf(salt: Readonly<Record<number, number>> = {}): Map<string, unknown> {
  const numbers = new Float64Array(40_000).map((_, i) => i);
  for (const [place, value] of Object.entries(salt)) numbers[Number(place)] = value;
  return new Map([["site 1", { numbers, keys: new Map([["a", 1]]) }]]);
}

/** The numbers of pages there are, in the database of a place with a file. */
async function countPages({ location }: Place): Promise<number> {
  const client = createClient({ url: pathToFileURL(location).href, concurrency: 1 });
  const { rows } = await client.execute("SELECT count(*) AS pages FROM state_pages");
  client.close();
  return Number(rows[0]?.pages);
}

async function checkLoads(store: CheckpointStore, id: number, salt: Record<number, number>) {
  assert.deepEqual((await store.load(id)).states, stateOf(salt));
}

for (const kind of ["worker", "caller", "server"] satisfies PlaceKind[]) {
  Deno.test(`checkpoint store, ${kind}, gives back what was committed, after a reopen too`, async () => {
    await using place = await openPlace(kind);
    const draft = checkpointDraft({ states: stateOf({ 1: NaN }), positions: { "p.s": 7, q: 0 } });
    let id = 0;
    {
      await using store = await place.checkpoints();
      assert.equal(await store.newest("p"), undefined);
      const info = await store.commit(draft);
      id = info.id;
      const { states: _, rows: __, errors: ___, retained: ____, ...expected } = draft;
      const { bytes, writtenBytes, ...rest } = info;
      assert.deepEqual(rest, { ...expected, id });
      assert.ok(bytes > 320_000 && writtenBytes >= bytes && writtenBytes < bytes + 1000);
      assert.deepEqual(await store.newest("p"), info);
      assert.equal(await store.newest("q"), undefined);
    }
    await using store = await place.checkpoints();
    assert.equal((await store.load(id)).info.identity, "plan 1");
    await checkLoads(store, id, { 1: NaN });
  });

  Deno.test(`checkpoint store, ${kind}, writes what changed, after a reopen too`, async () => {
    await using place = await openPlace(kind);
    {
      await using store = await place.checkpoints();
      await store.commit(checkpointDraft({ states: stateOf() }));
      const same = await store.commit(checkpointDraft({ states: stateOf() }));
      assert.ok(same.bytes > 320_000 && same.writtenBytes < 1000, `${same.writtenBytes}`);
    }
    await using store = await place.checkpoints();
    const one = await store.commit(checkpointDraft({ states: stateOf({ 9000: -1 }) }));
    assert.ok(one.writtenBytes > 65_536 && one.writtenBytes < 67_000, `${one.writtenBytes}`);
    const all = await store.list("p");
    assert.equal(all.length, 2);
    await checkLoads(store, all[0]!.id, { 9000: -1 });
    await checkLoads(store, all[1]!.id, {});
  });

  Deno.test(`checkpoint store, ${kind}, keeps the newest checkpoints and savepoints`, async () => {
    await using place = await openPlace(kind);
    await using store = await place.checkpoints();
    const commit = async (value: number, savepoint?: string) => {
      const states = stateOf({ [value * 8000]: -value });
      await store.commit(
        checkpointDraft({ states, ...(savepoint !== undefined && { savepoint }) }),
      );
    };
    await commit(1);
    await commit(2, "before");
    for (const value of [3, 4, 1, 2]) await commit(value);
    await store.commit(checkpointDraft({ pipeline: "other", states: stateOf() }));
    assert.deepEqual((await store.list("p")).map(({ id }) => id), [6, 5, 2]);
    assert.deepEqual((await store.list()).map(({ pipeline }) => pipeline), [
      "other",
      "p",
      "p",
      "p",
    ]);
    const named = await store.named("p", "before");
    assert.equal(named?.id, 2);
    assert.equal(await store.named("other", "before"), undefined);
    await checkLoads(store, 2, { 16000: -2 });
    await checkLoads(store, 5, { 8000: -1 });
    await checkLoads(store, 6, { 16000: -2 });
    await assert.rejects(store.load(4), { code: "CHECKPOINT_LOST" });
    await commit(3, "before");
    assert.equal((await store.named("p", "before"))?.id, 8);
    assert.deepEqual((await store.list("p")).map(({ id }) => id), [8, 6, 5]);
  });

  Deno.test(`checkpoint store, ${kind}, gives rows in order, and replaces those made again`, async () => {
    await using place = await openPlace(kind);
    await using store = await place.checkpoints();
    const rows = async (after: number, series = "f") =>
      (await Array.fromAsync(store.rows(series, after))).map(({ first, count }) => [first, count]);
    await store.commit(checkpointDraft({ rows: [rowBlock(1, 4), rowBlock(5, 2)] }));
    await store.commit(checkpointDraft({
      rows: [rowBlock(7, 3), rowBlock(1, 1, { series: "g", startUs: -Infinity })],
    }));
    assert.deepEqual(await rows(0), [[1, 4], [5, 2], [7, 3]]);
    assert.deepEqual(await rows(3), [[1, 4], [5, 2], [7, 3]]);
    assert.deepEqual(await rows(4), [[5, 2], [7, 3]]);
    assert.deepEqual(await rows(9), []);
    assert.deepEqual((await Array.fromAsync(store.rows("g", 0)))[0], {
      ...rowBlock(1, 1, { series: "g", startUs: -Infinity }),
    });
    await store.commit(checkpointDraft({ rows: [rowBlock(5, 1), rowBlock(6, 9)] }));
    assert.deepEqual(await rows(0), [[1, 4], [5, 1], [6, 9]]);
    assert.deepEqual(await rows(0, "g"), [[1, 1]]);
    assert.deepEqual(await store.storedSeries(), ["f", "g"]);
    await store.pruneRows("g", Infinity);
    assert.deepEqual(await store.storedSeries(), ["f"]);
    await store.pruneRows("f", 6);
    assert.deepEqual(await rows(0), [[6, 9]]);
  });

  Deno.test(`checkpoint store, ${kind}, gives back what was served, oldest first`, async () => {
    await using place = await openPlace(kind);
    await using store = await place.checkpoints();
    const many = Array.from({ length: 5000 }, (_, i) => servedValue(i));
    await store.noteServed([]);
    await store.noteServed([...many, servedValue(1, "q")]);
    await store.noteServed([servedValue(5000)]);
    const served = await Array.fromAsync(store.served("p"));
    assert.deepEqual(served.map(({ servedUs }) => servedUs), [...many.map((_, i) => i), 5000]);
    const { id: _, ...first } = served[0] as ServedValue & { id: number };
    assert.deepEqual(first, servedValue(0));
    assert.equal((await Array.fromAsync(store.served("q"))).length, 1);
  });

  Deno.test(`checkpoint store, ${kind}, lists errors, newest first`, async () => {
    await using place = await openPlace(kind);
    await using store = await place.checkpoints();
    const errors = Array.from({ length: 150 }, (_, i) => (
      { pipeline: "p", feature: "f", timeUs: i, sequence: i, message: `row ${i}` }
    ));
    await store.commit(checkpointDraft({ errors }));
    assert.deepEqual(await store.errors(1000), errors.toReversed());
    assert.equal((await store.errors()).length, 100);
  });
}

Deno.test("a checkpoint store refuses drafts that cannot be, and calls after close", async () => {
  await using place = await openPlace("caller");
  const store = await place.checkpoints();
  await assert.rejects(store.commit(checkpointDraft({ retained: 0 })), RangeError);
  await assert.rejects(store.commit(checkpointDraft({ rows: [rowBlock(0, 1)] })), RangeError);
  const gap = [rowBlock(1, 2), rowBlock(4, 1)];
  await assert.rejects(store.commit(checkpointDraft({ rows: gap })), RangeError);
  assert.deepEqual(await store.list(), []);
  await store.close();
  await store.close();
  await assert.rejects(store.commit(checkpointDraft()), TypeError);
});

Deno.test("a commit moves the buffers of states, and leaves rows to the caller", async () => {
  for (const kind of ["worker", "caller"] as const) {
    await using place = await openPlace(kind);
    await using store = await place.checkpoints();
    const numbers = new Float64Array(1000);
    const state = { numbers, small: new Uint8Array(3) };
    const row = rowBlock(1, 1, { block: new Uint8Array(10_000) });
    const commit = store.commit(checkpointDraft({ states: new Map([["s", state]]), rows: [row] }));
    await commit;
    assert.equal(numbers.byteLength, 0);
    assert.equal(state.numbers, numbers, "the structure stays whole");
    assert.equal(row.block.byteLength, 10_000);
  }
});

Deno.test("pages go when no checkpoint needs them", async () => {
  await using place = await openPlace("caller");
  await using store = await place.checkpoints();
  for (let i = 0; i < 10; i++) {
    await store.commit(checkpointDraft({ states: stateOf({ [i * 4000]: -1 }), retained: 1 }));
    assert.equal(await countPages(place), 6);
  }
  await store.commit(checkpointDraft({ states: new Map(), savepoint: "empty", retained: 1 }));
  await store.commit(checkpointDraft({ states: new Map(), retained: 1 }));
  assert.equal(await countPages(place), 0);
});

Deno.test("a commit that fails leaves the last one whole, and the next writes what is missing", async () => {
  await using place = await openPlace("worker");
  await using store = await place.checkpoints({ maxBytes: 4 << 20 });
  const { id } = await store.commit(checkpointDraft({ states: stateOf() }));
  const big = new Map([...stateOf({ 5: -5 }), ["big", new Uint8Array(8 << 20)]]);
  const rows = [rowBlock(1, 1)];
  await assert.rejects(store.commit(checkpointDraft({ states: big, rows })), {
    code: "STORE_FULL",
    retry: "backoff",
  });
  assert.equal((await store.newest("p"))?.id, id);
  await checkLoads(store, id, {});
  assert.deepEqual(await Array.fromAsync(store.rows("f", 0)), []);
  const next = await store.commit(checkpointDraft({ states: stateOf({ 5: -5 }), rows }));
  assert.ok(next.writtenBytes > 65_536);
  await checkLoads(store, next.id, { 5: -5 });
  assert.equal((await Array.fromAsync(store.rows("f", 0))).length, 1);
});

Deno.test("a store that another process keeps locked says so, and commits after", async () => {
  await using place = await openPlace("caller");
  await using store = await place.checkpoints({ busyTimeoutMs: 20 });
  await store.commit(checkpointDraft({ states: stateOf() }));
  const other = createClient({ url: pathToFileURL(place.location).href, concurrency: 1 });
  const transaction = await other.transaction("write");
  await assert.rejects(store.commit(checkpointDraft({ states: stateOf({ 5: -5 }) })), {
    code: "STORE_LOCKED",
    retry: "backoff",
  });
  await transaction.rollback();
  other.close();
  const { id } = await store.commit(checkpointDraft({ states: stateOf({ 5: -5 }) }));
  await checkLoads(store, id, { 5: -5 });
});

Deno.test("of two processes that run one pipeline the slower one is told", async () => {
  await using place = await openPlace("caller");
  await using left = await place.checkpoints();
  await using right = await place.checkpoints();
  await left.commit(checkpointDraft({ states: stateOf({ 1: -1 }) }));
  const { id } = await right.commit(checkpointDraft({ states: stateOf({ 2: -2 }) }));
  await assert.rejects(left.commit(checkpointDraft({ states: stateOf({ 3: -3 }) })), {
    code: "STORE_CONFLICT",
  });
  await checkLoads(right, id, { 2: -2 });
});

Deno.test("commits of one pipeline that overlap follow each other", async () => {
  await using place = await openPlace("worker");
  await using store = await place.checkpoints();
  const infos = await Promise.all(
    [1, 2, 3].map((value) =>
      store.commit(checkpointDraft({ states: stateOf({ 5: value }), retained: 3 }))
    ),
  );
  for (const [i, { id }] of infos.entries()) await checkLoads(store, id, { 5: i + 1 });
});
