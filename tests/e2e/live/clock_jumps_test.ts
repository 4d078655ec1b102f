/** A wall clock that is set back or ahead under a live system. */
import assert from "node:assert/strict";
import type { LiveSystem } from "../../../runtime/live/live_system.ts";
import { startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { collect, LiveFolder, pushOf, SECOND_US } from "../../runtime/live/live_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const DAY_US = 86_400 * SECOND_US;

/** Resolves when the source's watermark is there. */
async function watermarkAt(system: LiveSystem, us: number): Promise<void> {
  while (system.status().sources[0]!.watermarkUs < us) {
    await new Promise((next) => setTimeout(next, 1));
  }
  assert.equal(system.status().sources[0]!.watermarkUs, us);
}

Deno.test("a clock set back holds no row up and takes no watermark back; time goes on from where it was", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  {
    await using system = await folder.open(["spend"]);
    const spend = await collect(system, "spend");
    const order = pushOf(system, "orders");
    await order({ card: "a", time: t0, amount: 1 });
    folder.clock.us -= 600 * SECOND_US;
    await order({ card: "a", time: t0 + SECOND_US, amount: 2 });
    await watermarkAt(system, t0 + SECOND_US);
    folder.clock.us += 5 * SECOND_US;
    await watermarkAt(system, t0 + 6 * SECOND_US);
    const { admitted } = await order({ card: "a", time: t0 + 7 * SECOND_US, amount: 4 });
    assert.equal(admitted, 1);
    await spend.atLeast(3);
    assert.deepEqual([...spend.rows.values()].map(({ total }) => total), [1, 3, 7]);
    spend.close();
  }
  folder.clock.us -= 600 * SECOND_US;
  await using system = await folder.open(["spend"]);
  assert.equal(system.status().sources[0]!.watermarkUs, t0 + 7 * SECOND_US);
  const order = pushOf(system, "orders");
  const older = await order({ card: "a", time: t0 + 6 * SECOND_US, amount: 8 });
  assert.deepEqual([older.admitted, older.late], [0, 1]);
  const newer = await order({ card: "a", time: t0 + 8 * SECOND_US, amount: 16 });
  assert.equal(newer.admitted, 1);
  const { rows } = await system.read({
    features: ["spend"],
    entities: [{ card: "a" }],
    atUs: t0 + 9 * SECOND_US,
    token: newer.token,
  });
  assert.deepEqual(rows[0]![0]!.values, { total: 23, n: 4 });
});

Deno.test("a clock set ahead is time that passes: an idle source follows it, and rows behind it are late and listed", async () => {
  await using folder = new LiveFolder();
  const t0 = folder.clock.us;
  await using system = await folder.open(["spend"]);
  const order = pushOf(system, "orders");
  await order({ card: "a", time: t0, amount: 1 });
  folder.clock.us += DAY_US;
  await watermarkAt(system, t0 + DAY_US);
  const behind = await order({ card: "a", time: t0 + SECOND_US, amount: 2 });
  assert.deepEqual([behind.admitted, behind.late], [0, 1]);
  const [late] = await system.late("shop.orders");
  assert.deepEqual([late!.position, late!.timeUs, late!.reason], [2, t0 + SECOND_US, "late"]);
  const ahead = await order({ card: "a", time: t0 + DAY_US + SECOND_US, amount: 4 });
  assert.equal(ahead.admitted, 1);
  folder.clock.us -= DAY_US;
  const future = await order({ card: "a", time: t0 + DAY_US + 2 * SECOND_US, amount: 8 });
  assert.deepEqual([future.admitted, future.future], [0, 1]);
  assert.equal(system.status().pipelines[0]!.state, "RUNNING");
});
