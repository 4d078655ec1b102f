/** What checking makes of windows, joins, unions, tables, folds, user aggregates and schemas. */
import assert from "node:assert/strict";
import { z } from "zod";
import {
  columnsOf,
  compilePlugins,
  type Expression,
  type Feature,
  formatDiagnostic,
  type PluginText,
  printType,
} from "../../dsl/mod.ts";
import { hashText, pluginOfText, pluginSource } from "./plugin_source.ts";

const sources = `
  source quotes { symbol string key, ts timestamp time, bid f64 }
  source trades {
    symbol string key, ts timestamp time, side "buy" | "sell", price f64, amount i32
    best struct{bid f64, sizes list<f64>}
  }
`;

function compile(plugin: PluginText, name = "f"): Feature {
  const compilation = compilePlugins([plugin], { hash: hashText });
  assert.deepEqual(compilation.diagnostics.map(formatDiagnostic), []);
  const { feature, diagnostics } = compilation.instantiate({
    definition: `${plugin.name}.${name}`,
  });
  assert.deepEqual(diagnostics, []);
  return feature ?? assert.fail();
}

function featureOf(text: string): Feature {
  return compile(pluginOfText("market", `${sources}\nfeature f ${text}`));
}

function expressionOf(text: string): Expression {
  return featureOf(`on trades { x = ${text} }`).outputs[0]?.expression ?? assert.fail();
}

function aggregateOf(text: string): Extract<Expression, { kind: "aggregate" }> {
  const expression = expressionOf(text);
  assert.ok(expression.kind === "aggregate");
  return expression;
}

Deno.test("compilePlugins() types every window", () => {
  const minute = 60_000_000;
  const cases: Readonly<Record<string, unknown>> = {
    "1m": { kind: "sliding", widthUs: minute },
    "tumbling 1m offset -20s fill": {
      kind: "tumbling",
      widthUs: minute,
      offsetUs: 40_000_000,
      fill: true,
    },
    "hopping 3m step 1m offset 90s": {
      kind: "hopping",
      widthUs: 3 * minute,
      stepUs: minute,
      offsetUs: 30_000_000,
    },
    "session 1m": { kind: "session", gapUs: minute },
    "tumbling 7 rows": { kind: "bar", rows: 7 },
  };
  for (const [text, window] of Object.entries(cases)) {
    const feature = featureOf(`on trades { x = count() } over ${text}`);
    assert.deepEqual(feature.window ?? aggregateOf(`count() over ${text}`).window, window, text);
  }
});

Deno.test("bars closed by the same sum are one window, wherever they are written", () => {
  const { window, form } = featureOf(`on trades {
    x = count() over tumbling sum(price * amount) >= 5
    y = sum(amount) over tumbling sum(price * amount) >= 5
  }`);
  assert.equal(form, "closed");
  assert.ok(window?.kind === "sum_bar" && window.of.kind === "binary");
  assert.equal(window.least, 5);
});

Deno.test("compilePlugins() puts arguments and clauses of aggregates in their fields", () => {
  assert.equal(aggregateOf("approx_quantile(price, 0.9) over 1m").quantile, 0.9);
  assert.equal(aggregateOf("bottom(price, 4) over 1m").most, 4);
  const ewma = aggregateOf("ewma(price, 2s)");
  assert.deepEqual([ewma.halfLifeUs, ewma.window], [2_000_000, { kind: "ever" }]);
  const second = aggregateOf("arg_min(best, price) over 1m").second;
  assert.ok(second?.kind === "column" && second.name === "price");
  const { per } = aggregateOf("sum(price) per side top 2 by value over 1m");
  assert.deepEqual(per?.top, { most: 2, by: "value" });
  assert.equal(aggregateOf("count() over 1m excluding current").excludesCurrent, true);
  const [x, y] = featureOf(
    "on trades { x = count(), y = count() over 2m } over 1m excluding current",
  ).outputs.map(({ expression }) => expression.kind === "aggregate" && expression);
  assert.ok(x && y);
  assert.deepEqual([x.excludesCurrent, y.excludesCurrent], [true, undefined]);
});

