/** What checking makes of good plugins: forms, types, keys, joins, bindings, identity. */
import assert from "node:assert/strict";
import {
  columnsOf,
  type Compilation,
  compilePlugins,
  driverOf,
  type Feature,
  type FeatureRequest,
  formatDiagnostic,
  plugin,
  printType,
} from "../../dsl/mod.ts";
import { hashText, pluginOfText, pluginSource } from "./plugin_source.ts";

const sources = `
  source quotes { symbol string key, ts timestamp time, bid f64, ask f64 }
  source trades {
    symbol string key, ts timestamp time, side "buy" | "sell", price f64, amount i32, ok bool
    cost f64 = price * amount
  } lateness 2s unique by ts within 1m
`;

function compile(text: string): Compilation {
  const compilation = compilePlugins([pluginOfText("market", sources + text)], { hash: hashText });
  assert.deepEqual(compilation.diagnostics.map(formatDiagnostic), []);
  return compilation;
}

function instantiate(compilation: Compilation, request: FeatureRequest): Feature {
  const { feature, diagnostics } = compilation.instantiate(request);
  assert.deepEqual(diagnostics, []);
  assert.ok(feature !== undefined);
  return feature;
}

function featureOf(text: string): Feature {
  return instantiate(compile(`feature f ${text}`), { definition: "market.f" });
}

Deno.test("compilePlugins() tells the form of a feature", () => {
  const cases: Readonly<Record<string, Feature["form"]>> = {
    "on quotes { x = bid }": "map",
    "on quotes { x = bid, y = 1 }": "map",
    "on quotes where bid > 0 { x = bid }": "rows",
    "on quotes by symbol { x = bid }": "rows",
    "on quotes { x = prev(bid) }": "rows",
    "on trades join quotes { x = quotes.bid }": "rows",
    "on trades { x = price / avg(price) over 1m }": "sliding",
    "on trades { x = sum(price) over last 3, y = max(price) over ever }": "sliding",
    "on trades { x = avg(lag(price, 2)) over 1m }": "sliding",
    "on trades { x = sum(price), y = count() where ok } over tumbling 1m": "closed",
    "on trades { x = sum(price - prev(price)) over tumbling 1h offset -10m }": "closed",
    "on trades { x = count() } over session 1m": "closed",
    "on trades { x = count() } over tumbling 5 rows": "closed",
    "on trades { x = count() over 1m } every 1m": "sliding",
    "on quotes { x = bid } every 1m": "rows",
    "on quotes { x = bid } ttl 1m": "rows",
    "on quotes where bid > prev(bid) { x = bid }": "rows",
    "on union(quotes, quotes) { x = bid }": "map",
    "on trades join quotes between -1s and 1s { x = quotes.bid }": "map",
  };
  for (const [text, form] of Object.entries(cases)) assert.equal(featureOf(text).form, form, text);
});

