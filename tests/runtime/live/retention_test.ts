/** What is given back, what is kept for those who need it, and what is said where it is gone. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Retention } from "../../../runtime/live/retention.ts";
import { openCheckpointStore, openEventLog } from "../../../runtime/store/mod.ts";
import { startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { LiveFolder, pushOf, SECOND_US } from "./live_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const FOREVER = { ageUs: Infinity, bytes: Infinity, sources: {} };
const MINUTE_US = 60 * SECOND_US;

/** Pushes so many orders, a second apart, each an entry of its own. */
async function push(
  folder: LiveFolder,
  system: Awaited<ReturnType<LiveFolder["open"]>>,
  rows: number,
  feature: "spend" | "largest" = "spend",
) {
  const order = pushOf(system, "orders");
  let token = "";
  for (let i = 0; i < rows; i++) {
    folder.clock.us += SECOND_US;
    ({ token } = await order({ card: "a", time: folder.clock.us, amount: 1 }));
  }
  await system.read({ features: [feature], entities: [{ card: "a" }], token, waitMs: 60_000 });
}

/** What a system whose pipeline `shop.orders` stands at a bound would prune. */
async function prune(
  folder: LiveFolder,
  live: Partial<ConstructorParameters<typeof Retention>[0]["live"]>,
  series: readonly string[] = ["spend"],
): Promise<number> {
  const path = join(folder.path, "live.db");
  await using store = await openCheckpointStore(path);
  await using log = await openEventLog(path);
  const pipeline = {
    name: "shop.orders",
    boundUs: folder.clock.us,
    status: () => ({ sources: ["shop.orders"], series }),
  };
  await new Retention({
    pipelines: [pipeline],
    store,
    log,
    clock: folder.clock,
    live: { retainRowsUs: Infinity, retainLog: FOREVER, ...live },
  }).prune();
  return (await log.starts()).get("shop.orders")!;
}

Deno.test("the log keeps what its age says, and what a checkpoint or a savepoint goes on from", async () => {
  await using folder = new LiveFolder();
  {
    await using system = await folder.open(["spend"]);
    await push(folder, system, 5);
    await system.checkpoint("early");
    await push(folder, system, 25);
  }
  const young = { ...FOREVER, ageUs: 10 * SECOND_US };
  assert.equal(await prune(folder, {}), 1);
  assert.equal(await prune(folder, { retainLog: { ...young, ageUs: MINUTE_US } }), 1);
  const other = { "shop.orders": { ageUs: MINUTE_US, bytes: Infinity } };
  assert.equal(await prune(folder, { retainLog: { ...young, sources: other } }), 1);
  assert.equal(await prune(folder, { retainLog: young }), 6);
  assert.equal(await prune(folder, { retainLog: { ...FOREVER, bytes: 1 } }), 6);
  {
    await using system = await folder.open(["spend"]);
    for (const name of ["early", undefined, undefined]) await system.checkpoint(name);
  }
  assert.equal(await prune(folder, { retainLog: young }), 20);
});

Deno.test("behind a log that was pruned reads are answered from a checkpoint, or not at all", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  {
    await using system = await folder.open(["spend"]);
    await push(folder, system, 10);
    await system.checkpoint("kept");
    await push(folder, system, 10);
  }
  assert.equal(await prune(folder, { retainLog: { ...FOREVER, bytes: 1 } }), 11);
  await using system = await folder.open(["spend"]);
  const total = async (second: number) => {
    const { rows: [[value] = []] } = await system.read({
      features: ["spend"],
      entities: [{ card: "a" }],
      atUs: t0 + second * SECOND_US,
    });
    return [value!.status, value!.values["n"]];
  };
  assert.deepEqual(await Promise.all([9, 12, 15, 20].map(total)), [
    ["OUTSIDE_HISTORY", null],
    ["OK", 12],
    ["OK", 15],
    ["OK", 20],
  ]);
});

Deno.test("a feature that is new to a pruned log is refused, unless it may begin with what is kept", async () => {
  await using folder = new LiveFolder();
  {
    await using system = await folder.open(["largest"]);
    await push(folder, system, 10, "largest");
  }
  assert.equal(await prune(folder, { retainLog: { ...FOREVER, ageUs: 3 * SECOND_US } }), 7);
  for (const options of [{}, { fromHistory: true }]) {
    await assert.rejects(folder.open(["largest", "spend"], options), {
      code: "LOG_PRUNED",
      message: /from the start of "shop\.orders": its log begins at row 7$/,
    });
  }
  await using system = await folder.open(["largest", "spend"], { acceptPruned: true });
  await push(folder, system, 1);
  const { rows: [[value] = []] } = await system.read({
    features: ["spend"],
    entities: [{ card: "a" }],
    atUs: folder.clock.us,
  });
  assert.equal(value!.values["n"], 5);
});

Deno.test("state that ends before a pruned log begins is not gone on from", async () => {
  await using folder = new LiveFolder();
  {
    await using system = await folder.open(["spend", "per_visit"]);
    await push(folder, system, 5);
  }
  {
    await using system = await folder.open(["spend"]);
    await push(folder, system, 20);
    for (let i = 0; i < 3; i++) await system.checkpoint();
  }
  assert.equal(await prune(folder, { retainLog: { ...FOREVER, ageUs: MINUTE_US, bytes: 1 } }), 6);
  folder.clock.us += 2 * MINUTE_US;
  assert.equal(await prune(folder, { retainLog: { ...FOREVER, ageUs: MINUTE_US } }), 26);
  for (const acceptPruned of [false, true]) {
    await assert.rejects(folder.open(["spend", "per_visit"], { acceptPruned }), {
      code: "LOG_PRUNED",
      message: /on from row 6 of "shop\.orders": its log begins at row 26$/,
    });
  }
});

Deno.test("rows of features that are gone from the config are pruned like the others", async () => {
  await using folder = new LiveFolder();
  {
    await using system = await folder.open(["spend", "largest"]);
    await push(folder, system, 5);
  }
  const stored = async () => {
    await using store = await openCheckpointStore(join(folder.path, "live.db"));
    return await store.storedSeries();
  };
  await prune(folder, { retainRowsUs: MINUTE_US });
  assert.deepEqual(await stored(), ["largest", "spend"]);
  folder.clock.us += 2 * MINUTE_US;
  await prune(folder, { retainRowsUs: MINUTE_US });
  assert.deepEqual(await stored(), []);
});
