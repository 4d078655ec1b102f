import assert from "node:assert/strict";
import { join } from "node:path";
import { createDirectLauncher, startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { callCommand } from "../runtime/cli/command_call.ts";

const CONFIG = join(import.meta.dirname ?? ".", "../../examples/first_set/set.yaml");

/*
 * ann      20            35                  50              15        5
 * ben        8               12       9    7                      30
 *     ──┼─────┼──────┼──────┼──────┼──────┼──────┼──────┼──────┼──────┼──▶
 *      9:00       9:30   10:00  10:30  11:00      11:30     12:00
 *
 * The label of 11:30 would need data until 12:30 and is dropped.
 */
const EXPECTED = [
  "customer,timestamp,spending.orders,spending.total,step.change," +
  "label.spending.orders,label.spending.total",
  "ann,2024-05-01T09:30:00Z,1,20,,1,35",
  "ben,2024-05-01T09:30:00Z,1,8,,1,12",
  "ann,2024-05-01T10:00:00Z,2,55,15,1,50",
  "ben,2024-05-01T10:00:00Z,1,8,,3,28",
  "ann,2024-05-01T10:30:00Z,1,35,15,2,65",
  "ben,2024-05-01T10:30:00Z,1,12,4,2,16",
  "ann,2024-05-01T11:00:00Z,1,50,15,2,20",
  "ben,2024-05-01T11:00:00Z,3,28,-2,1,30",
];

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("the first set of the examples has the values one counts by hand", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const out = join(folder, "set.csv");
    const options = ["--out", out, "--format", "csv", "--store", join(folder, "store.db")];
    const { code, err } = await callCommand(["run", CONFIG, ...options], createDirectLauncher());
    assert.equal(code, 0, err);
    assert.deepEqual((await Deno.readTextFile(out)).trim().split("\n"), EXPECTED);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