Deno.test("a path finds where fields begin", () => {
  const kinds = (text: string) => {
    const names: string[] = [];
    for (let at = expressionOf(text); at.kind !== "column"; at = at.operand) {
      assert.ok(at.kind === "field" || at.kind === "element");
      names.push(at.kind === "field" ? at.name : "[]");
    }
    return names.join();
  };
  assert.equal(kinds("best.bid"), "bid");
  assert.equal(kinds("trades.best.bid"), "bid");
  assert.equal(kinds("best.sizes[0]"), "[],sizes");
  const aliased = featureOf(
    "on trades as best { x = best.bid, y = best.price, z = best.best.bid }",
  );
  assert.deepEqual(aliased.outputs.map(({ expression }) => expression.kind), [
    "field",
    "column",
    "field",
  ]);
});

Deno.test("an interval join becomes a feature of pairs below the feature", () => {
  const feature = featureOf(`on trades as t
    join quotes as before within 1m
    join quotes as q between -5s and 1s
    { age = ts - t.ts, x = price - q.bid + before.bid, when = q.ts } every 1m`);
  assert.ok(feature.input.kind === "feature");
  const pairs = feature.input.feature;
  assert.equal(pairs.form, "pairs");
  assert.deepEqual(pairs.joins.map(({ alias, between }) => [alias, between]), [
    ["q", { fromUs: -5_000_000, toUs: 1_000_000 }],
  ]);
  assert.deepEqual(columnsOf(feature.input).map(({ name }) => name), [
    "symbol",
    "ts",
    "side",
    "price",
    "amount",
    "best",
    "t.ts",
    "q.symbol",
    "q.ts",
    "q.bid",
  ]);
  const [age, , when] = feature.outputs.map(({ expression }) => expression);
  assert.ok(age?.kind === "binary" && age.right.kind === "column");
  assert.deepEqual([age.right.from, age.right.name], [-1, "t.ts"]);
  assert.ok(when?.kind === "column" && when.from === -1 && when.name === "q.ts");
  assert.deepEqual(feature.joins.map(({ alias }) => alias), ["before"]);
  assert.deepEqual([feature.form, feature.everyUs], ["rows", 60_000_000]);
});

Deno.test("a union inside a union is flattened, and its columns hold all members' values", () => {
  const text = `
    source a { k string key, t timestamp time, x i32, s "u" | "v" }
    source b { k string key, when timestamp time, s "v" | "w", x f64 }
    feature c on a { x = x, s = s }
    feature f on union(a, union(b, c)) { y = x, u = union.s }`;
  const { input } = compile(pluginOfText("p", text));
  assert.ok(input.kind === "feature");
  const { form, members, time, outputs } = input.feature;
  assert.deepEqual([form, time], ["union", "t"]);
  assert.deepEqual(members?.map((one) => one.kind === "source" ? one.source.name : "feature"), [
    "a",
    "b",
    "feature",
  ]);
  assert.deepEqual(outputs.map(({ name, type }) => `${name} ${printType(type)}`), [
    "x f64",
    's "v" | "w" | "u"',
  ]);
});

Deno.test("bars may be members of a union: an event makes their rows", () => {
  const text = `${sources}
    feature bars on trades { n = count() } over tumbling 5 rows
    feature f on union(bars, bars) { m = n }`;
  assert.equal(compile(pluginOfText("p", text)).form, "map");
});

Deno.test("compilePlugins() reads tables and the clauses of live features", () => {
  const text = `
    table firms { id string key, t timestamp time, name string, gone bool deleted } attributes venue
    feature f(d = 1m) on firms { n = count() over d } every d ttl 1h online store`;
  const feature = compile(pluginOfText("p", text));
  assert.deepEqual([feature.everyUs, feature.ttlUs], [60_000_000, 3_600_000_000]);
  assert.deepEqual([feature.online, feature.store], [true, true]);
  assert.ok(feature.input.kind === "source");
  const { table, attributes } = feature.input.source;
  assert.deepEqual([table, attributes], [{ deleted: "gone" }, ["venue"]]);
});

