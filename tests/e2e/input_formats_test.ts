import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { inSetFolder } from "./set_folder.ts";
import { csvOf, makeTrades, TRADES_PLUGIN, tradesConfig, writeTrades } from "./trades.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("every input format gives the same set, to the byte", () =>
  inSetFolder({ "market.ts": TRADES_PLUGIN }, async (folder) => {
    const paths = await writeTrades(folder.folder, makeTrades(300));
    const sets = new Map<string, string>();
    for (const path of paths) {
      folder.write({ "set.yaml": tradesConfig(path) });
      sets.set(path, await folder.csvOf("set.csv"));
    }
    const expected = sets.get("trades.csv") ?? "";
    assert.ok(expected.split("\n").length > 100);
    assert.equal(/(^|,)-0(,|$)/m.test(expected), false, "a negative zero is in the set");
    for (const [path, set] of sets) assert.equal(set, expected, path);
  }));

Deno.test("a glob of several files, or a list, is one file after the other", () =>
  inSetFolder({ "market.ts": TRADES_PLUGIN }, async (folder) => {
    const trades = makeTrades(300);
    const [header = "", ...lines] = csvOf(trades).trimEnd().split("\n");
    const part = (from: number, to: number) => [header, ...lines.slice(from, to), ""].join("\n");
    folder.write({
      "trades.csv": csvOf(trades),
      "part-1.csv": part(0, 120),
      "part-2.csv": part(120, 121),
      "part-3.csv": part(121, 300),
    });
    const sets: string[] = [];
    for (const path of ["trades.csv", '"part-*.csv"', "[part-1.csv, part-2.csv, part-3.csv]"]) {
      folder.write({ "set.yaml": tradesConfig(path) });
      sets.push(await folder.csvOf("set.csv"));
    }
    assert.equal(sets[1], sets[0]);
    assert.equal(sets[2], sets[0]);
  }));

Deno.test("two data source entries of one source are merged in order of time", () =>
  inSetFolder({ "market.ts": TRADES_PLUGIN }, async (folder) => {
    const trades = makeTrades(300);
    const isFirst = ({ symbol }: { symbol: string }) => symbol < "F";
    folder.write({
      "trades.csv": csvOf(trades),
      "low.csv": csvOf(trades.filter(isFirst)),
      "high.csv": csvOf(trades.filter((trade) => !isFirst(trade))),
      "set.yaml": tradesConfig("trades.csv"),
    });
    const expected = await folder.csvOf("set.csv");
    folder.write({
      "set.yaml": tradesConfig("low.csv\n  - source: market.trades\n    path: high.csv"),
    });
    assert.equal(await folder.csvOf("set.csv"), expected);
  }));

Deno.test("columns can be named differently and times given in another unit", () =>
  inSetFolder({ "market.ts": TRADES_PLUGIN }, async (folder) => {
    const trades = makeTrades(50);
    const renamed = csvOf(trades).replace("symbol,ts,", "coin,at,")
      .replaceAll(/"2024[^"]*"/g, (time) => String(Date.parse(time.slice(1, -1))));
    folder.write({
      "trades.csv": csvOf(trades),
      "renamed.csv": renamed,
      "set.yaml": tradesConfig("trades.csv"),
    });
    const expected = await folder.csvOf("set.csv");
    const columns = "{ symbol: coin, ts: { from: at, unit: ms } }";
    folder.write({ "set.yaml": tradesConfig(`renamed.csv\n    columns: ${columns}`) });
    assert.equal(await folder.csvOf("set.csv"), expected);
  }));
