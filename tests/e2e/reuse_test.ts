import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { inSetFolder, type SetFolder } from "./set_folder.ts";
import { csvOf, makeTrades, TRADES_PLUGIN, tradesConfig } from "./trades.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const TRADES = makeTrades(400);
const STORES = "features_to_store: [volume, last_trade, bars]";
const LABELLED = "label_feature: last_trade\nlabel_lookahead: 1m";
const FILES = {
  "market.ts": TRADES_PLUGIN,
  "trades.csv": csvOf(TRADES),
  "set.yaml": tradesConfig("trades.csv", STORES),
};

async function reusedBy(folder: SetFolder, name: string): Promise<readonly string[]> {
  const { code, out, err } = await folder.run(name, "--json");
  assert.equal(code, 0, err);
  const report: { reused: readonly string[] } = JSON.parse(out);
  return report.reused.map((line) => line.split(":")[0] ?? "");
}

const bytesOf = (folder: SetFolder, name: string) => Deno.readFileSync(folder.path(`out/${name}`));

for (const format of ["arrow", "parquet", "csv"]) {
  Deno.test(`a second run to ${format} reuses all stored columns and gives the same bytes`, () =>
    inSetFolder(FILES, async (folder) => {
      assert.deepEqual(await reusedBy(folder, `first.${format}`), []);
      assert.deepEqual(await reusedBy(folder, `second.${format}`), [
        "volume",
        "last_trade",
        "bars",
      ]);
      assert.deepEqual(bytesOf(folder, `second.${format}`), bytesOf(folder, `first.${format}`));
    }));
}

Deno.test("the report of a second run says how much was reused", () =>
  inSetFolder(FILES, async (folder) => {
    const first = await folder.run("first.csv");
    const second = await folder.run("second.csv");
    assert.match(first.out, /stored +volume \(columns\): \d+ rows in 1 block\n/);
    assert.match(second.out, /reused +volume: \d+ rows/);
  }));

Deno.test("another config reuses the columns it shares and computes the rest", () =>
  inSetFolder(FILES, async (folder) => {
    await folder.csvOf("first.csv");
    const changed = tradesConfig("trades.csv", `features_to_store: [volume, last_trade, wide]`)
      .replace(
        "  - feature_definition: market.bars",
        "  - feature_definition: market.volume\n    name: wide",
      );
    folder.write({ "set.yaml": changed });
    assert.deepEqual(await reusedBy(folder, "second.csv"), ["volume", "last_trade", "wide"]);
    folder.write({ "set.yaml": changed.replace("[volume, last_trade, wide]", "[]") });
    await folder.csvOf("fresh.csv");
    assert.deepEqual(bytesOf(folder, "second.csv"), bytesOf(folder, "fresh.csv"));
  }));

const CHANGES: Readonly<Record<string, (folder: SetFolder) => void>> = {
  "the rows": ({ write }) => write({ "trades.csv": csvOf(makeTrades(400, 2)) }),
  "a row past the end": ({ write }) =>
    write({ "trades.csv": `${csvOf(TRADES)}BTC,2030-01-01 00:00:00,1,1,buy\n` }),
  "the range": ({ write }) => write({ "set.yaml": FILES["set.yaml"].replace("09:20", "09:15") }),
  "the grid": ({ write }) => write({ "set.yaml": FILES["set.yaml"].replace("20s", "15s") }),
  "the label": ({ write }) => write({ "set.yaml": `${FILES["set.yaml"]}\n${LABELLED}` }),
  "the spine": ({ write }) =>
    write({
      "set.yaml": FILES["set.yaml"].replace("sampling: 20s", "spine: { feature: last_trade }"),
    }),
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`a change of ${what} reuses nothing that it changed`, () =>
    inSetFolder(FILES, async (folder) => {
      await folder.csvOf("first.csv");
      change(folder);
      assert.deepEqual(await reusedBy(folder, "second.csv"), []);
      const config = Deno.readTextFileSync(folder.path("set.yaml"));
      folder.write({ "set.yaml": config.replace(STORES, "") });
      await folder.csvOf("fresh.csv");
      assert.deepEqual(bytesOf(folder, "second.csv"), bytesOf(folder, "fresh.csv"));
    }));
}

Deno.test("a changed feature is computed again, the others are reused", () =>
  inSetFolder(FILES, async (folder) => {
    await folder.csvOf("first.csv");
    folder.write({ "market.ts": TRADES_PLUGIN.replace("high = max", "high = min") });
    assert.deepEqual(await reusedBy(folder, "second.csv"), ["volume", "last_trade"]);
    folder.write({ "set.yaml": FILES["set.yaml"].replace(STORES, "") });
    await folder.csvOf("fresh.csv");
    assert.deepEqual(bytesOf(folder, "second.csv"), bytesOf(folder, "fresh.csv"));
  }));

Deno.test("a set whose null labels are dropped is the same from the store", () =>
  inSetFolder(FILES, async (folder) => {
    folder.write({ "set.yaml": `${FILES["set.yaml"]}\n${LABELLED}\nlabel_nulls: drop` });
    assert.deepEqual(await reusedBy(folder, "first.csv"), []);
    assert.deepEqual(await reusedBy(folder, "second.csv"), ["volume", "last_trade", "bars"]);
    assert.deepEqual(bytesOf(folder, "second.csv"), bytesOf(folder, "first.csv"));
  }));