Deno.test("a fold's outputs are what its reducer returns", () => {
  const reduce = (state: unknown) => state;
  for (const reducer of [reduce, { init: () => ({}), reduce }]) {
    const feature = compile(pluginSource("p")`
      source s { k string key, t timestamp time, x f64 }
      feature f on s where x > 0 fold ${reducer} {
        /// Levels.
        bids list<struct{price f64, size f64}>
        n i64
      }`);
    assert.deepEqual([feature.form, feature.fold?.hole], ["fold", 0]);
    assert.deepEqual(feature.outputs.map(({ expression }) => expression.kind), [
      "folded",
      "folded",
    ]);
    assert.equal(feature.outputs[0]?.doc, "Levels.");
  }
});

Deno.test("a hole that holds an aggregate is one, with all clauses", () => {
  const aggregate = {
    init: () => ({ n: 0 }),
    add: (state: { n: number }) => state,
    merge: (state: { n: number }) => state,
    result: (state: { n: number }) => state.n,
  };
  const feature = compile(pluginSource("p")`
    source s { k string key, t timestamp time, x f64 }
    feature f on s { y = ${aggregate}(x, k) as list<f64> where x > 0 per k over 1m excluding current }`);
  const call = feature.outputs[0]?.expression;
  assert.ok(call?.kind === "aggregate");
  assert.deepEqual([call.name, call.hole?.hole, call.arguments?.length], ["user", 0, 2]);
  assert.equal(printType(call.type), "map<string, list<f64>>");
  assert.equal(call.excludesCurrent, true);
});

Deno.test("a source takes its columns from a schema, and marks them in its body", () => {
  const schema = z.object({
    symbol: z.string(),
    ts: z.date(),
    price: z.number().describe("In dollars."),
    count: z.int(),
    small: z.number().int().optional(),
    big: z.bigint().nullable(),
    side: z.enum(["buy", "sell"]),
    venue: z.literal("a").or(z.literal("b")),
    live: z.boolean().default(true),
    levels: z.array(z.object({ price: z.number(), size: z.int32() })),
    tags: z.record(z.string(), z.number()),
    place: z.tuple([z.number(), z.number()]),
  });
  const feature = compile(pluginSource("p")`
    source s ${schema} { symbol key, ts time, notional f64 = price * count }
    feature f on s { x = notional }`);
  assert.ok(feature.input.kind === "source");
  const { columns, keys, time } = feature.input.source;
  assert.deepEqual([keys, time], [["symbol"], "ts"]);
  assert.deepEqual(columns.map(({ name, type }) => `${name} ${printType(type)}`), [
    "symbol string",
    "ts timestamp",
    "price f64",
    "count i64",
    "small i64",
    "big i64",
    'side "buy" | "sell"',
    'venue "a" | "b"',
    "live bool",
    "levels list<struct{price f64, size i32}>",
    "tags map<string, f64>",
    "place vector(2)",
    "notional f64",
  ]);
  assert.equal(columns[2]?.doc, "In dollars.");
});

Deno.test("a schema's mistakes name the field", () => {
  const schema = z.object({ t: z.date(), f: z.function(), u: z.string().or(z.number()) });
  const text = pluginSource("p")`source s ${schema} { t time, u key, w key }`;
  const { diagnostics } = compilePlugins([text], { hash: hashText });
  assert.deepEqual(diagnostics.map(({ code, message }) => `${code} ${message}`), [
    'E709 The field "f" of the schema has no type here: a schema of function',
    'E709 The field "u" of the schema has no type here: a union of several types',
    'E201 Cannot find the column "w" in the schema',
  ]);
});

