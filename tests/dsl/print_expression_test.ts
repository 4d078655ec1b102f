/** Typed expressions and windows print as the language writes them. */
import assert from "node:assert/strict";
import { compilePlugins } from "../../dsl/compile.ts";
import { formatDiagnostic } from "../../dsl/diagnostic.ts";
import { printExpression, printWindow } from "../../dsl/print_expression.ts";
import { hashText, pluginSource } from "./plugin_source.ts";

const range = {
  init: () => 0,
  add: (state: number) => state,
  merge: (state: number) => state,
  result: (state: number) => state,
};

/** The outputs of a feature on a source, as printed. */
function printOutputs(statements: string): readonly string[] {
  const raw = `
    source s {
      k string key, ts timestamp time, x f64, n i64, c string
      bids list<struct{price f64, size f64}>, m map<string, vector(3)>
    }
    feature f on s as t { ${statements} }`.split("${range}");
  const plugin = pluginSource("p")(
    Object.assign([...raw], { raw }),
    ...raw.slice(1).map(() => range),
  );
  const compilation = compilePlugins([plugin], { hash: hashText });
  assert.deepEqual(compilation.diagnostics.map(formatDiagnostic), []);
  const { feature } = compilation.instantiate({ definition: "p.f" });
  return feature?.outputs.map(({ expression }) => printExpression(expression, ["t"])) ?? [];
}

Deno.test("printExpression() writes casts, access and clauses with the parentheses they need", () => {
  const texts = [
    "-x as i64 * 2",
    "(x + 1.5) as string",
    "(n as string)",
    "bids[0].price",
    'm["a"][-1]',
    "-bids[n + 1].size",
    "count() where x > 0 per lower(c) top 3 by value over 1h excluding current",
    "corr(x, n) over last 5",
    "quantile(x, 0.5) over ever",
    "top(x, 3) over 1h",
    "ewma(x, 5m) over ever",
    "(if x > 1 then 2 else 3) * 2",
    "${range}(x) as f64 per c over 1h",
  ];
  const printed = printOutputs(texts.map((text, index) => `o${index} = ${text}`).join("\n"));
  for (const [index, text] of texts.entries()) {
    const bare = text.replace(/^\((n as string)\)$/, "$1").replace(
      "${range}",
      "${aggregate 1 of p}",
    );
    assert.equal(printed[index], bare);
  }
});

Deno.test("printWindow() writes each window so that it can be read again", () => {
  const hour = 3_600_000_000;
  const of = { kind: "column", type: { kind: "f64" }, from: 0, name: "x" } as const;
  const cases = [
    [{ kind: "sliding", widthUs: hour }, "1h"],
    [{ kind: "tumbling", widthUs: hour, offsetUs: 0 }, "tumbling 1h"],
    [
      { kind: "hopping", widthUs: hour, stepUs: 60_000_000, offsetUs: 1_000_000, fill: true },
      "hopping 1h step 1m offset 1s fill",
    ],
    [{ kind: "session", gapUs: 1000 }, "session 1ms"],
    [{ kind: "bar", rows: 7 }, "tumbling 7 rows"],
    [{ kind: "sum_bar", of, least: 10 }, "tumbling sum(q.x) >= 10"],
  ] as const;
  for (const [window, text] of cases) assert.equal(printWindow(window, ["q"]), text);
});
