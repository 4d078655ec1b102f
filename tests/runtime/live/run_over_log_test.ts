/** A bounded run over what a server took in gives what the server answered. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { collectRun } from "../../../runtime/set/collect_run.ts";
import { loadConfig } from "../../../runtime/set/mod.ts";
import { prepareConfig } from "../../../runtime/set/prepared.ts";
import { openEventLog } from "../../../runtime/store/mod.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { LiveFolder, pushOf, SECOND_US } from "./live_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const KEYS = ["a", "b", "c"];

async function configOf(folder: LiveFolder, startUs: number): Promise<string> {
  const file = join(folder.path, "run.yaml");
  await Deno.writeTextFile(
    file,
    JSON.stringify({
      plugins: ["./shop.ts"],
      start_date: new Date(startUs / 1000).toISOString(),
      end_date: new Date(startUs / 1000 + 40_000).toISOString(),
      sampling: "1s",
      data_sources: ["orders", "visits"].map((name) => ({
        source: `shop.${name}`,
        kind: "log",
        store: "live.db",
      })),
      feature_configs: ["spend", "largest"].map((name) => ({
        name,
        feature_definition: `shop.${name}`,
      })),
    }),
  );
  return file;
}

Deno.test("a run over a server's log equals its online reads to the bit", async () => {
  await using folder = new LiveFolder();
  const startUs = folder.clock.us;
  const online: unknown[] = [];
  {
    await using system = await folder.open(["spend", "largest"]);
    const order = pushOf(system, "orders");
    let token = "";
    let late = 0;
    for (let i = 0; i < 60; i++) {
      folder.clock.us = startUs + Math.floor(i / 2) * SECOND_US;
      const time = folder.clock.us - (i * 7 % 3) * 700_000;
      const receipt = await order({ card: KEYS[i % 3]!, time, amount: 0.1 * i });
      late += receipt.late;
      ({ token } = receipt);
    }
    assert.ok(late > 10 && late < 50, `${late} are late`);
    folder.clock.us = startUs + 40 * SECOND_US;
    for (let second = 0; second < 30; second++) {
      const atUs = startUs + second * SECOND_US;
      const { rows } = await system.read({
        features: ["spend", "largest"],
        entities: KEYS.map((card) => ({ card })),
        atUs,
        token,
        waitMs: 60_000,
      });
      rows.forEach(([spend, largest], key) => {
        // A grid has a key from its first row on; the read knows it from a later one.
        if (largest!.values["most"] === null) return;
        online.push([atUs, KEYS[key], spend!.values, largest!.values]);
      });
    }
  }
  const file = await configOf(folder, startUs);
  const launcher = createDirectLauncher();
  const prepared = await prepareConfig(await loadConfig(file), { launcher });
  const { blocks, counts } = await collectRun(prepared, { launcher, partitions: 2 });
  const texts = [...prepared.symbols.textsFrom(0)];
  const set = blocks.flatMap(({ length, time, columns }) =>
    Array.from({ length }, (_, row) => {
      const [card, , total, n, most] = columns.map((column) => (column as Float64Array)[row]!);
      return [time[row], texts[card!], { total, n }, { most }];
    })
  );
  assert.equal(counts.get("shop.orders")!.malformed, 0);
  assert.deepEqual(set.filter(([time]) => (time as number) < startUs + 30 * SECOND_US), online);
});

Deno.test("a run over a log that was pruned is refused", async () => {
  await using folder = new LiveFolder();
  const startUs = folder.clock.us;
  {
    await using system = await folder.open(["spend"]);
    for (let i = 0; i < 4; i++) {
      await pushOf(system, "orders")({ card: "a", time: startUs + i, amount: 1 });
    }
  }
  {
    await using log = await openEventLog(join(folder.path, "live.db"));
    await log.prune("shop.orders", 3);
  }
  const launcher = createDirectLauncher();
  const config = await loadConfig(await configOf(folder, startUs));
  const prepared = await prepareConfig(config, { launcher });
  await assert.rejects(collectRun(prepared, { launcher, partitions: 1 }), { code: "LOG_PRUNED" });
});
