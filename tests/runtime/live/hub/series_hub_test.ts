import assert from "node:assert/strict";
import type { ColumnData } from "../../../../runtime/arrow/mod.ts";
import { SymbolTable } from "../../../../runtime/arrow/mod.ts";
import type { StreamData } from "../../../../runtime/engine/mod.ts";
import {
  type HubState,
  type RowsDraft,
  SeriesHub,
} from "../../../../runtime/live/hub/series_hub.ts";
import type { LiveSeriesInfo, SeriesRows } from "../../../../runtime/live/live_system.ts";

const INFO: LiveSeriesInfo = {
  name: "prices",
  kind: "feature",
  definition: "market.prices",
  doc: undefined,
  keys: [{ name: "symbol", type: { kind: "string" } }],
  columns: [
    { name: "price", type: { kind: "f64" } },
    { name: "last", type: { kind: "list", element: { kind: "f64" } } },
  ],
  request: [],
  pipeline: "market.trades",
};

/** Rows [time, symbol, price]; the list holds the price. */
function rowsOf(symbols: SymbolTable, rows: readonly (readonly [number, string, number])[]) {
  const words = rows.flatMap(([, , price]) => [3, 1, price]);
  const data: StreamData = {
    length: rows.length,
    time: Float64Array.from(rows, ([time]) => time),
    sequence: Float64Array.from(rows, (_, i) => i),
    columns: [
      Int32Array.from(rows, ([, symbol]) => symbols.intern(symbol)),
      Float64Array.from(rows, ([, , price]) => price),
      { starts: Int32Array.from(rows, (_, i) => i * 3), words: Float64Array.from(words) },
    ],
  };
  return data;
}

/** A place for blocks, as the store's: drafts in, blocks after a row out. */
function shelf() {
  const drafts: RowsDraft[] = [];
  return {
    drafts,
    async *rows(_series: string, afterRow: number) {
      for (const draft of drafts) if (draft.first + draft.count - 1 > afterRow) yield draft;
    },
  };
}

function collector() {
  const seen: [number, string, number][] = [];
  const failures: Error[] = [];
  return {
    seen,
    failures,
    listener: (symbols: SymbolTable) => ({
      onRows({ first, batch: { length, columns } }: SeriesRows) {
        const [symbol, price] = columns as [Int32Array, Float64Array];
        for (let i = 0; i < length; i++) {
          seen.push([first + i, symbols.text(symbol[i]!), price[i]!]);
        }
      },
      onFailure: (error: Error) => void failures.push(error),
    }),
  };
}

Deno.test("a follower gets stored, held and new rows once each, in order", async () => {
  const symbols = new SymbolTable();
  const stored = shelf();
  const hub = new SeriesHub({ info: INFO, symbols, stored });
  hub.publish(rowsOf(symbols, [[1, "a", 1], [2, "b", 2]]));
  stored.drafts.push(...hub.drain());
  hub.committed();
  const restarted = new SeriesHub({ info: INFO, symbols, stored, state: structured(hub.state()) });
  restarted.publish(rowsOf(symbols, [[3, "a", 3]]));
  const { seen, listener } = collector();
  const handle = await restarted.follow(1, listener(symbols));
  restarted.publish(rowsOf(symbols, [[4, "c", 4], [5, "a", 5]]));
  handle.close();
  restarted.publish(rowsOf(symbols, [[6, "c", 6]]));
  assert.deepEqual(seen, [[2, "b", 2], [3, "a", 3], [4, "c", 4], [5, "a", 5]]);
});

Deno.test("a follower that is ahead of a restarted hub waits for its row", async () => {
  const symbols = new SymbolTable();
  const hub = new SeriesHub({ info: INFO, symbols, stored: shelf() });
  const { seen, listener } = collector();
  await hub.follow(2, listener(symbols));
  hub.publish(rowsOf(symbols, [[1, "a", 1], [2, "b", 2], [3, "c", 3]]));
  assert.deepEqual(seen, [[3, "c", 3]]);
});

Deno.test("rows that come before a follower has heard that it is up to date keep its pace", async () => {
  const symbols = new SymbolTable();
  const hub = new SeriesHub({ info: INFO, symbols, stored: shelf() });
  const { seen, listener } = collector();
  const { onRows, onFailure } = listener(symbols);
  const taken = Promise.withResolvers<void>();
  const slow = { onRows: (rows: SeriesRows) => (onRows(rows), taken.promise), onFailure };
  await hub.follow(0, slow);
  hub.publish(rowsOf(symbols, [[1, "a", 1]]));
  hub.publish(rowsOf(symbols, [[2, "b", 2]]));
  assert.deepEqual(seen, [[1, "a", 1]]);
  taken.resolve();
  while (seen.length < 2) await taken.promise;
  assert.deepEqual(seen, [[1, "a", 1], [2, "b", 2]]);
});