Deno.test("compilePlugins() types expressions", () => {
  const cases: Readonly<Record<string, string>> = {
    "amount + 1": "i64",
    "amount + 1.0": "f64",
    "amount / 2": "f64",
    "-amount": "i64",
    "price % 2": "f64",
    "ts - ts": "duration",
    "ts + 5m": "timestamp",
    "5m + ts": "timestamp",
    "5m * 1.5": "duration",
    "2 * 5m": "duration",
    "5m / 1s": "f64",
    "-(5m)": "duration",
    "price > 1 and not ok": "bool",
    'side == "buy"': "bool",
    'symbol not in ("a", "b")': "bool",
    "amount in (1, 2.5)": "bool",
    "if ok then amount else price": "f64",
    "if ok then null else amount": "i32",
    'if ok then "up" else "down"': "string",
    'if ok then side else "buy"': '"buy" | "sell"',
    "amount ?? 0": "i64",
    "price ?? null": "f64",
    "abs(amount)": "i64",
    "abs(ts - ts)": "duration",
    "floor(price)": "f64",
    "least(amount, 2, 3)": "i64",
    "greatest(ts, ts + 1s)": "timestamp",
    "clip(amount, 0.5, 3)": "f64",
    "weekday(ts)": "i32",
    "seconds(ts - prev(ts))": "f64",
    "is_null(side)": "bool",
    "div(amount, 2)": "i64",
    "lag(side, 2)": '"buy" | "sell"',
    "count() over 1m": "i64",
    "sum(amount) over 1m": "i64",
    "sum(price) over 1m": "f64",
    "sum(ts - prev(ts)) over 1m": "duration",
    "avg(amount) over 1m": "f64",
    "max(ts) over 1m": "timestamp",
    "min(amount) over 1m": "i32",
    "last(side) over 1m": '"buy" | "sell"',
    "count_distinct(symbol) over 1m": "i64",
    "any(price > 3) over 1m": "bool",
    "quantile(amount, 0.5) over 1m": "f64",
    "min(symbol) over 1m": "string",
    'symbol < "m" and side >= "b"': "bool",
    "least(symbol, side)": "string",
    "length(symbol)": "i64",
    'split(symbol, "-")': "list<string>",
    'split(symbol, "-")[0]': "string",
    'contains(split(symbol, "-"), side)': "bool",
    "concat(symbol, amount, ts)": "string",
    'hour(ts, "Europe/Berlin")': "i32",
    'start_of(ts, "week", "Asia/Tokyo")': "timestamp",
    'parse_time(symbol, "yyyy-MM-dd")': "timestamp",
    "price as i32 * 2": "i64",
    "symbol as duration": "duration",
    "amount as timestamp": "timestamp",
    'symbol as "a" | "b"': '"a" | "b"',
    "collect(price) over 1m as vector(3)": "vector(3)",
    "(collect(price) over 1m as vector(3)) as list<f64>": "list<f64>",
    "delta(ts) over 1m": "duration",
    "delta(amount) over 1m": "i64",
    "top(symbol, 3) over 1m": "list<string>",
    "top_frequency(side, 3) over 1m": 'list<struct{value "buy" | "sell", count i64}>',
    "(top_frequency(side, 3) over 1m)[0].count": "i64",
    "histogram(amount) over 1m": "map<i32, i64>",
    "(histogram(side) over 1m)[side]": "i64",
    "keys(histogram(amount) over 1m)": "list<i32>",
    "arg_max(symbol, price) over 1m": "string",
    "ewma(price, 1m)": "f64",
    "rate() over 1m": "f64",
    "covar(price, amount) over last 10 excluding current": "f64",
    "sum(amount) per side over 1m": 'map<"buy" | "sell", i64>',
    "collect(price) where ok per symbol top 2 by value over 1m": "map<string, list<f64>>",
    "sum_list(collect(price) over 1m)": "f64",
    "null as string": "string",
  };
  for (const [text, type] of Object.entries(cases)) {
    const [output] = featureOf(`on trades { x = ${text} }`).outputs;
    assert.ok(output !== undefined);
    assert.equal(printType(output.type), type, text);
  }
});

Deno.test("compilePlugins() shares what a let names", () => {
  const { outputs } = featureOf("on trades { let m = avg(price) over 1m, x = m * m, y = -m }");
  const [x, y] = outputs.map(({ expression }) => expression);
  assert.ok(x?.kind === "binary" && y?.kind === "unary");
  assert.equal(x.left, x.right);
  assert.equal(x.left, y.operand);
});

Deno.test("compilePlugins() checks sources", () => {
  const [market] = compile("").plugins;
  const trades = market?.sources[1];
  assert.ok(trades !== undefined);
  const { keys, time, latenessUs, idleUs, unique, columns } = trades;
  assert.deepEqual([keys, time, latenessUs, idleUs], [["symbol"], "ts", 2_000_000, 1_000_000]);
  assert.deepEqual(unique, { columns: ["ts"], withinUs: 60_000_000 });
  assert.equal(columns.at(-1)?.computed?.kind, "binary");
});

