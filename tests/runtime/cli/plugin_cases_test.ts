import assert from "node:assert/strict";
import { join } from "node:path";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { runCommand } from "../../../runtime/cli/command.ts";
import { startThread } from "../../../runtime/threads.ts";
import { captureTerminal } from "./captured_terminal.ts";
import { callCommand, type CommandResult } from "./command_call.ts";

const SHOP = `import { plugin } from "featurizer";

let latest = 0;
const note = (x: number) => latest = x;

export default plugin("shop")\`
  source orders {
    customer  string  key
    ts  timestamp  time
    amount  f64
    tags  list<string>
    noted  f64 = \${note}(amount) as f64
  } lateness 2s
  source visits { customer string key, ts timestamp time, page string }

  feature total(window = 1m) on orders { total = sum(amount), all = collect(amount) } over window
  feature paged on orders join visits { page = visits.page, tags = tags }
  feature peek on orders { seen = \${(x: number) => latest - x}(noted) as f64 }
  feature strict on orders { x = \${(x: number) => { if (x > 5) throw new Error("too much"); return x; }}(amount) as f64 }
\`;
`;

const ORDERS = `
    rows:
      orders: |
        customer ts   amount tags
        ann      10s  1      ["a", "b"]
        ann      12s  2      -
        ben      13s  4      []`;

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