Deno.test("a follower that fails is told and ends alone", async () => {
  const symbols = new SymbolTable();
  const hub = new SeriesHub({ info: INFO, symbols, stored: shelf() });
  const broken = collector();
  const closed = collector();
  const whole = collector();
  const refuse = () => {
    throw new Error("no more");
  };
  await hub.follow(0, { ...broken.listener(symbols), onRows: refuse });
  const reject = () => Promise.reject(new Error("closed"));
  await hub.follow(0, { ...closed.listener(symbols), onRows: reject });
  await hub.follow(0, whole.listener(symbols));
  hub.publish(rowsOf(symbols, [[1, "a", 1]]));
  hub.publish(rowsOf(symbols, [[2, "a", 2]]));
  while (closed.failures.length === 0) await Promise.resolve();
  assert.deepEqual([...broken.failures, ...closed.failures].map(({ message }) => message), [
    "no more",
    "closed",
  ]);
  assert.deepEqual(whole.seen, [[1, "a", 1], [2, "a", 2]]);
  assert.equal(hub.followers, 1);
});

Deno.test("rows that were pruned are an error, not a gap", async () => {
  const symbols = new SymbolTable();
  const stored = shelf();
  const first = new SeriesHub({ info: INFO, symbols, stored });
  first.publish(rowsOf(symbols, [[1, "a", 1], [2, "b", 2]]));
  first.drain();
  const hub = new SeriesHub({ info: INFO, symbols, stored, state: structured(first.state()) });
  await assert.rejects(hub.follow(0, collector().listener(symbols)), { code: "ROWS_GONE" });
  assert.equal(hub.followers, 0);
});

Deno.test("a checkpoint that failed leaves its rows to the next", () => {
  const symbols = new SymbolTable();
  const hub = new SeriesHub({ info: INFO, symbols, stored: shelf() });
  hub.publish(rowsOf(symbols, [[1, "a", 1]]));
  hub.drain();
  hub.notCommitted();
  hub.publish(rowsOf(symbols, [[2, "b", 2]]));
  assert.deepEqual(hub.drain().map(({ first, count }) => [first, count]), [[1, 2]]);
  hub.committed();
  assert.equal(hub.uncommitted, 0);
  assert.deepEqual(hub.drain(), []);
});

Deno.test("the latest row of every key survives a restart and many updates", () => {
  const symbols = new SymbolTable();
  let hub = new SeriesHub({ info: INFO, symbols, stored: shelf() });
  const expected = new Map<string, number>();
  const firstUs = new Map<string, number>();
  for (let i = 0; i < 30_000; i += 100) {
    const rows = Array.from({ length: 100 }, (_, j): [number, string, number] => {
      const key = `k${((i + j) * 7919) % 500}`;
      expected.set(key, i + j);
      if (!firstUs.has(key)) firstUs.set(key, i + j);
      return [i + j, key, i + j];
    });
    hub.publish(rowsOf(symbols, rows));
    if (i === 15_000) {
      hub = new SeriesHub({ info: INFO, symbols, stored: shelf(), state: structured(hub.state()) });
    }
  }
  const { rows: [rows], upTo } = hub.latest();
  const [symbol, price, last] = rows!.batch.columns as [
    Int32Array,
    Float64Array,
    { starts: Int32Array; words: Float64Array },
  ];
  const got = new Map(Array.from(symbol, (code, i) => [symbols.text(code), price[i]!]));
  assert.deepEqual(got, expected);
  assert.ok(last.starts.every((start, i) => last.words[start + 2] === price[i]));
  assert.equal(upTo, 30_000);
  const asked: ColumnData = Int32Array.of(symbols.intern("k7"), symbols.intern("unseen"), -1);
  assert.deepEqual(hub.knows([asked], 3, Infinity), [true, false, false]);
  const keys = Int32Array.from(firstUs.keys(), (key) => symbols.intern(key));
  const halfUs = [...firstUs.values()][250]!;
  assert.deepEqual(
    hub.knows([keys], keys.length, halfUs),
    [...firstUs.values()].map((us) => us <= halfUs),
  );
});

Deno.test("a failure reaches every follower once, and later ones at once", async () => {
  const symbols = new SymbolTable();
  const hub = new SeriesHub({ info: INFO, symbols, stored: shelf() });
  const { failures, listener } = collector();
  await hub.follow(0, listener(symbols));
  hub.fail(new Error("stopped"));
  assert.deepEqual(failures.map(({ message }) => message), ["stopped"]);
  await assert.rejects(hub.follow(0, listener(symbols)), { message: "stopped" });
});

function structured(state: HubState): HubState {
  return structuredClone(state);
}
