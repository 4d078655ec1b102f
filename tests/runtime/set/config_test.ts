import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { loadConfig, parseConfig } from "../../../runtime/set/config.ts";
import { ConfigError, located } from "../../../runtime/set/config_error.ts";
import type { SetConfig } from "../../../runtime/set/config_types.ts";

const FULL = `# A labelled set of quotes.
plugins: [market, ./my_plugin.ts]
start_date: 2023-02-01 10:00:00
end_date: 2023-02-01 11:00:00
label_feature: mid_price
label_lookahead: 5s
features_to_store: [0, diff]
sampling: 1s
data_sources:
  - source: market.quotes
    attributes: {exchange: BINANCE, lot: 007, spot: true}
    path: data/quotes.csv.gz
    columns: {ts: {from: local_timestamp, unit: us}, bid: best_bid}
    late: fail
feature_configs:
  - feature_definition: market.mid_price
    name: mid_price
    params:
      data_source: [{exchange: BINANCE, symbol: BTC-USDT}]
  - feature_definition: transforms.diff
    name: diff
    deps: [mid_price.price]
    params: {feature: {n: 10, window: 5m, fill: false}}
`;

const LIVE_DEFAULTS: SetConfig["live"] = {
  flushUs: 5_000,
  flushRows: 8192,
  checkpoint: { intervalUs: 10_000_000, rows: 1_000_000, retained: 3 },
  shards: 4,
  workers: 1,
  retainRowsUs: 3_600_000_000,
  retainLog: { ageUs: Infinity, bytes: Infinity, sources: {} },
  maxSkewUs: 3_600_000_000,
  servingLog: 0,
};

function parse(text: string): SetConfig {
  return parseConfig(text, { file: "sets/quotes.yaml" });
}

function failure(text: string): ConfigError {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "the config was accepted" });
}

