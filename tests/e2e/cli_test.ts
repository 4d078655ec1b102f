import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import { featurizer, startFeaturizer } from "./cli_process.ts";
import { inSetFolder, type SetFolder } from "./set_folder.ts";
import { csvOf, makeTrades, TRADES_PLUGIN, tradesConfig } from "./trades.ts";

const FILES = {
  "market.ts": TRADES_PLUGIN,
  "trades.csv": csvOf(makeTrades(200)),
  "set.yaml": tradesConfig("trades.csv", "features_to_store: [volume, bars]"),
};

async function ok(folder: SetFolder, ...args: string[]): Promise<string> {
  const { code, out, err } = await featurizer(folder.folder, ...args);
  assert.equal(code, 0, `${args.join(" ")}: ${err}`);
  return out;
}

Deno.test("run builds a set, a second run reuses it, and the data commands read it", () =>
  inSetFolder(FILES, async (folder) => {
    assert.match(await ok(folder, "run", "set.yaml"), /set +out\/set\.arrow +[\d,]+ rows/);
    const first = Deno.readFileSync(folder.path("out/set.arrow"));
    assert.ok(tableFromIPC(first).numRows > 50);
    assert.match(await ok(folder, "run", "set.yaml", "--partitions", "2"), /reused +volume: /);
    assert.deepEqual(Deno.readFileSync(folder.path("out/set.arrow")), first);
    const rows = JSON.parse(
      await ok(folder, "get-data", "out/set.arrow", "--every-n", "10", "--json"),
    );
    assert.ok(JSON.stringify(rows).includes("volume.all"));
    assert.match(await ok(folder, "describe", "out/set.arrow"), /volume\.middle +f64/);
    await ok(folder, "plot", "out/set.arrow", "--svg", "plot.svg");
    assert.match(Deno.readTextFileSync(folder.path("plot.svg")), /^<svg[\s\S]*<\/svg>\s*$/);
    assert.deepEqual(folder.results(), ["set.arrow"]);
  }));

Deno.test("check, fmt, features and explain work on a plugin", () =>
  inSetFolder(FILES, async (folder) => {
    assert.match(await ok(folder, "check", "market.ts"), /1 source, 3 features/);
    assert.match(await ok(folder, "features", "market.ts"), /market\.volume/);
    assert.match(await ok(folder, "explain", "market.ts"), /reach/);
    const before = await featurizer(folder.folder, "fmt", "--check", "market.ts");
    assert.equal(before.code, 1, before.out);
    await ok(folder, "fmt", "market.ts");
    await ok(folder, "fmt", "--check", "market.ts");
    assert.match(await ok(folder, "check", "market.ts"), /1 source, 3 features/);
  }));

const FAILURES: readonly (readonly [string, number, string, readonly string[]])[] = [
  ["USAGE", 2, "no such option", ["run", "set.yaml", "--parition", "2"]],
  ["USAGE", 2, "no such command", ["rnu", "set.yaml"]],
  ["[A-Z_]+", 1, "no such config", ["run", "sets.yaml"]],
  ["UNWRITABLE_FILE", 3, "no folder for the result", ["run", "set.yaml", "-o", "no/such/x.csv"]],
];

for (const [code, exit, what, args] of FAILURES) {
  Deno.test(`${what} ends with ${exit} and tells code and hint, as text and as JSON`, () =>
    inSetFolder(FILES, async (folder) => {
      const text = await featurizer(folder.folder, ...args);
      assert.equal(text.code, exit, text.err);
      assert.match(text.err, new RegExp(`^error ${code}: Cannot `, "m"));
      assert.match(text.err, /^hint: /m);
      const json = await featurizer(folder.folder, ...args, "--json");
      assert.equal(json.code, exit);
      const printed: unknown = JSON.parse(json.err.trim() || json.out);
      assert.match(JSON.stringify(printed), new RegExp(`"code":"${code}"`));
      assert.match(JSON.stringify(printed), /"hint":/);
      assert.deepEqual(folder.results(), []);
    }));
}

Deno.test("Ctrl-C in the middle of a run leaves no result, and the store usable", () =>
  inSetFolder(FILES, async (folder) => {
    const slow = TRADES_PLUGIN.replace("price = price,", "price = ${slowly}(price) as f64,")
      .replace(
        "export default",
        "function slowly(x: number): number {\n  for (let i = 0; i < 2e7; i++) x += 1e-9;\n  return x;\n}\nexport default",
      );
    folder.write({ "market.ts": slow });
    const begun = partialResult(folder);
    const child = startFeaturizer(folder.folder, "run", "set.yaml");
    await begun;
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assert.equal(code, 130, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stderr), /Interrupted/);
    assert.deepEqual(folder.results(), []);
    folder.write({ "market.ts": TRADES_PLUGIN });
    assert.doesNotMatch(await ok(folder, "run", "set.yaml"), /reused/);
    assert.match(await ok(folder, "run", "set.yaml"), /reused +volume: /);
  }));

/** Resolves when the run has begun its result. */
async function partialResult(folder: SetFolder): Promise<void> {
  using watcher = Deno.watchFs(folder.path("out"));
  for await (const { paths } of watcher) {
    if (paths.some((path) => path.includes(".partial-"))) return;
  }
}