async function withCases(
  cases: string,
  act: (call: (...args: string[]) => Promise<CommandResult>, plugin: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const launcher = createDirectLauncher();
  try {
    const plugin = join(folder, "shop.ts");
    await Deno.writeTextFile(plugin, SHOP);
    await Deno.writeTextFile(join(folder, "shop.cases.yaml"), `cases:${cases}`);
    await act((...args) => callCommand(args, launcher), plugin);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("test runs the cases beside a plugin: rows, grids, questions, labels, errors", () =>
  withCases(
    `
  - name: own rows, with other sources empty${ORDERS}
    features: [{definition: total, params: {window: 5s}}, paged]
    expected: |
      customer timestamp total.total total.all paged.page paged.tags
      ann      10s       1           [1]       -          ["a","b"]
      ann      12s       3           [1,2]     -          -
      ben      13s       4           [4]       -          []
  - name: a grid with a label${ORDERS}
    features: [total]
    spine: {every: 1s, keys: orders}
    label: {feature: total, lookahead: 1s}
    expected: |
      customer timestamp total.total label.total.total
      ann      10s       1           1
      ann      11s       1           3
      ann      12s       3           3
  - name: questions${ORDERS}
    features: [total]
    spine:
      questions: |
        customer timestamp note
        ben      12s       early
        ben      14s       "a word"
    expected: |
      customer timestamp note     total.total
      ben      12s       early    0
      ben      14s       "a word" 4
  - name: late rows are told
    rows:
      orders:
        - |
          customer ts amount
          ann      9s 1
          ann      1s 2
        - |
          customer ts amount
          ben      8s 0.1
          ben      9s 0.2
    features: [total]
    refused: {orders: {late: 1}}
    tolerance: 1e-9
    expected: |
      customer timestamp total.total
      ben      8s        0.1
      ann      9s        1
      ben      9s        0.3
  - name: an error is expected
    rows:
      orders: |
        customer ts amount
        ann      1s 9
    features: [strict]
    error: too much
`,
    async (call, plugin) => {
      const { code, out } = await call("test", plugin);
      assert.equal(out.split("\n").at(-2), "ok: 5 cases", out);
      assert.equal(code, 0);
      const one = await call("test", plugin, "--filter", "grid", "--json");
      assert.deepEqual(JSON.parse(one.out).cases.map(({ name }: { name: string }) => name), [
        "a grid with a label",
      ]);
    },
  ));

Deno.test("test shows wrong cells, and what came instead", () =>
  withCases(
    `
  - name: wrong${ORDERS}
    features: [total]
    expected: |
      customer timestamp total.total
      ann      10s       1
      ann      12s       2
`,
    async (call, plugin) => {
      const { code, out } = await call("test", plugin);
      assert.equal(code, 1);
      assert.deepEqual(out.split("\n").slice(1, -1), [
        "  ✗ wrong  line 2",
        "    expected ≠ actual, in the rows that differ",
        "      row         customer  timestamp  total.total",
        "      2           ann       12s        2 ≠ 3",
        "      3 too many  ben       13s        4",
        "    its rows are",
        "      customer  timestamp  total.total",
        "      ann       10s        1",
        "      ann       12s        3",
        "      ben       13s        4",
        "1 of 1 case failed",
      ]);
      const { ok, cases: [{ failure }] } = JSON.parse((await call("test", plugin, "--json")).out);
      assert.equal(ok, false);
      assert.deepEqual(failure.wrong, [
        { row: 2, column: "total.total", expected: "2", actual: "3" },
        { row: 3 },
      ]);
    },
  ));

Deno.test("test finds a function that keeps state, and rows that nobody announced", () =>
  withCases(
    `
  - name: peeks${ORDERS}
    features: [peek]
    expected: |
      customer timestamp
      ann      10s
      ann      12s
      ben      13s
  - name: late
    rows:
      orders: |
        customer ts amount
        ann      9s 1
        ann      1s 2
    features: [total]
    expected: |
      customer timestamp
      ann      9s
`,
    async (call, plugin) => {
      const { out } = await call("test", plugin);
      assert.match(out, /keeps state/);
      assert.match(out, /shop\.orders: expected 0 late, got 1/);
    },
  ));

Deno.test("test says where a case file is wrong", async () => {
  for (
    const [cases, words] of [
      ["\n  - name: x\n    feature: [total]\n", 'unknown key "feature"'],
      [
        "\n  - name: x\n    rows: {ordres: a}\n    features: [total]\n",
        'did you mean "shop.orders"?',
      ],
      [
        `\n  - name: x${ORDERS.replace("amount", "amuont")}\n    features: [total]\n`,
        'did you mean "amount"?',
      ],
      [`\n  - name: x${ORDERS.replace("10s", "soon")}\n    features: [total]\n`, "expected a time"],
      [`\n  - name: x${ORDERS}\n    features: [totl]\n`, 'did you mean "total"?'],
      [`\n  - name: x${ORDERS}\n    features: [total]\n    expected: totl`, "it has"],
    ] as const
  ) {
    await withCases(cases, async (call, plugin) => {
      const { code, out, err } = await call("test", plugin);
      assert.equal(code, 1);
      assert.ok(
        `${out}${err}`.toLowerCase().includes(words.toLowerCase()),
        `${words}\n${out}${err}`,
      );
    });
  }
});

Deno.test("test --watch runs the cases again when a file beside them changes", () =>
  withCases(
    `
  - name: watched${ORDERS}
    features: [total]
    from: 12s
    expected: |
      customer timestamp total.total
      ann      12s       3
      ben      13s       4
`,
    async (_call, plugin) => {
      const aborting = new AbortController();
      const terminal = captureTerminal();
      const launcher = createDirectLauncher();
      const context = { signal: aborting.signal, launcher, startThread, terminal };
      const ended = runCommand(["test", plugin, "--watch"], context);
      const until = async (words: string) => {
        while (!terminal.out.text.includes(words)) {
          await new Promise((done) => setTimeout(done, 10));
        }
      };
      await until("ok: 1 case");
      await Deno.writeTextFile(plugin, SHOP.replace("sum(amount)", "max(amount)"));
      await until("1 of 1 case failed");
      aborting.abort();
      assert.equal(await ended, 0);
    },
  ));

Deno.test("test without cases says where they belong", () =>
  withCases("\n", async (call, plugin) => {
    await Deno.remove(plugin.replace(".ts", ".cases.yaml"));
    const { code, err } = await call("test", plugin);
    assert.equal(code, 1);
    assert.match(err, /shop\.cases\.yaml/);
    assert.equal((await call("test")).code, 2);
  }));
