/** Online reads over a real pipeline. */
import assert from "node:assert/strict";
import { SymbolTable } from "../../../../runtime/arrow/mod.ts";
import type { FeaturizerError } from "../../../../runtime/errors.ts";
import type { OnlineRequest, OnlineValue } from "../../../../runtime/live/live_system.ts";
import {
  createOnlineReader,
  type OnlineHistory,
} from "../../../../runtime/live/online/online_reader.ts";
import { batchFrom } from "../../../support/batches.ts";
import { LiveCase, LiveRun } from "../pipeline/live_case.ts";
import { MemoryCheckpoints } from "../pipeline/memory_checkpoints.ts";

const SECOND_US = 1_000_000;
const BIG = 9_007_199_254_740_993n;

function payments(): LiveCase {
  return new LiveCase({
    seed: 0,
    plugins: [{
      name: "p",
      body: `
        source rows { k string key, ts timestamp time, x f64, id i64 }
        feature spend on rows { total = sum(x) over 1m, all = last_k(x, 2) over 1m, latest = x }
        feature ids on rows by id { n = count() over 1m, top = last(id) over 1m }
      `,
    }],
    sources: [],
    features: ["spend", "ids"].map((name) => ({ name, definition: `p.${name}` })),
    spine: { kind: "grid", everyUs: SECOND_US, keysOf: "p.rows" },
    startUs: 0,
    endUs: 1,
    partitions: 2,
    batchRows: 1,
  });
}

interface Opened extends AsyncDisposable {
  readonly run: LiveRun;
  push(...rows: readonly (readonly [second: number, k: string, x: number, id?: bigint])[]): void;
  /** The values of the first entity. */
  read(request: Partial<OnlineRequest>): Promise<readonly OnlineValue[]>;
}

async function open(nowS = 10, history?: OnlineHistory): Promise<Opened> {
  const live = payments();
  const run = new LiveRun(live, new SymbolTable(), new MemoryCheckpoints());
  await run.open();
  const reader = createOnlineReader({
    features: live.features.map((set, place) => ({
      set,
      pipeline: run.pipeline,
      knows: (keys, length, atUs) => run.hubs[place]!.knows(keys, length, atUs),
    })),
    symbols: run.symbols,
    clock: { nowUs: () => nowS * SECOND_US },
    ...(history ? { history } : {}),
  });
  const { columns } = live.plan.sources[0]!.source;
  return {
    run,
    push: (...rows) => {
      const time = Float64Array.from(rows, ([second]) => second * SECOND_US);
      const cells = rows.map(([, k, x, id = 1n], row) => ({ k, ts: time[row]!, x, id }));
      const batch = batchFrom(cells, columns, run.symbols);
      const sequence = Float64Array.from(rows, (_, row) => row);
      run.publish("p.rows", { ...batch, time, sequence });
    },
    read: async (request) => {
      const features = ["spend"];
      const { rows } = await reader.read({ features, entities: [{ k: "a" }], ...request });
      return rows[0]!;
    },
    [Symbol.asyncDispose]: () => run.pipeline.close(),
  };
}

function isRefusal(code: string, text: RegExp) {
  return (error: FeaturizerError) =>
    error.code === code && text.test(`${error.message} ${error.hint}`);
}

Deno.test("a read sees rows that still wait for their watermark, and says what it saw", async () => {
  await using live = await open();
  live.push([1, "a", 2], [3, "b", 7], [4, "a", 5]);
  const [value] = await live.read({});
  assert.deepEqual(value, {
    status: "OK",
    values: { total: 7, all: [2, 5], latest: 5 },
    eventTimeUs: 10 * SECOND_US,
    watermarkUs: -Infinity,
    position: { "p.rows": 3 },
    final: false,
  });
});

Deno.test("a value is final once the watermark is past it", async () => {
  await using live = await open();
  live.push([1, "a", 2]);
  live.run.advanceTo("p.rows", 10 * SECOND_US);
  assert.equal((await live.read({}))[0]!.final, false);
  live.run.advanceTo("p.rows", 10 * SECOND_US + 1);
  assert.equal((await live.read({}))[0]!.final, true);
});

Deno.test("a key that never was has the value of no rows and adds no symbol of its own", async () => {
  await using live = await open();
  live.push([1, "a", 2, BIG]);
  const before = live.run.symbols.size;
  for (const k of ["x", "y", "z", "9223372036854775808"]) {
    const [value] = await live.read({ entities: [{ k }] });
    assert.equal(value!.status, "NOT_FOUND");
    assert.deepEqual(value!.values, { total: 0, all: null, latest: null });
  }
  const [ids] = await live.read({ features: ["ids"], entities: [{ id: String(BIG + 2n) }] });
  assert.equal(ids!.status, "NOT_FOUND");
  // One stands for all texts, one for all integers.
  assert.equal(live.run.symbols.size, before + 2);
});