Deno.test("compilePlugins() describes plugins, from the comment at the head of the module on", () => {
  const text = pluginOfText(
    "p",
    `
    /// Rows.
    source s { t timestamp time, x f64 }
    /// An input.
    input i { v f64 }
    /// Twice.
    feature f(w = 60s, n = 2) on i { y = v * n, z = count() over w }`,
  );
  const head = "/** Prices\n * of things. */\n";
  const { plugins } = compilePlugins([{ ...text, text: head + text.text }], { hash: hashText });
  const [described] = plugins;
  assert.equal(described?.doc, "Prices\nof things.");
  assert.deepEqual(described.sources.map(({ name, doc }) => [name, doc]), [["s", "Rows."]]);
  assert.deepEqual(described.inputs, [
    { name: "i", doc: "An input.", columns: [{ name: "v", type: { kind: "f64" } }] },
  ]);
  assert.deepEqual(described.features, [{
    name: "f",
    doc: "Twice.",
    params: [
      { name: "w", type: { kind: "duration" }, value: "1m" },
      { name: "n", type: { kind: "i64" }, value: 2 },
    ],
    inputs: ["i"],
    keys: [],
    outputs: [{ name: "y", type: { kind: "f64" } }, { name: "z", type: { kind: "i64" } }],
    form: "sliding",
  }]);
});

Deno.test("compilePlugins() gives features the keys of by, and their readers keys, time and outputs", () => {
  const compilation = compile(`
    feature f on trades by side, symbol { n = count() over 1m }
    feature g on f by () { total = sum(n) over 1m, when = max(ts) over 1m, s = last(side) over 1m }
    feature h on f by side, symbol { m = n }`);
  const [f, g, h] = ["f", "g", "h"].map((name) =>
    instantiate(compilation, { definition: `market.${name}` })
  );
  assert.ok(f !== undefined && g !== undefined && h !== undefined);
  assert.deepEqual([f, g, h].map(({ keys }) => keys.map(({ name }) => name).join()), [
    "side,symbol",
    "",
    "side,symbol",
  ]);
  assert.deepEqual([f, g, h].map(({ rekeyed }) => rekeyed), [true, true, false]);
  const names = columnsOf({ kind: "feature", feature: f }).map(({ name }) => name);
  assert.deepEqual(names, ["side", "symbol", "ts", "n"]);
  assert.equal(driverOf({ kind: "feature", feature: g }).name, "trades");
});

Deno.test("compilePlugins() pairs the keys of joins", () => {
  const compilation = compile(`
    feature volume on trades by side, symbol { n = sum(amount) over 1m }
    feature f on trades as t
      join quotes as q within 5s
      join volume as v on side == v.side
      join volume as other within 1s on other.side == t.side and symbol == other.symbol {
      x = q.bid + v.n + other.n + t.price
    }`);
  const { joins, outputs } = instantiate(compilation, { definition: "market.f" });
  assert.deepEqual(joins.map(({ alias, withinUs }) => [alias, withinUs]), [
    ["q", 5_000_000],
    ["v", undefined],
    ["other", 1_000_000],
  ]);
  assert.deepEqual(joins.map(({ on }) => on.map(({ left, right }) => `${left}=${right}`).join()), [
    "symbol=symbol",
    "side=side,symbol=symbol",
    "side=side,symbol=symbol",
  ]);
  assert.equal(outputs[0]?.type.kind, "f64");
});

const withInput = `
  input x { value f64 }
  feature mid on quotes { price = (bid + ask) / 2 }
  feature spread on quotes { low = bid, high = ask }
  feature diff(n = 1) on x { value = value - lag(value, n) }
  feature twice on diff(n: 2) { value = value * 2 }
  feature fixed(n = 3) on diff(x: mid.price, n: n) { v = value }
`;

Deno.test("instantiate() binds formal inputs through an implicit map feature", () => {
  const compilation = compile(withInput);
  const mid = instantiate(compilation, { definition: "market.mid" });
  const diff = instantiate(compilation, {
    definition: "market.diff",
    params: { n: 3 },
    bindings: { x: { feature: mid } },
  });
  assert.ok(diff.input.kind === "feature");
  const { feature } = diff.input;
  assert.deepEqual([feature.name, feature.form, feature.keys[0]?.name], ["x", "map", "symbol"]);
  assert.deepEqual(feature.outputs[0]?.expression, {
    kind: "column",
    type: { kind: "f64" },
    from: -1,
    name: "price",
  });
  const fixed = instantiate(compilation, { definition: "market.fixed" });
  assert.ok(fixed.input.kind === "feature");
  assert.equal(fixed.input.feature, diff);
});