function problemsOf(text: string): string[] {
  return failure(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** The smallest config that parses, with lines put in place of the named keys or added. */
function minimal(lines: Readonly<Record<string, string>> = {}): string {
  const parts: Record<string, string> = {
    plugins: "plugins: [market]",
    start_date: "start_date: 2023-02-01",
    end_date: "end_date: 2023-02-02",
    sampling: "sampling: 1s",
    feature_configs: "feature_configs: [{feature_definition: market.mid, name: mid}]",
    ...lines,
  };
  return Object.values(parts).filter((line) => line !== "").join("\n");
}

Deno.test("parseConfig() makes the contract's example canonical", () => {
  const { text, ...config } = parse(FULL);
  const folder = resolve("sets");
  assert.equal(text, FULL);
  assert.deepEqual(config, {
    file: "sets/quotes.yaml",
    folder,
    plugins: ["market", join(folder, "my_plugin.ts")],
    startUs: Date.UTC(2023, 1, 1, 10) * 1000,
    endUs: Date.UTC(2023, 1, 1, 11) * 1000,
    label: { feature: "mid_price", lookaheadUs: 5_000_000, only: false, nulls: "keep" },
    featuresToStore: ["mid_price", "diff"],
    spine: { kind: "grid", everyUs: 1_000_000 },
    dataSources: [{
      kind: "file",
      source: "market.quotes",
      attributes: { exchange: "BINANCE", lot: "007", spot: "true" },
      path: join(folder, "data/quotes.csv.gz"),
      columns: { ts: { from: "local_timestamp", unit: "us" }, bid: { from: "best_bid" } },
      late: "fail",
    }],
    features: [
      {
        definition: "market.mid_price",
        name: "mid_price",
        params: { feature: {}, dataSource: [{ exchange: "BINANCE", symbol: "BTC-USDT" }] },
        deps: [],
      },
      {
        definition: "transforms.diff",
        name: "diff",
        params: { feature: { n: 10, window: "5m", fill: false } },
        deps: ["mid_price.price"],
      },
    ],
    live: LIVE_DEFAULTS,
  });
});

Deno.test("parseConfig() returns plain data that survives a structured clone", () => {
  const config = parse(FULL);
  assert.deepEqual(structuredClone(config), config);
});

Deno.test("parseConfig() reads each kind of spine", () => {
  const spineOf = (spine: string) => parse(minimal({ sampling: `spine: ${spine}` })).spine;
  assert.deepEqual(spineOf("{every: 10m, keys: flights.landings}"), {
    kind: "grid",
    everyUs: 600_000_000,
    keys: "flights.landings",
  });
  assert.deepEqual(spineOf("{feature: mid}"), { kind: "feature", feature: "mid" });
  assert.deepEqual(spineOf("{feature: 0}"), { kind: "feature", feature: "mid" });
  assert.deepEqual(spineOf("{feature: flights.departures}"), {
    kind: "feature",
    feature: "flights.departures",
  });
  assert.deepEqual(
    spineOf("{path: users.csv, key: [user, shop], time: at, columns: {at: {unit: ms}}}"),
    {
      kind: "table",
      path: resolve("sets/users.csv"),
      keys: ["user", "shop"],
      time: "at",
      columns: { at: { unit: "ms" } },
    },
  );
});

Deno.test("parseConfig() takes label, dependencies and storage by index", () => {
  const config = parse(minimal({
    feature_configs:
      "feature_configs: [{feature_definition: market.mid}, {feature_definition: transforms.diff, deps: {x: 0}}]",
    label: "label_feature: 1\nlabel_lookahead: 0s\nlabel_only: true\nlabel_nulls: drop",
    store: "features_to_store: [1, diff]",
  }));
  assert.deepEqual(config.features.map(({ name }) => name), ["mid", "diff"]);
  assert.deepEqual(config.label, { feature: "diff", lookaheadUs: 0, only: true, nulls: "drop" });
  assert.deepEqual(config.features[1]?.deps, { x: "mid" });
  assert.deepEqual(config.featuresToStore, ["diff"]);
});

Deno.test("parseConfig() keeps renames of keys, globally and by feature", () => {
  const config = parse(minimal({
    keys: "keys: {origin: airport}",
    feature_configs:
      "feature_configs: [{feature_definition: a.b, name: c, keys: {destination: airport}}]",
  }));
  assert.deepEqual(config.keys, { origin: "airport" });
  assert.deepEqual(config.features[0]?.keys, { destination: "airport" });
});

Deno.test("parseConfig() leaves URLs as they are and resolves output and lists of files", () => {
  const config = parse(minimal({
    sources:
      "data_sources: [{source: a.b, path: [s3://x/y.parquet, ../data/*.csv]}, {source: a.c, path: https://h/x.csv, format: csv}]",
    output: "output: {path: out/set.parquet, format: parquet}",
  }));
  assert.deepEqual(config.dataSources.map((entry) => "path" in entry ? entry.path : entry), [
    ["s3://x/y.parquet", resolve("data/*.csv")],
    "https://h/x.csv",
  ]);
  assert.deepEqual(config.output, { path: resolve("sets/out/set.parquet"), format: "parquet" });
});

Deno.test("parseConfig() follows anchors and merge keys", () => {
  const config = parse(minimal({
    feature_configs: `feature_configs:
  - &base {feature_definition: market.mid, name: a, params: {feature: {window: 1m}}}
  - {<<: *base, name: b}`,
  }));
  assert.deepEqual(config.features[1]?.params, { feature: { window: "1m" } });
  assert.equal(config.features[1]?.name, "b");
});

Deno.test("parseConfig() lists all problems with line and column", () => {
  assert.deepEqual(
    problemsOf(`plugins: market
start_date: yesterday
end_dat: 2023-02-01
sampling: 1 minute
feature_configs:
  - feature_definition: mid_price
    name: mid
    params: {features: {n: 1}}
    deps: [[x]]
  - name: b
data_sources:
  - source: market.quotes
    path: a.csv
    late: never
    columns: {ts: {unit: minutes}}
`).sort(),
    [
      '1:1 missing key "end_date"',
      '10:5 missing key "feature_definition"',
      '14:11 expected drop or fail, got "never"',
      '15:26 expected s, ms, us or ns, got "minutes"',
      '1:10 expected a list of plugins, got "market"',
      '2:13 expected a time like 2023-02-01 10:00:00 (UTC), got "yesterday"',
      '3:1 unknown key "end_dat"',
      '4:11 expected a duration like 500us, 20ms, 5s, 1m, 2h or 7d, got "1 minute"',
      '6:25 expected a name like plugin.name, got "mid_price"',
      '8:14 unknown key "features"',
      "9:12 expected a feature, or feature.column, got a list",
    ].sort(),
  );
});

Deno.test("parseConfig() draws the line, a caret and the nearest key", () => {
  const error = failure(minimal({ sampling: "samplng: 10m" }));
  const problem = error.problems.find(({ message }) => message.startsWith("unknown"));
  assert.equal(problem?.frame, "4 | samplng: 10m\n  | ^^^^^^^");
  assert.equal(problem?.hint, 'did you mean "sampling"?');
  assert.equal(error.code, "CONFIG_INVALID");
  assert.equal(error.domain, "user");
  assert.match(error.message, /^Cannot use config "sets\/quotes.yaml": /);
  assert.match(error.frame ?? "", /sets\/quotes.yaml:4:1: unknown key "samplng"\n {2}4 \| samplng/);
});

Deno.test("parseConfig() rejects what its parts contradict", () => {
  const message = (lines: Record<string, string>) => problemsOf(minimal(lines)).join("; ");
  assert.match(message({ more: "spine: {every: 1m}" }), /4:1 sampling and spine are both given/);
  assert.match(message({ sampling: "" }), /missing key "sampling" or "spine"/);
  assert.match(message({ sampling: "spine: {}" }), /4:1 the spine says neither/);
  assert.match(message({ sampling: "spine: {every: 1s, feature: mid}" }), /every and feature/);
  assert.match(message({ sampling: "spine: {feature: mid, keys: mid}" }), /4:23 the key "keys"/);
  assert.match(message({ sampling: "spine: {path: a.csv, key: k}" }), /missing key "time"/);
  assert.match(message({ end_date: "end_date: 2023-02-01" }), /3:11 end_date is not after/);
  assert.match(message({ label: "label_lookahead: 5s" }), /6:1 label_lookahead without/);
  assert.match(message({ label: "label_feature: mid" }), /missing key "label_lookahead"/);
  assert.match(message({ label: "label_feature: 3\nlabel_lookahead: 1s" }), /no feature number 3/);
  assert.match(
    message({ store: "features_to_store: [mdi]" }),
    /6:21 there is no feature named "mdi"/,
  );
});

Deno.test("parseConfig() rejects names given twice, unknown and circular dependencies", () => {
  const features = (...entries: string[]) =>
    failure(minimal({ feature_configs: `feature_configs:\n${entries.join("\n")}` })).problems;
  const [twice] = features(
    "  - {feature_definition: a.x, name: mid}",
    "  - {feature_definition: a.y, name: mid}",
  );
  assert.equal(twice?.message, 'a second feature is named "mid"');
  assert.deepEqual([twice?.line, twice?.column], [7, 37]);
  const [unknown] = features(
    "  - {feature_definition: a.x, name: price}",
    "  - {feature_definition: a.y, name: b, deps: [prise.value]}",
  );
  assert.equal(unknown?.hint, 'did you mean "price"?');
  const cycles = features(
    "  - {feature_definition: a.x, name: a, deps: [b]}",
    "  - {feature_definition: a.y, name: b, deps: {x: a.value}}",
  );
  assert.deepEqual(cycles.map(({ message }) => message), ['"a" depends on itself: a <- b <- a']);
});

Deno.test("parseConfig() points at mistakes of YAML itself", () => {
  assert.deepEqual(problemsOf("a: 1\na: 2\n"), ["2:1 this key is given twice"]);
  assert.match(problemsOf("plugins: [a\nsampling: 1s\n")[0] ?? "", /^2:1 flow sequence/);
  assert.match(problemsOf("plugins: *a\n")[0] ?? "", /unresolved alias/);
  assert.match(problemsOf("a: 1\n---\nb: 2\n")[0] ?? "", /^2:1 a second document/);
  assert.match(problemsOf("plugins: !js x\n")[0] ?? "", /unresolved tag/);
  assert.match(problemsOf("just text")[0] ?? "", /^1:1 expected a map of config keys/);
  assert.ok(problemsOf("").includes('1:1 missing key "plugins"'));
  assert.ok(problemsOf("plugins:\n").some((text) => /nothing is given here/.test(text)));
});

Deno.test("located() points into a parsed config", () => {
  const config = parse(FULL);
  const path = ["feature_configs", 1, "feature_definition"];
  const error = located(config, path, 'there is no feature "diff"', "Look.");
  assert.equal(
    error.message,
    'Cannot use config "sets/quotes.yaml": there is no feature "diff" at line 20, column 25',
  );
  assert.equal(error.hint, "Look.");
  assert.match(error.frame ?? "", /20 \| {3}- feature_definition: transforms.diff\n.* \^{15}$/);
});

Deno.test("loadConfig() names a file that is missing or is no file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await assert.rejects(loadConfig(join(folder, "none.yaml")), (error: unknown) => {
      assert.ok(error instanceof FeaturizerError);
      assert.equal(error.code, "CONFIG_NOT_FOUND");
      return true;
    });
    await assert.rejects(loadConfig(folder), { code: "CONFIG_UNREADABLE" });
    await Deno.writeTextFile(join(folder, "set.yaml"), FULL);
    const config = await loadConfig(join(folder, "set.yaml"));
    assert.equal(config.folder, resolve(folder));
    const [entry] = config.dataSources;
    assert.equal(entry?.kind === "file" && entry.path, join(folder, "data/quotes.csv.gz"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