Deno.test("integers beyond 2^53 are texts both ways, and features of several keys go together", async () => {
  await using live = await open();
  live.push([1, "a", 2, BIG]);
  const request = { features: ["ids", "spend"], entities: [{ id: String(BIG), k: "a" }] };
  const [ids, spend] = await live.read(request);
  assert.deepEqual(ids!.values, { n: 1, top: String(BIG) });
  assert.deepEqual([ids!.status, spend!.status, spend!.values.total], ["OK", "OK", 2]);
});

Deno.test("a time before what is applied is answered from history or not at all", async () => {
  await using live = await open();
  live.push([1, "a", 2], [5, "a", 3]);
  live.run.advanceTo("p.rows", 6 * SECOND_US);
  await live.run.pipeline.settled();
  const [value] = await live.read({ atUs: 2 * SECOND_US });
  assert.equal(value!.status, "OUTSIDE_HISTORY");
  assert.deepEqual(value!.values, { total: null, all: null, latest: null });

  const asked: number[] = [];
  await using other = await open(10, {
    read: (_pipeline, table) => {
      asked.push(...table.time);
      return Promise.resolve(undefined);
    },
  });
  other.push([5, "a", 3]);
  other.run.advanceTo("p.rows", 6 * SECOND_US);
  await other.run.pipeline.settled();
  assert.equal((await other.read({ atUs: 2 * SECOND_US }))[0]!.status, "OUTSIDE_HISTORY");
  assert.deepEqual(asked, [2 * SECOND_US]);
});

Deno.test("without a time, now is never before the newest row", async () => {
  await using live = await open(2);
  live.push([5, "a", 3]);
  live.run.advanceTo("p.rows", 6 * SECOND_US);
  await live.run.pipeline.settled();
  const [value] = await live.read({});
  assert.deepEqual([value!.status, value!.eventTimeUs], ["OK", 5 * SECOND_US]);
});

Deno.test("a stale value is refused", async () => {
  await using live = await open();
  live.push([1, "a", 2]);
  live.run.advanceTo("p.rows", 4 * SECOND_US);
  assert.equal((await live.read({ maxStalenessUs: 6 * SECOND_US }))[0]!.status, "OK");
  const [stale] = await live.read({ maxStalenessUs: 5 * SECOND_US });
  assert.deepEqual([stale!.status, stale!.values.total], ["STALE", null]);
});

Deno.test("a token and a watermark are waited for, then refused", async () => {
  await using live = await open();
  live.push([1, "a", 2]);
  const token = { token: "p.rows@2" };
  assert.equal((await live.read({ ...token, waitMs: 1 }))[0]!.status, "STALE");
  const waiting = live.read({ ...token, waitMs: 60_000 });
  live.push([2, "a", 3]);
  assert.equal((await waiting)[0]!.values.total, 5);

  const minWatermarkUs = 3 * SECOND_US;
  assert.equal((await live.read({ minWatermarkUs, waitMs: 1 }))[0]!.status, "STALE");
  const passing = live.read({ minWatermarkUs, waitMs: 60_000 });
  live.run.advanceTo("p.rows", minWatermarkUs + 1);
  assert.equal((await passing)[0]!.status, "OK");
});

Deno.test("wrong entities are refused by name", async () => {
  await using live = await open();
  await assert.rejects(live.read({ entities: [{}] }), isRefusal("ENTITY_INCOMPLETE", /"k"/));
  await assert.rejects(
    live.read({ entities: [{ k: 5 }] }),
    isRefusal("ENTITY_TYPE", /"spend": "k" of entity 0 is 5 "k" is of type string/),
  );
  await assert.rejects(live.read({ features: ["spnd"] }), isRefusal("SERIES_NOT_FOUND", /spend/));
  await assert.rejects(live.read({ token: "rows" }), isRefusal("BAD_TOKEN", /rows/));
  const ids = { features: ["ids"] };
  for (const id of [1.5, 2 ** 53, "9223372036854775808", "1e3", true]) {
    await assert.rejects(
      live.read({ ...ids, entities: [{ id }] }),
      isRefusal("ENTITY_TYPE", /i64/),
    );
  }
});
