/** Whole live systems with a real store and log: what was pushed comes out once, whatever happens in between. */
import assert from "node:assert/strict";
import type { LiveSystem } from "../../../runtime/live/live_system.ts";
import { startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { collect, LiveFolder, pushOf, SECOND_US } from "./live_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("a live system gives the rows of what is pushed, and goes on where it was closed", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  {
    await using system = await folder.open(["spend", "per_visit"]);
    assert.deepEqual(system.catalog.series.map(({ name, pipeline }) => [name, pipeline]), [
      ["spend", "shop.orders"],
      ["per_visit", "shop.orders+shop.visits"],
    ]);
    const spend = await collect(system, "spend");
    const order = pushOf(system, "orders");
    const receipt = await order(
      { card: "a", time: t0, amount: 5 },
      { card: "b", time: t0 + 1, amount: 7 },
      { card: "a", time: t0 + 2, amount: 1 },
      { card: null, time: t0 + 3, amount: 1 },
    );
    assert.deepEqual([receipt.first, receipt.last, receipt.admitted, receipt.malformed], [
      1,
      4,
      3,
      1,
    ]);
    await spend.atLeast(3);
    assert.deepEqual([...spend.rows.values()].map(({ card, total, n }) => [card, total, n]), [
      ["a", 5, 1],
      ["b", 7, 1],
      ["a", 6, 2],
    ]);
    spend.close();
  }
  await using system = await folder.open(["spend", "per_visit"]);
  const spend = await collect(system, "spend", 2);
  await pushOf(system, "orders")({ card: "a", time: t0 + 4, amount: 10 });
  await spend.atLeast(2);
  assert.deepEqual([...spend.rows], [
    [3, { at: t0 + 2, card: "a", total: 6, n: 2 }],
    [4, { at: t0 + 4, card: "a", total: 16, n: 3 }],
  ]);
  spend.close();
  const { rows, upTo } = await system.latest("spend");
  assert.equal(upTo, 4);
  assert.deepEqual(rows.map(({ time }) => [...time]), [[t0 + 4, t0 + 1]]);
});

Deno.test("a row of a joined source waits for the other one, which may not hold it back for ever", async () => {
  await using folder = new LiveFolder();
  await using system = await folder.open(["per_visit"]);
  const t0 = folder.clock.us;
  const visits = await collect(system, "per_visit");
  await pushOf(system, "orders")({ card: "a", time: t0, amount: 5 });
  await pushOf(system, "visits")({ card: "a", time: t0 + SECOND_US, page: "home" });
  folder.clock.us += 5 * SECOND_US;
  await visits.atLeast(1);
  assert.deepEqual([...visits.rows.values()], [
    { at: t0 + SECOND_US, card: "a", page: "home", total: 5 },
  ]);
  visits.close();
});

Deno.test("a feature that is new to the config is made from the start of the log, and then follows", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  {
    await using system = await folder.open(["spend"]);
    await pushOf(system, "orders")({ card: "a", time: t0, amount: 5 });
    await pushOf(system, "orders")({ card: "a", time: t0 + 1, amount: 2 });
  }
  await using system = await folder.open(["spend", "largest"]);
  assert.deepEqual(system.status().pipelines.map(({ name, series }) => [name, ...series]), [
    ["shop.orders", "spend"],
    ["shop.orders#2", "largest"],
  ]);
  const largest = await collect(system, "largest");
  await pushOf(system, "orders")({ card: "a", time: t0 + 2, amount: 9 });
  await largest.atLeast(3);
  assert.deepEqual([...largest.rows.values()].map(({ most }) => most), [5, 5, 9]);
  largest.close();
});

Deno.test("another feature under an old name is refused, and made again from the log if that is wanted", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  {
    await using system = await folder.open(["largest"]);
    await pushOf(system, "orders")({ card: "a", time: t0, amount: 5 });
    await pushOf(system, "orders")({ card: "a", time: t0 + 1, amount: 2 });
  }
  folder.changePlugin("max(amount)", "min(amount)");
  await assert.rejects(folder.open(["largest"]), {
    code: "STATE_CHANGED",
    message: /feature "largest" is another one/,
  });
  {
    await using system = await folder.open(["largest"], { fromHistory: true });
    const rows = await collect(system, "largest");
    await rows.atLeast(2);
    assert.deepEqual([...rows.rows.values()].map(({ most }) => most), [5, 2]);
    rows.close();
  }
  await using system = await folder.open(["largest"]);
  const rows = await collect(system, "largest");
  await pushOf(system, "orders")({ card: "a", time: t0 + 2, amount: 1 });
  await rows.atLeast(3);
  assert.deepEqual([...rows.rows.values()].map(({ most }) => most), [5, 2, 1]);
  rows.close();
});