Deno.test("instantiate() passes bindings on to the features of the plugin that are read", () => {
  const compilation = compile(withInput);
  const [market] = compilation.plugins;
  const inputs = market?.features.map(({ name, inputs }) => `${name} ${inputs.join()}`.trim());
  assert.deepEqual(inputs, ["mid", "spread", "diff x", "twice x", "fixed"]);
  const spread = instantiate(compilation, { definition: "market.spread" });
  const twice = instantiate(compilation, {
    definition: "market.twice",
    bindings: { x: { feature: spread, column: "high" } },
  });
  assert.ok(twice.input.kind === "feature");
  assert.deepEqual(twice.input.feature.params, { n: 2 });
});

Deno.test("instantiate() says what is wrong with a request", () => {
  const compilation = compile(withInput);
  const spread = instantiate(compilation, { definition: "market.spread" });
  const bind = (column?: string) => ({
    x: { feature: spread, ...(column === undefined ? {} : { column }) },
  });
  const cases: readonly (readonly [FeatureRequest, string, RegExp])[] = [
    [{ definition: "market.midd" }, "E706", /did you mean "mid"/],
    [{ definition: "mid" }, "E706", /did you mean "market.mid"/],
    [{ definition: "market.x" }, "E706", /^$/],
    [{ definition: "market.mid", params: { n: 1 } }, "E204", /it has none/],
    [{ definition: "market.quotes", params: { n: 1 } }, "E204", /^$/],
    [{ definition: "market.diff" }, "E704", /bind/],
    [{ definition: "market.diff", bindings: bind() }, "E705", /"low" and "high"/],
    [{ definition: "market.diff", bindings: bind("lo") }, "E705", /"low" and "high"/],
    [{ definition: "market.diff", bindings: bind("low"), params: { n: "5" } }, "E703", /like 1/],
    [{ definition: "market.diff", bindings: bind("low"), params: { n: 0 } }, "E408", /^$/],
    [{ definition: "market.mid", bindings: bind("low") }, "E705", /it has none/],
  ];
  for (const [request, code, hint] of cases) {
    const { feature, diagnostics } = compilation.instantiate(request);
    assert.equal(feature, undefined);
    assert.deepEqual(diagnostics.map((diagnostic) => diagnostic.code), [code]);
    assert.match(diagnostics[0]?.hint ?? "", hint);
  }
});

Deno.test("instantiate() gives a source as a map feature, under a selection", () => {
  const compilation = compile("feature f on quotes { x = bid }");
  const plain = instantiate(compilation, { definition: "market.quotes" });
  const selection = { "market.quotes": "symbol=A" };
  const pinned = instantiate(compilation, { definition: "market.quotes", selection });
  assert.deepEqual(plain.outputs.map(({ name }) => name), ["bid", "ask"]);
  assert.ok(pinned.input.kind === "source");
  assert.equal(pinned.input.source.selection, "symbol=A");
  assert.notEqual(plain.id, pinned.id);
  const f = instantiate(compilation, { definition: "market.f", selection });
  assert.equal(driverOf(f.input).selection, "symbol=A");
});

const parameterized = `
  feature f(w = 1m, n = 2, least = 0.5) on trades where price > least {
    let total = sum(price) over w
    x = total / n
  }`;

Deno.test("features of equal meaning have one identity and are one object", () => {
  const compilation = compile(parameterized);
  const standard = instantiate(compilation, { definition: "market.f" });
  for (const params of [{ w: "60s" }, { w: "60000ms", n: 2 }, { least: 0.5, w: "1m" }]) {
    assert.equal(instantiate(compilation, { definition: "market.f", params }), standard);
  }
  assert.deepEqual(standard.params, { w: "1m", n: 2, least: 0.5 });
  const rewritten = compile(`
    /// Documented.
    feature f(w = 60s, n = 2, least = 0.5) on trades where price > least { // and commented
      let sum_of_w = sum(price) over 60_000ms, let unused = 1
      x = (sum_of_w / n)
    }`);
  assert.equal(instantiate(rewritten, { definition: "market.f" }).id, standard.id);
});

