/** History through a live server, as a process of its own: the set is the one that `run` makes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../support/random.ts";
import { featurizer } from "../cli_process.ts";
import { statusWhere } from "./server_calls.ts";
import { type JsonRow, SeriesFollower } from "./series_follower.ts";
import { ServerProcess } from "./server_process.ts";

const VISITS = fileURLToPath(new URL("../../../examples/visits", import.meta.url));

Deno.test("the files of an example replayed at full speed give the set that run makes of them", () =>
  inFolder(async (folder) => {
    for await (const { name } of Deno.readDir(VISITS)) {
      await Deno.copyFile(join(VISITS, name), join(folder, name));
    }
    const path = join(folder, "set.yaml");
    const config = (await Deno.readTextFile(path)).replaceAll(/^label_.*\n/gm, "");
    await Deno.writeTextFile(path, config.replace(/^end_date: .*$/m, "end_date: 2024-06-01"));
    const expected = await setOf(folder, "set.yaml");
    assert.ok(expected.length > 20, `${expected.length} rows`);
    const server = await ServerProcess.replay(folder, "set.yaml");
    const rows = await followed(server, "set", expected.length);
    assert.deepEqual(rows, expected);
    assert.equal(await server.stop(), 0);
  }));

const QUOTES = `import { plugin } from "featurizer";
export default plugin("market")\`
  source quotes {
    symbol string key, at timestamp time, price f64
  } lateness 2s unique by symbol, at, price within 10s
  feature move on quotes { price = price, change = price - prev(price), sum = sum(price) over 5s }
  feature all on quotes by () { last = last(price), n = count() } over 3s
  feature bars on quotes { high = max(price), n = count() } over tumbling 4s
\`;
`;

const QUOTES_CONFIG = `plugins: [./market.ts]
start_date: 2024-05-01
end_date: 2024-05-03
spine: { feature: move }
data_sources:
  - { source: market.quotes, path: one.ndjson }
  - { source: market.quotes, path: two.ndjson }
feature_configs:
  - { feature_definition: market.move, name: move }
  - { feature_definition: market.all, name: all }
  - { feature_definition: market.bars, name: bars }
`;

Deno.test("rows of one time in two files, out of order, late, repeated or malformed count as run counts them; the log gives them again", () =>
  inFolder(async (folder) => {
    const random = new Random(5);
    for (const name of ["one", "two"]) {
      await Deno.writeTextFile(join(folder, `${name}.ndjson`), quotesOf(name, random));
    }
    await Deno.writeTextFile(join(folder, "market.ts"), QUOTES);
    await Deno.writeTextFile(join(folder, "set.yaml"), QUOTES_CONFIG);
    const expected = await setOf(folder, "set.yaml");
    assert.ok(expected.length > 200, `${expected.length} rows`);
    const store = "replayed.db";
    for (const source of [["--store", store], ["--from", store, "--speed", "max"]]) {
      const server = await ServerProcess.replay(folder, "set.yaml", ...source);
      assert.deepEqual(await followed(server, "set", expected.length), expected);
      assert.equal(await server.stop(), 0);
    }
  }));

/** Lines with times that meet those of the other file. */
function quotesOf(name: string, random: Random): string {
  let second = 0;
  const lines = Array.from({ length: 200 }, () => {
    second += random.between(0, 1);
    const behind = random.chance(0.05) ? 4 : random.between(0, 2);
    const at = new Date(Date.UTC(2024, 4, 1, 9) + (second - behind) * 1000).toISOString();
    const symbol = random.chance(0.03) ? null : `${name} ${random.between(1, 2)}`;
    return JSON.stringify({ symbol, at, price: random.between(1, 9) });
  });
  return lines.join("\n") + "\n";
}

/** The set that `run` makes. */
async function setOf(folder: string, config: string): Promise<readonly JsonRow[]> {
  const run = await featurizer(folder, "run", config, "--out", "set.arrow");
  assert.equal(run.code, 0, run.err);
  const { code, out, err } = await featurizer(folder, "get-data", "set.arrow", "--json");
  assert.equal(code, 0, err);
  return JSON.parse(out).rows;
}

/** All rows of a series of a server whose sources are complete, of which there must be so many. */
async function followed(
  { url }: ServerProcess,
  series: string,
  count: number,
): Promise<readonly JsonRow[]> {
  const follower = new SeriesFollower(series);
  await follower.connect(url);
  await statusWhere(url, ({ connectors }) => connectors.every(({ state }) => state === "ended"));
  await follower.until(() => follower.rows.length >= count);
  await follower.close();
  return follower.rows;
}

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