Deno.test("a system goes back to a savepoint and makes what came later again", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  {
    await using system = await folder.open(["spend"]);
    await pushOf(system, "orders")({ card: "a", time: t0, amount: 5 });
    await system.checkpoint("noon");
    await pushOf(system, "orders")({ card: "a", time: t0 + 1, amount: 2 });
  }
  await assert.rejects(folder.open(["spend"], { fromSavepoint: "morning" }), {
    code: "SAVEPOINT_NOT_FOUND",
    hint: "There are noon.",
  });
  await using system = await folder.open(["spend"], { fromSavepoint: "noon" });
  const rows = await collect(system, "spend");
  await rows.atLeast(2);
  assert.deepEqual([...rows.rows.values()].map(({ total }) => total), [5, 7]);
  rows.close();
});

Deno.test("texts keep their codes for pipelines that a start from history leaves out", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  {
    await using system = await folder.open(["spend", "per_visit"]);
    await pushOf(system, "orders")({ card: "a", time: t0, amount: 5 });
    await pushOf(system, "visits")({ card: "a", time: t0 + 1, page: "home" });
    await pushOf(system, "orders")({ card: "b", time: t0 + 2, amount: 5 });
  }
  {
    await using system = await folder.open(["spend"], { fromHistory: true });
    const spend = await collect(system, "spend");
    await spend.atLeast(2);
    spend.close();
  }
  await using system = await folder.open(["spend", "per_visit"]);
  const spend = await collect(system, "spend");
  await spend.atLeast(2);
  assert.deepEqual([...spend.rows.values()].map(({ card }) => card), ["a", "b"]);
  spend.close();
});

Deno.test("the config's spine is a set that can be followed", async () => {
  await using folder = new LiveFolder();
  await using system = await folder.open(["spend", "largest"], { spine: { feature: "spend" } });
  const t0 = folder.clock.us;
  const set = await collect(system, "set");
  await pushOf(system, "orders")({ card: "a", time: t0, amount: 5 });
  await pushOf(system, "orders")({ card: "a", time: t0 + 1, amount: 2 });
  await set.atLeast(2);
  assert.deepEqual([...set.rows.values()], [
    { at: t0, card: "a", "spend.total": 5, "spend.n": 1, "largest.most": 5 },
    { at: t0 + 1, card: "a", "spend.total": 7, "spend.n": 2, "largest.most": 5 },
  ]);
  set.close();
});

Deno.test("reads see what was pushed, now and at times before the newest row", async () => {
  await using folder = new LiveFolder();
  await using system = await folder.open(["spend", "per_visit"]);
  const t0 = folder.clock.us;
  const order = pushOf(system, "orders");
  await order({ card: "a", time: t0, amount: 5 });
  const { token } = await order({ card: "a", time: t0 + 10 * SECOND_US, amount: 2 });
  const features = ["spend", "per_visit"];
  const entities = [{ card: "a" }, { card: "nobody" }];
  const now = { features, entities, atUs: t0 + 20 * SECOND_US, token };
  const { rows } = await system.read(now);
  assert.deepEqual(rows.map((row) => row.map(({ status }) => status)), [
    ["OK", "NOT_FOUND"],
    ["NOT_FOUND", "NOT_FOUND"],
  ]);
  assert.deepEqual(rows[0]![0]!.values, { total: 7, n: 2 });
  assert.deepEqual(rows[0]![0]!.position, { "shop.orders": 2 });
  const past = await system.read({ features: ["spend"], entities, atUs: t0 + 5 * SECOND_US });
  assert.deepEqual(past.rows.map(([value]) => [value!.status, value!.values]), [
    ["OK", { total: 5, n: 1 }],
    ["NOT_FOUND", { total: 0, n: 0 }],
  ]);
  assert.equal(past.rows[0]![0]!.final, true);
});

Deno.test("a read of the past finds no key whose first row came later, also after a restart", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  const statuses = async (system: LiveSystem, token?: string) => {
    const entities = [{ card: "a" }, { card: "b" }];
    const at = async (atUs: number) => {
      const request = { features: ["spend"], entities, atUs, waitMs: 60_000 };
      const { rows } = await system.read({ ...request, ...(token !== undefined && { token }) });
      return rows.map(([value]) => value!.status);
    };
    return [await at(t0 - 1), await at(t0), await at(t0 + SECOND_US), await at(t0 + 2 * SECOND_US)];
  };
  const expected = [
    ["NOT_FOUND", "NOT_FOUND"],
    ["OK", "NOT_FOUND"],
    ["OK", "OK"],
    ["OK", "OK"],
  ];
  {
    await using system = await folder.open(["spend"]);
    await pushOf(system, "orders")({ card: "a", time: t0, amount: 5 });
    const { token } = await pushOf(system, "orders")({
      card: "b",
      time: t0 + SECOND_US,
      amount: 0,
    });
    assert.deepEqual(await statuses(system, token), expected);
  }
  await using system = await folder.open(["spend"]);
  assert.deepEqual(await statuses(system), expected);
});
