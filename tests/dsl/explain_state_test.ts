/** What people are told that aggregates keep and cost. */
import assert from "node:assert/strict";
import { aggregateFunctions, compilePlugins } from "../../dsl/mod.ts";
import { describeState } from "../../dsl/explain_state.ts";
import { hashText, pluginOfText } from "./plugin_source.ts";

function stateOf(body: string): readonly string[] {
  const text = `
    source s { k string key, t timestamp time, x f64 }
    feature f on s { ${body} }`;
  const compilation = compilePlugins([pluginOfText("p", text)], { hash: hashText });
  assert.deepEqual(compilation.diagnostics, []);
  const { feature } = compilation.instantiate({ definition: "p.f" });
  return describeState(feature ?? assert.fail());
}

Deno.test("explain says which exact aggregates hold every value, in each window", () => {
  for (const call of ["median(x)", "quantile(x, 0.9)", "count_distinct(x)", "histogram(x)"]) {
    const [name] = call.split("(");
    for (const window of ["1m", "30d", "last 9", "ever", "tumbling 1m", "hopping 2m step 1m"]) {
      const lines = stateOf(`a = ${call} over ${window}`);
      assert.equal(lines.at(-1), `${name}: holds every value of the window`, window);
      assert.match(lines[0] ?? "", /about \d+ bytes per value kept/, window);
    }
  }
});

Deno.test("explain says what bounds the aggregates that do not hold every value", () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    "a = x": ["none"],
    "a = sum(x) over ever": ["20 bytes per key"],
    "a = last_k(x, 3) over ever": ["last_k: holds 3 values per key"],
    "a = drawdown(x) over ever": ["drawdown: holds 48 bytes per key"],
    "a = approx_distinct(x) over ever": [
      "approx_distinct: holds a sketch of at most 4,096 registers per key",
    ],
    "a = approx_quantile(x, 0.5) over ever": [
      "approx_quantile: holds 8 bytes per key for each bin of 2 % with values in it",
    ],
    "a = top(x, 3) over ever, b = top(x, 3) over 1m": [
      "20 bytes per row of the last 1m, about 12 bytes per value kept",
      "top: holds 3 values per key, 12 bytes each",
      "top: holds every value of the window",
    ],
    "a = top_frequency(x, 3) over tumbling 1m": [
      "12 bytes per key, about 12 bytes per value kept",
      "top_frequency: holds at most 4,096 different values per key, 12 bytes each",
    ],
    "a = top_frequency(x, 3) over tumbling 1m fill": [
      "20 bytes per row of the last 1m, about 12 bytes per value kept",
      "top_frequency: holds every value of the window",
    ],
  };
  for (const [body, lines] of Object.entries(cases)) assert.deepEqual(stateOf(body), lines, body);
});

Deno.test("the doc of every aggregate says its cost, of the approximate ones their error", () => {
  for (const { name, doc } of aggregateFunctions.values()) {
    assert.match(doc, /O\(.+\) a row|a binary search .+ a row/i, name);
    if (name.startsWith("approx_")) assert.match(doc, /\d %/, name);
  }
  assert.match(
    aggregateFunctions.get("top_frequency")?.doc ?? "",
    /too large by up to rows \/ 4096/,
  );
});
