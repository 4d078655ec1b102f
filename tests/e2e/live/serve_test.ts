/** `featurizer serve` as its users have it: pushed to, read, ended, started again in every way there is. */
import assert from "node:assert/strict";
import { createClient } from "@libsql/client";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Column } from "../../../dsl/mod.ts";
import { decodeBlock, encodeBlock, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { batchFrom } from "../../support/batches.ts";
import { featurizer } from "../cli_process.ts";
import { type JsonRow, SeriesFollower } from "./series_follower.ts";
import { pushTaken, readValue } from "./server_calls.ts";
import { ServerProcess } from "./server_process.ts";
import { SERIES, type ShopBatch, shopBatches, writeShop } from "./shop_project.ts";

const ORDERS: readonly Column[] = [
  { name: "customer", type: { kind: "string" } },
  { name: "at", type: { kind: "timestamp" } },
  { name: "amount", type: { kind: "f64" } },
  { name: "shop", type: { kind: "string" } },
];
const NINE_US = Date.UTC(2024, 4, 1, 9) * 1000;

Deno.test("serve takes JSON, lines and Arrow, reads see them now and in the past, and verify tells of a changed row", () =>
  inShop(async (folder) => {
    const server = await ServerProcess.start(folder);
    const { url } = server;
    const push = (format: "json" | "ndjson" | "arrow", body: string | Uint8Array<ArrayBuffer>) =>
      pushTaken(url, "shop.orders", { format, body });
    const order = (second: number, amount: number) => ({
      customer: "ann",
      at: timeText(second),
      amount,
      shop: "a",
    });
    const spentAt = async (second: number, token: string) => {
      const at = timeText(second);
      const asked = { feature: "spending", entity: { customer: "ann" }, at, token };
      const { status, values, position } = await readValue(url, asked);
      return [status, values.total, position["shop.orders"]];
    };
    const first = await push("json", JSON.stringify([order(0, 1), order(1, 2)]));
    assert.deepEqual([first.first, first.last, first.admitted], [1, 2, 2]);
    assert.deepEqual(await spentAt(2, first.token), ["OK", 3, 2]);
    const lines = [order(3, 4), order(4, 8)].map((row) => JSON.stringify(row)).join("\n");
    const second = await push("ndjson", lines);
    assert.deepEqual(await spentAt(5, second.token), ["OK", 15, 4]);
    const third = await push("arrow", arrowOrders([["ann", 6, 16], ["ann", 7, 32]]));
    assert.deepEqual([third.first, third.last, third.admitted], [5, 6, 2]);
    assert.deepEqual(await spentAt(8, third.token), ["OK", 63, 6]);
    assert.deepEqual(await spentAt(2, third.token), ["OK", 3, 6]);
    assert.equal(await server.stop(), 0);

    const again = await ServerProcess.start(folder);
    const asked = { feature: "spending", entity: { customer: "ann" }, at: timeText(8) };
    assert.equal((await readValue(again.url, { ...asked, token: third.token })).values.total, 63);
    const fourth = await pushTaken(again.url, "shop.orders", {
      body: JSON.stringify(order(7.5, 64)),
    });
    assert.deepEqual([fourth.first, fourth.admitted], [7, 1]);
    assert.equal((await readValue(again.url, { ...asked, token: fourth.token })).values.total, 127);
    assert.equal(await again.stop(), 0);
    await verified(folder);
    await checkChangeIsTold(folder);
  }));

Deno.test("rows are the same with another number of workers in each run, from a savepoint, and from history", async () => {
  const batches = shopBatches(20240501, 24);
  const [calm, changed] = await Promise.all([
    inShop((folder) => served(folder, batches, [1])),
    inShop(async (folder) => {
      const rows = await served(folder, batches, [1, 3, 2]);
      for (const option of [["--from-savepoint", "between"], ["--from-history"]]) {
        const server = await ServerProcess.start(folder, ...option);
        const again = await rowsOf(server);
        assert.equal(await server.stop(), 0);
        assert.deepEqual(again, rows, option.join(" "));
      }
      await verified(folder);
      return rows;
    }),
  ]);
  for (const name of SERIES) assert.deepEqual(changed.get(name), calm.get(name), name);
});

/** `verify` shows a stored row that somebody changed in a table, and exits with 1. */
async function checkChangeIsTold(folder: string): Promise<void> {
  await changeFirstHalf(join(folder, ".featurizer/store.db"), 1234.5);
  const { code, out, err } = await featurizer(folder, "verify", "live.yaml");
  assert.equal(code, 1, `${out}\n${err}`);
  assert.match(out, /^halves +shop\.orders +5 +1$/m);
  assert.match(out, /^series +row +time \(UTC\) +column +stored +computed$/m);
  assert.match(out, /^halves +1 +2024-05-01 09:00:00 +half +1,?234\.5 +0\.5$/m);
  assert.match(out, /^1 of [\d,]+ rows and \d+ served values differ$/m);
}

/** Pushes all batches while the server is started anew with each number of workers; all rows it gave. */
async function served(
  folder: string,
  batches: readonly ShopBatch[],
  workers: readonly number[],
): Promise<ReadonlyMap<string, readonly JsonRow[]>> {
  const each = Math.ceil(batches.length / workers.length);
  let rows: ReadonlyMap<string, readonly JsonRow[]> = new Map();
  for (const [run, count] of workers.entries()) {
    const server = await ServerProcess.start(folder, "--workers", String(count));
    for (const { source, key, body } of batches.slice(run * each, (run + 1) * each)) {
      await pushTaken(server.url, source, { body, key });
    }
    if (run === 1) await savepoint(folder, server);
    if (run === workers.length - 1) rows = await rowsOf(server);
    assert.equal(await server.stop(), 0);
  }
  return rows;
}

async function savepoint(folder: string, { url }: ServerProcess): Promise<void> {
  const { code, err } = await featurizer(folder, "savepoint", "between", "--url", url);
  assert.equal(code, 0, err);
}

/** All rows up to those of the last customer. */
async function rowsOf({ url }: ServerProcess): Promise<ReadonlyMap<string, readonly JsonRow[]>> {
  const entries = await Promise.all(SERIES.map(async (name) => {
    const follower = new SeriesFollower(name);
    await follower.connect(url);
    await follower.until(({ customer }) => customer === "end");
    await follower.close();
    const end = follower.rows.findIndex(({ customer }) => customer === "end");
    return [name, follower.rows.slice(0, end)] as const;
  }));
  return new Map(entries);
}

async function verified(folder: string): Promise<void> {
  const { code, out, err } = await featurizer(folder, "verify", "live.yaml");
  assert.equal(code, 0, `${out}\n${err}`);
  assert.match(out, /equal to the bit/);
}

/** Writes another value into the first stored row of the feature `halves`. */
async function changeFirstHalf(path: string, value: number): Promise<void> {
  const columns: readonly Column[] = [
    { name: "$time", type: { kind: "timestamp" } },
    { name: "customer", type: { kind: "string" } },
    { name: "half", type: { kind: "f64" } },
  ];
  const client = createClient({ url: pathToFileURL(path).href, concurrency: 1 });
  try {
    const where = "WHERE series = 'halves' AND first = 1";
    const { rows: [row] } = await client.execute(`SELECT block FROM live_rows ${where}`);
    const symbols = new SymbolTable();
    const [batch] = decodeBlock(new Uint8Array(row!.block as ArrayBuffer), columns, symbols);
    (batch!.columns[2] as Float64Array)[0] = value;
    const block = encodeBlock(batch!, columns, symbols);
    await client.execute({ sql: `UPDATE live_rows SET block = ? ${where}`, args: [block] });
  } finally {
    client.close();
  }
}

function arrowOrders(
  orders: readonly (readonly [customer: string, second: number, amount: number])[],
): Uint8Array<ArrayBuffer> {
  const symbols = new SymbolTable();
  const rows = orders.map(([customer, second, amount]) => ({
    customer,
    at: NINE_US + second * 1e6,
    amount,
    shop: "a",
  }));
  return encodeBlock(batchFrom(rows, ORDERS, symbols), ORDERS, symbols);
}

function timeText(second: number): string {
  return new Date(NINE_US / 1000 + second * 1000).toISOString();
}

async function inShop<Result>(act: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await Deno.makeTempDir();
  try {
    await writeShop(folder);
    return await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
