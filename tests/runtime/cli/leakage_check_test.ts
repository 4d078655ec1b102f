import assert from "node:assert/strict";
import { join } from "node:path";
import type { LeakageReport } from "../../../runtime/set/mod.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { callCommand, type CommandResult } from "./command_call.ts";

/** `peek` sees what was noted of rows that are read ahead; `rank` only counts the rows before it. */
const PLUGIN = `import { plugin } from "featurizer";

const later: number[] = [];
const note = (x: number) => later.push(x) && x;
let count = 0;

export default plugin("s")\`
  source rows { k string key, ts timestamp time, id i64, x f64, tags list<string>, noted f64 = \${note}(x) as f64 } lateness 5s unique by id within 1m
  source others { k string key, ts timestamp time, y f64 }

  feature peek on rows { highest = \${(x: number) => Math.max(x, ...later)}(noted) as f64 }
  feature rank on rows { n = \${() => ++count}() as f64 }
  feature honest on rows fold \${(state: { n?: number }, row: { x: number }) => ({ n: state.n = (state.n ?? 0) + row.x })} { n f64 }
  feature sums(window = 10s) on rows join others { total = sum(x), y = others.y, tags = tags } over window
  feature bars on rows { n = count(), total = sum(x) } over tumbling 10s
\`;
`;

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

interface Answer extends CommandResult {
  readonly report: LeakageReport;
}

async function check(
  features: readonly string[],
  { config = {}, args = [] }: { config?: object; args?: readonly string[] } = {},
): Promise<Answer> {
  const folder = await Deno.makeTempDir();
  try {
    const line = (row: object) => `${JSON.stringify(row)}\n`;
    const time = (second: number) => new Date(second * 1000).toISOString();
    const rows = Array.from({ length: 300 }, (_, i) => ({
      k: "abc"[i % 3],
      // Some are late, and some repeat an id.
      ts: time(i - (i % 7 === 0 ? 3 : i % 50 === 0 ? 20 : 0)),
      id: i % 41,
      x: i,
      tags: [`t${i % 5}`],
    }));
    const others = rows.filter((_, i) => i % 5 === 0).map(({ k, ts, x }) => ({ k, ts, y: x })).sort(
      (a, b) => a.ts < b.ts ? -1 : 1,
    );
    await Deno.writeTextFile(join(folder, "s.ts"), PLUGIN);
    await Deno.writeTextFile(join(folder, "rows.ndjson"), rows.map(line).join(""));
    await Deno.writeTextFile(join(folder, "others.ndjson"), others.map(line).join(""));
    await Deno.writeTextFile(
      join(folder, "set.yaml"),
      JSON.stringify({
        plugins: ["./s.ts"],
        start_date: "1970-01-01",
        end_date: "1970-01-01 00:10",
        spine: { feature: "s.rows" },
        data_sources: ["rows", "others"].map((name) => ({
          source: `s.${name}`,
          path: `${name}.ndjson`,
        })),
        feature_configs: features.map((name) => ({ feature_definition: `s.${name}` })),
        ...config,
      }),
    );
    const path = join(folder, "set.yaml");
    const call = ["check", "--leakage", path, "--times", "1", ...args];
    const result = await callCommand([...call, "--json"], createDirectLauncher());
    return { ...result, report: JSON.parse(result.out).leakage?.[0]?.report };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("check --leakage passes features that see the past alone: folds, joins, windows, labels", async () => {
  const { code, report, out } = await check(["sums", "honest", "bars"], {
    config: { label_feature: "sums", label_lookahead: "20s" },
    args: ["--times", "2"],
  });
  assert.equal(code, 0, out);
  assert.equal(report.unstable, undefined);
  assert.equal(report.trials.length, 4);
  assert.ok(report.trials.every(({ leak, failed }) => !leak && !failed), out);
  assert.ok(report.trials.some(({ rows }) => rows > 20), out);
});

Deno.test("check --leakage finds a function that sees rows read ahead", async () => {
  const { code, report, out } = await check(["sums", "peek"]);
  assert.equal(code, 1);
  const leak = report.trials.find(({ future }) => future === "removed")?.leak;
  assert.equal(leak?.column, "peek.highest", out);
  assert.ok(Number(leak?.expected) > Number(leak?.actual), out);
});

Deno.test("check --leakage finds a function that keeps state between rows", async () => {
  const { code, report } = await check(["rank"]);
  assert.equal(code, 1);
  assert.equal(report.unstable?.column, "rank.n");
  assert.ok(report.trials.every(({ leak }) => leak === undefined));
});

Deno.test("check --leakage reads no more rows than it may, and is the same for the same seed", async () => {
  const first = await check(["sums"], { args: ["--rows", "100", "--seed", "7"] });
  const second = await check(["sums"], { args: ["--rows", "100", "--seed", "7"] });
  assert.equal(first.report.cut, true);
  assert.ok(first.report.sourceRows["s.rows"]! <= 100, first.out);
  assert.deepEqual(second.report, first.report);
  assert.equal(first.code, 0);
});