Deno.test("a schema that holds itself has no type", () => {
  const tree = z.object({
    t: z.date(),
    get left(): z.ZodOptional<typeof tree> {
      return z.optional(tree);
    },
    get right(): z.ZodOptional<typeof tree> {
      return z.optional(tree);
    },
    "odd name": z.string(),
  });
  const text = pluginSource("p")`source s ${tree} { t time }`;
  const { diagnostics } = compilePlugins([text], { hash: hashText });
  assert.deepEqual(diagnostics.map(({ code }) => code), ["E709", "E709", "E709"]);
  assert.match(diagnostics[0]?.message ?? "", /"left" .*holds itself/);
});

Deno.test("a formal input may be a member of a union and the left of an interval join", () => {
  const text = `${sources}
    input i { symbol string key, bid f64 }
    feature both on union(quotes, i) { x = bid }
    feature near on i join quotes between 0s and 1s { x = quotes.bid - bid }
    feature f on both(i: quotes.bid) { y = x }
    feature g on near(i: quotes.bid) { y = x }`;
  assert.equal(compile(pluginOfText("p", text)).form, "map");
  const near = compile(pluginOfText("p", text), "g").input;
  assert.ok(near.kind === "feature" && near.feature.input.kind === "feature");
  assert.equal(near.feature.input.feature.form, "pairs");
});

Deno.test("a formal input may name keys and time of what is bound to it", () => {
  const text = `${sources}
    input i { symbol string key, ts timestamp time, v f64 }
    input j { venue string key, v f64 }
    feature last_of on i { symbol_of = symbol, v = last(v) over 1m }
    feature of_venue on j { v = v }
    feature f on last_of(i: quotes.bid) { x = v }`;
  assert.equal(compile(pluginOfText("p", text)).keys[0]?.name, "symbol");
  const wrong = pluginOfText("p", `${text}\nfeature g on of_venue(j: quotes.bid) { x = v }`);
  const { diagnostics } = compilePlugins([wrong], { hash: hashText });
  assert.deepEqual(diagnostics.map(({ code }) => code), ["E705"]);
});

Deno.test("every clause and part of an aggregate changes the identity", () => {
  const texts = [
    "on trades { x = top(price, 2) over 1m }",
    "on trades { x = top(price, 3) over 1m }",
    "on trades { x = top(price, 3) over 1m excluding current }",
    "on trades { x = top(price, 3) over 1m } every 1m",
    "on trades { x = top(price, 3) over 1m } every 2m",
    "on trades { x = top(price, 3) over 1m } ttl 1m",
    "on trades { x = top(price, 3) over hopping 1m step 1s }",
    "on trades { x = top(price, 3) over hopping 1m step 1s fill }",
    "on trades { x = top(price, 3) over hopping 1m step 2s }",
    "on trades { x = top(price, 3) over session 1m }",
    "on trades { x = top(price, 3) over tumbling 3 rows }",
    "on trades { x = top(price, 3) over tumbling sum(price) >= 3 }",
    "on trades { x = top(price, 3) over tumbling sum(amount) >= 3 }",
    "on trades { x = covar(price, amount) over 1m }",
    "on trades { x = covar(amount, price) over 1m }",
    "on trades { x = ewma(price, 1m) over 1m }",
    "on trades { x = ewma(price, 2m) over 1m }",
    "on trades { x = sum(price) per side over 1m }",
    "on trades { x = sum(price) per symbol over 1m }",
    "on trades { x = sum(price) per side top 1 by key over 1m }",
    "on trades { x = sum(price) per side top 1 by value over 1m }",
    "on trades { x = best.bid }",
    "on trades { x = best.sizes[0] }",
    "on trades { x = best.sizes[1] }",
    "on trades { x = price as f32 }",
    "on trades { x = price as i64 }",
    "on trades join quotes between -1s and 1s { x = quotes.bid }",
    "on trades join quotes between -1s and 2s { x = quotes.bid }",
    "on union(quotes, quotes) { x = bid }",
    "on union(quotes, quotes, quotes) { x = bid }",
  ];
  assert.equal(new Set(texts.map((text) => featureOf(text).id)).size, texts.length);
});
