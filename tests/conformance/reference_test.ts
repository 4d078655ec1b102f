/** Every feature of the language reference runs: the engine agrees with the oracle on rows of its sources. */
import assert from "node:assert/strict";
import { compilePlugins } from "../../dsl/mod.ts";
import { hashText } from "../dsl/plugin_source.ts";
import { referenceHoles, referencePlugin } from "../dsl/reference_plugin.ts";
import type { Cells, Value } from "../oracle/value.ts";
import type { Case } from "../support/case.ts";
import type { CompiledCase } from "../support/compiled_case.ts";
import { engineOutcome } from "../support/engine_outcome.ts";
import { oracleOutcome } from "../support/oracle_outcome.ts";
import { differenceBetween } from "../support/outcome.ts";
import { Random } from "../support/random.ts";
import { SECOND_US } from "../support/random_rows.ts";

const START_US = Date.UTC(2024, 4, 31, 22, 58) * 1000;
const ROWS = 60;
/** Moments are restarted elsewhere than the oracle adds them up. */
const CLOSE = { relative: 1e-9, absolute: 1e-7 };

Deno.test("every feature of the language reference gives what the oracle gives, and something", async () => {
  const compiled = compiledReference();
  const expected = oracleOutcome(compiled);
  const actual = await engineOutcome(compiled);
  assert.equal(differenceBetween(expected, actual, { toleranceOf: () => CLOSE }), undefined);
  if (actual.kind === "failed") assert.fail(actual.message);
  for (const { name, feature } of compiled.features) {
    for (const { name: output } of feature.outputs) {
      const column = `${name}.${output}`;
      assert.ok(actual.rows.some((row) => row[column] !== null), `${column} has no value`);
    }
  }
});

function compiledReference(): CompiledCase {
  const compilation = compilePlugins([referencePlugin()], { hash: hashText });
  const [plugin] = compilation.plugins;
  assert.ok(plugin !== undefined);
  const features = plugin.features.flatMap(({ name }) => {
    const { feature } = compilation.instantiate({ definition: `market.${name}` });
    // A template of a formal input has no feature of its own; another block binds it.
    return feature === undefined ? [] : [{ name, feature }];
  });
  assert.equal(features.length, plugin.features.length - 1);
  const sources = new Map(plugin.sources.map((source) => [`market.${source.name}`, source]));
  const holes = referenceHoles();
  return { testCase: referenceCase(), features, sources, holesOf: () => holes };
}

function referenceCase(): Case {
  const random = new Random(3);
  let timeUs = START_US;
  const times = Array.from({ length: ROWS }, () => {
    timeUs += random.pick([0, 1, 1, 1, 2, 2, 5, 5, 60, 2400]) * SECOND_US;
    return timeUs;
  });
  const rowsOf = (columns: (timeUs: number, i: number) => Cells) => times.map(columns);
  const symbol = () => random.pick(["BTC-USD", "ETH-USDT"]);
  const side = () => random.pick(["buy", "sell"]);
  const price = () => random.between(36, 48) / 4;
  const sources: Readonly<Record<string, readonly Cells[]>> = {
    quotes: rowsOf((ts) => ({ symbol: symbol(), ts, bid: price(), ask: price() + 1 })),
    trades: rowsOf((ts, id) => ({
      ...{ symbol: symbol(), ts, id, side: side() },
      ...{ price: price(), amount: random.between(1, 400) * 10 },
    })),
    fees: rowsOf((ts) => ({ symbol: symbol(), ts, rate: price() / 100, gone: random.chance(0.2) })),
    books: rowsOf((ts) => ({
      ...{ symbol: symbol(), ts, bids: [level(price()), level(price())] },
      ...{ tags: new Map([["fee", price()]]), shape: [1, 2, price()] },
    })),
    orders: rowsOf((at) => ({
      ...{ account: random.pick(["a", "b"]), at, total: price() * 100 },
      kind: random.pick(["web", "shop"]),
    })),
  };
  const spine = rowsOf((at) => ({ at, symbol: symbol(), side: side(), amount: price() * 1000 }));
  return {
    seed: 0,
    plugins: [],
    sources: Object.entries(sources).map(([name, rows]) => ({
      definition: `market.${name}`,
      entries: [rows],
    })),
    features: [],
    spine: {
      kind: "table",
      columns: [
        { name: "at", type: "timestamp" },
        { name: "symbol", type: "string" },
        { name: "side", type: "string" },
        { name: "amount", type: "f64" },
      ],
      rows: spine,
      time: "at",
    },
    startUs: START_US,
    endUs: START_US + 86_400 * SECOND_US,
    partitions: 2,
    batchRows: 7,
  };
}

function level(price: number): Value {
  return { price, size: 1 };
}
