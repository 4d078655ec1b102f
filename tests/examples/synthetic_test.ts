/** The synthetic example: served as it is, and with two times said, as history that run and replay agree on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { featurizer } from "../e2e/cli_process.ts";
import { statusWhere } from "../e2e/live/server_calls.ts";
import { SeriesFollower } from "../e2e/live/series_follower.ts";
import { ServerProcess } from "../e2e/live/server_process.ts";

const EXAMPLE = join(import.meta.dirname ?? ".", "../../examples/synthetic/live.yaml");
const SERIES = ["mid_price", "arrivals", "change", "scaled"];

Deno.test("the synthetic example is served: each of its series has rows of each key", () =>
  inFolder(async (folder) => {
    await Deno.copyFile(EXAMPLE, join(folder, "live.yaml"));
    const server = await ServerProcess.start(folder);
    for (const name of SERIES) {
      const follower = new SeriesFollower(name);
      await follower.connect(server.url);
      await follower.until(() => new Set(follower.rows.map((row) => row.name)).size === 3);
      await follower.close();
    }
    assert.equal(await server.stop(), 0);
  }));

Deno.test("the example between two times: run and replay give the same set, and nothing leaks", () =>
  inFolder(async (folder) => {
    const dates = "start_date: 2024-05-01 00:00:10\nend_date: 2024-05-01 00:00:30\nsampling: 1s\n";
    const range = "keys: 3\n    from: 2024-05-01 00:00\n    until: 2024-05-01 00:01\n";
    const example = await Deno.readTextFile(EXAMPLE);
    await Deno.writeTextFile(join(folder, "set.yaml"), dates + example.replace("keys: 3\n", range));
    const run = await featurizer(folder, "run", "set.yaml", "--out", "set.arrow");
    assert.equal(run.code, 0, run.err);
    assert.match(run.out, /3,000 source rows/);
    const got = await featurizer(folder, "get-data", "set.arrow", "--json");
    const expected: Record<string, unknown>[] = JSON.parse(got.out).rows;
    assert.ok(expected.length >= 60, `${expected.length} rows`);
    assert.ok(expected.every((row) => typeof row["change.value"] === "number"));
    const check = await featurizer(folder, "check", "--leakage", "set.yaml");
    assert.equal(check.code, 0, check.err);
    const server = await ServerProcess.replay(folder, "set.yaml");
    const follower = new SeriesFollower("set");
    await follower.connect(server.url);
    await statusWhere(
      server.url,
      ({ connectors }) => connectors.every(({ state }) => state === "ended"),
    );
    await follower.until(() => follower.rows.length >= expected.length);
    await follower.close();
    assert.deepEqual(follower.rows, expected);
    assert.equal(await server.stop(), 0);
  }));

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