Deno.test("whatever changes a value changes the identity", () => {
  const ids = new Set<string>();
  const texts = [
    parameterized,
    parameterized.replace("total / n", "n / total"),
    parameterized.replace("sum(price)", "sum(cost)"),
    parameterized.replace("over w", "over last n"),
    parameterized.replace("price > least", "price >= least"),
    parameterized.replace("x =", "y ="),
    parameterized.replace("where price", "by side where price"),
    parameterized.replace("on trades", "on trades join quotes"),
    parameterized.replace("on trades", "on trades join quotes within 1s"),
  ];
  for (const text of texts) ids.add(instantiate(compile(text), { definition: "market.f" }).id);
  const compilation = compile(parameterized);
  for (const params of [{ w: "2m" }, { n: 3 }, { least: 1 }]) {
    ids.add(instantiate(compilation, { definition: "market.f", params }).id);
  }
  const later = [
    pluginOfText("market", sources.replace("lateness 2s", "lateness 3s") + parameterized),
  ];
  const { feature } = compilePlugins(later, { hash: hashText }).instantiate({
    definition: "market.f",
  });
  ids.add(feature?.id ?? "");
  assert.equal(ids.size, texts.length + 4);
});

Deno.test("the bundle is part of the identity only where a function hole is", () => {
  const twice = (x: number) => x * 2;
  const text = pluginSource("p")`
    source s { t timestamp time, x f64 }
    feature plain on s { y = x }
    feature called on s { y = ${twice}(x) as f64 }
    feature above on called { z = y }`;
  const idsWith = (bundleHash: string) => {
    const compilation = compilePlugins([{ ...text, bundleHash }], { hash: hashText });
    assert.deepEqual(compilation.diagnostics, []);
    return ["p.plain", "p.called", "p.above"].map((definition) =>
      instantiate(compilation, { definition }).id
    );
  };
  const [one, two] = [idsWith("one"), idsWith("two")];
  assert.deepEqual(one.map((id, index) => id === two[index]), [true, false, false]);
});

Deno.test("features read those of other plugins, by name and by hole, in any order of plugins", () => {
  const market = plugin("market")``;
  const other = pluginSource("other")`
    feature a on market.f(w: 60s) { y = x }
    feature b on ${market.f?.({ w: "1m" })} { y = x }
    feature c on a join ${market.quotes} as q { y = y + q.bid }`;
  const plugins = [other, pluginOfText("market", sources + parameterized)];
  const compilation = compilePlugins(plugins, { hash: hashText });
  assert.deepEqual(compilation.diagnostics.map(formatDiagnostic), []);
  const [a, b] = ["other.a", "other.b"].map((definition) =>
    instantiate(compilation, { definition })
  );
  assert.ok(a?.input.kind === "feature" && b?.input.kind === "feature");
  assert.equal(a.input.feature, b.input.feature);
});

Deno.test("shared lets do not make identity slow", () => {
  const lets = Array.from({ length: 60 }, (_, n) => `let a${n + 1} = a${n} + a${n} * a${n}`);
  const { id } = featureOf(`on quotes { let a0 = bid\n${lets.join("\n")}\nx = a60 }`);
  assert.match(id, /^[0-9a-f]{16}$/);
});

Deno.test("instantiate() gives no feature of a declaration with a mistake, in its text or its parameters", () => {
  const text = pluginSource("p")`
    source s { t timestamp time, x f64 }
    feature dropped on s { y = x # + 1 }
    feature unreadable on s { y = x } every 1m every 2m
    feature wrong(n = ${NaN}) on s { y = lag(x, n) + n, z = count() over last n }
    feature reader on wrong(n: 3) { y = y }
    feature good on s { y = x }`;
  const compilation = compilePlugins([text], { hash: hashText });
  assert.deepEqual(compilation.diagnostics.map(({ code }) => code), ["E101", "E504", "E701"]);
  for (const name of ["dropped", "unreadable", "wrong", "reader"]) {
    const { feature, diagnostics } = compilation.instantiate({ definition: `p.${name}` });
    assert.equal(feature, undefined, name);
    assert.equal(diagnostics.length, 1, name);
  }
  assert.ok(compilation.instantiate({ definition: "p.good" }).feature !== undefined);
});
