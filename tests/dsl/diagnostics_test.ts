/** Each mistake has its code and its place. A case: the code, the text, and what the marker stands under. */
import assert from "node:assert/strict";
import { compilePlugins, type Diagnostic, plugin, type PluginText } from "../../dsl/mod.ts";
import { hashText, pluginOfText, pluginSource } from "./plugin_source.ts";

const sources = `
  source quotes { symbol string key, ts timestamp time, bid f64, ask f64 }
  source trades {
    symbol string key, ts timestamp time, side "buy" | "sell", price f64, amount i64, ok bool
  }
  source books { symbol string key, ts timestamp time, bids list<struct{price f64, size f64}> }
`;

type Case = readonly [code: string, text: string, marked: string];

const cases: readonly Case[] = [
  ["E101", "feature f on quotes { x = bid #\n }", "#"],
  ["E102", 'feature f on trades { x = symbol == "buy\n }', '"buy'],
  ["E103", "feature f on quotes { x = bid + 12x }", "12x"],
  ["E104", "feature f on quotes { x = bid + }", "}"],
  ["E104", "feature f on trades { x = 1 < price < 2 }", "<"],
  ["E104", "feature f on trades { x = abs(price) over 1m }", "over"],
  ["E104", "feature f on trades where amount = 1 { x = price }", "="],
  ["E105", "feature f on quotes { in = bid }", "in"],
  ["E106", "feature f on quotes { x = bid", "{"],
  ["E201", "feature f on quotes { x = bdi }", "bdi"],
  ["E201", "feature f on quotes { x = bid, y = x }", "x"],
  ["E201", "feature f on quotes { x = avg(bid) over windw }", "windw"],
  ["E201", "feature f on trades by sid { x = price }", "sid"],
  ["E201", "source s { t timestamp time } unique by u within 1m", "u"],
  ["E201", "feature f on trades join quotes { x = ask }", "ask"],
  ["E202", "feature f on quots { x = 1 }", "quots"],
  ["E202", "feature f on trades { x = quotes.ask }", "quotes"],
  ["E202", "feature f on market.missing { x = 1 }", "market.missing"],
  ["E203", "source quotes { ts timestamp time }", "quotes"],
  ["E203", "feature f on quotes { x = bid, x = ask }", "x"],
  ["E203", "source s { t timestamp time, a f64, a f64 }", "a"],
  ["E203", "feature f(n = 1, n = 2) on quotes { x = n }", "n"],
  ["E203", "feature f on quotes join quotes { x = bid }", "quotes"],
  ["E204", "feature f on quotes(n: 1) { x = bid }", "quotes(n: 1)"],
  ["E204", "feature f(w = 1m) on quotes { x = w }\nfeature g on f(v: 2m) { y = x }", "v: 2m"],
  ["E205", "feature f on g { x = x }\nfeature g on f { x = x }", "f"],
  ["E205", "feature f on f { x = x }", "f"],
  ["E206", "feature f on quotes { x = mena(bid) over 1m }", "mena"],
  ["E207", "feature f(bid = 1) on quotes { x = bid }", "bid"],
  ["E208", "feature f on markt.quotes { x = bid }", "markt"],
  ["E209", "feature f on quotes { symbol = bid }", "symbol"],
  ["E209", "feature f on quotes { ts = bid }", "ts"],
  ["E209", "feature f on quotes by ts { x = bid }", "ts"],
  ["E210", "source s { t timestamp time, a float }", "float"],
  ["E301", "feature f on trades { x = symbol + 1 }", "symbol + 1"],
  ["E301", "feature f on trades { x = not price }", "not price"],
  ["E301", "feature f on trades { x = 1m / 2 }", "1m / 2"],
  ["E301", "feature f on trades { x = ts + 1 }", "ts + 1"],
  ["E302", 'feature f on trades { x = price == "a" }', 'price == "a"'],
  ["E302", "feature f on trades { x = ok < true }", "ok < true"],
  ["E302", "feature f on trades { x = price == null }", "price == null"],
  ["E303", 'feature f on trades { x = side == "by" }', 'side == "by"'],
  ["E303", 'feature f on trades { x = side in ("buy", "hold") }', '"hold"'],
  ["E304", "feature f on trades { x = sqrt(symbol) }", "symbol"],
  ["E304", "feature f on trades { x = avg(ts) over 1m }", "ts"],
  ["E304", "feature f on trades { x = any(price) over 1m }", "price"],
  ["E305", "feature f on trades { x = pow(price) }", "pow(price)"],
  ["E305", "feature f on trades { x = quantile(price) over 1m }", "quantile(price) over 1m"],
  ["E305", "feature f on trades { x = lag(price) }", "lag(price)"],
  [
    "E306",
    "feature f on trades { x = if ok then price else symbol }",
    "if ok then price else symbol",
  ],
  ["E306", "feature f on trades { x = price ?? ts }", "price ?? ts"],
  ["E306", "feature f on trades { x = least(price, ts) }", "least(price, ts)"],
  ["E307", "feature f on trades where price { x = 1 }", "price"],
  ["E307", "feature f on trades { x = if price then 1 else 2 }", "price"],
  ["E307", "feature f on trades { x = count() where price over 1m }", "price"],
  ["E308", "source s { t timestamp time, a i64 = 1 / 2 }", "1 / 2"],
  ["E309", "feature f on trades { x = quantile(price, 2) over 1m }", "2"],
  ["E309", "feature f on trades { x = quantile(price, amount) over 1m }", "amount"],
  ["E401", "feature f on trades { x = sum(price) }", "sum(price)"],
  [
    "E402",
    "feature f on trades { x = count() over 1m, y = count() over tumbling 1m }",
    "count() over 1m",
  ],
  [
    "E402",
    "feature f on trades { x = count() over tumbling 1m, y = count() over tumbling 2m }",
    "count() over tumbling 2m",
  ],
  ["E403", "feature f on trades { x = price - first(price) } over tumbling 1m", "price"],
  ["E403", "feature f on trades { x = prev(price) + count() } over tumbling 1m", "prev(price)"],
  ["E404", "feature f on trades { x = prev(count() over 1m) }", "count() over 1m"],
  ["E404", "feature f on trades { let n = count() over 1m, x = lag(n, 2) }", "n"],
  ["E405", "feature f on trades { x = max(count() over 1m) over 1h }", "count() over 1m"],
  ["E405", "feature f on trades { let n = count() over 1m, x = max(n) over 1h }", "n"],
  ["E406", "feature f on trades where count() > 1 { x = price }", "count()"],
  [
    "E406",
    "feature f on trades { x = sum(price) where (any(ok) over 1m) over 2m }",
    "(any(ok) over 1m)",
  ],
  ["E406", "source s { t timestamp time, a i64 = count() }", "count()"],
  ["E407", "feature f on trades { x = count() over 5 }", "5"],
  ["E407", "feature f on trades { x = count() over 0s }", "0s"],
  ["E407", "source s { t timestamp time } lateness -1s", "-1s"],
  ["E408", "feature f on trades { x = count() over last 0 }", "0"],
  ["E408", "feature f on trades { x = lag(price, 1.5) }", "1.5"],
  ["E408", "feature f on trades { x = lag(price, 1000001) }", "1000001"],
  ["E408", "feature f on trades { x = count() over last 1000001 }", "1000001"],
  ["E409", "source s { t timestamp time, a f64, b f64 = prev(a) }", "prev(a)"],
  ["E410", "feature f on trades { x = price } over 1m", "1m"],
  ["E501", "source s { a f64 }", "s"],
  ["E502", "source s { t i64 time }", "t"],
  ["E502", "source s { t timestamp time, n f64 sequence }", "n"],
  ["E503", "source s { t timestamp time, u timestamp time }", "u"],
  ["E503", "source s { t timestamp time key }", "t"],
  ["E504", "source s { t timestamp time } idle 1s idle 2s", "idle"],
  ["E505", "feature f on trades { let x = price }", "f"],
  ["E506", "input x { v f64 = 2 }", "2"],
  [
    "E601",
    "feature f on trades by side { x = sum(price) over 1m }\nfeature g on f join quotes { y = x }",
    "quotes",
  ],
  ["E602", "feature f on trades join quotes on symbol == quotes.bid { y = price }", "bid"],
  [
    "E603",
    "feature f on trades join quotes on price == quotes.symbol { y = price }",
    "price == quotes.symbol",
  ],
  [
    "E604",
    "feature f on trades join quotes on symbol == trades.symbol { y = price }",
    "symbol == trades.symbol",
  ],
  ["E703", "feature f(w = 1m) on trades { x = w }\nfeature g on f(w: 3) { y = x }", "w: 3"],
  [
    "E705",
    "input i { v f64 }\nfeature f on i { x = v }\nfeature g on f(i: quotes.symbol) { y = x }",
    "quotes.symbol",
  ],
  [
    "E705",
    "input i { v f64 }\nfeature f on i { x = v }\nfeature g on f(i: quotes) { y = x }",
    "quotes",
  ],
  ["E304", "feature f on trades { x = top(ok, 3) over 1m }", "ok"],
  ["E304", "feature f on trades { x = substring(symbol, 0.5) }", "0.5"],
  ["E304", "feature f on trades { x = contains(symbol, 3) }", "3"],
  ["E305", "feature f on trades { x = covar(price) over 1m }", "covar(price) over 1m"],
  ["E305", "feature f on trades { x = extract(symbol) }", "extract(symbol)"],
  ["E311", "feature f on trades { x = matches(symbol, side) }", "side"],
  ["E311", "feature f on trades { x = hour(ts, symbol) }", "symbol"],
  ["E312", 'feature f on trades { x = matches(symbol, "(") }', '"("'],
  ["E313", 'feature f on trades { x = hour(ts, "Europe/Berlim") }', '"Europe/Berlim"'],
  ["E314", 'feature f on trades { x = start_of(ts, "days") }', '"days"'],
  ["E315", 'feature f on trades { x = format_time(ts, "YYYY-MM") }', '"YYYY-MM"'],
  ["E316", "feature f on trades { x = ts as f64 }", "ts as f64"],
  ["E316", "feature f on trades { x = ok as timestamp }", "ok as timestamp"],
  ["E317", "feature f on trades { x = price[0] }", "0"],
  ["E317", "feature f on trades join quotes { x = quotes.bid.size }", "size"],
  ["E317", "feature f on books { x = bids[0.5].price }", "0.5"],
  ["E201", "feature f on books { x = bids[0].prise }", "prise"],
  ["E302", "feature f on books { x = bids == bids }", "bids == bids"],
  ["E318", "feature f on books { x = count() per bids over 1m }", "bids"],
  ["E408", "feature f on trades { x = top(price, 0) over 1m }", "0"],
  ["E408", "feature f on trades { x = count() per side top 0 by key over 1m }", "0"],
  ["E408", "feature f on trades { x = count() } over tumbling sum(price) >= 0", "0"],
  ["E408", 'feature f on trades { x = extract(symbol, "(a)", 2) }', "2"],
  ["E407", "feature f on trades { x = ewma(price, 3) }", "3"],
  ["E407", "feature f on trades { x = price } every 0s", "0s"],
  ["E407", "feature f on trades { x = price } ttl 5", "5"],
  [
    "E402",
    "feature f on trades { x = count() over session 1m, y = count() over session 2m }",
    "count() over session 2m",
  ],
  [
    "E412",
    "feature f on trades { x = count() over tumbling 1m excluding current }",
    "excluding current",
  ],
  [
    "E412",
    "feature f on trades { x = count() } over session 1m excluding current",
    "excluding current",
  ],
  ["E413", "feature f on trades { x = rate() over last 5 }", "last 5"],
  ["E414", "feature f on trades { x = collect(price) over ever }", "ever"],
  ["E415", "feature f on trades { x = count() } over tumbling 1m every 1m", "1m"],
  ["E507", "table s { t timestamp time, x f64 }", "s"],
  ["E508", "source s { t timestamp time, gone bool deleted }", "gone"],
  ["E502", "table s { k string key, t timestamp time, gone f64 deleted }", "gone"],
  ["E509", "source s { t timestamp time, k list<f64> key }", "k"],
  ["E509", "feature f on books by bids { x = 1 }", "bids"],
  ["E509", "source s { t timestamp time, xs list<f64> } unique by xs within 1m", "xs"],
  ["E203", "source s { t timestamp time } attributes a, a", "a"],
  ["E605", "feature f on union(trades, quotes) { x = 1 }", "quotes"],
  [
    "E605",
    "feature a on trades { x = price }\nfeature b on trades { x = ts - ts }\n" +
    "feature f on union(a, b) { y = x }",
    "b",
  ],
  [
    "E605",
    "feature a on trades { x = price }\nfeature b on trades by () { x = price }\n" +
    "feature f on union(a, b) { y = x }",
    "b",
  ],
  [
    "E606",
    "feature a on trades { x = sum(price) } over tumbling 1m\nfeature b on trades { x = price }\n" +
    "feature f on union(b, a) { y = x }",
    "a",
  ],
  ["E608", "feature f on trades join quotes between 1s and -1s { x = price }", "1s and -1s"],
  [
    "E609",
    "feature f on trades join quotes between 0s and 1s join quotes as q between 0s and 1s { x = price }",
    "join quotes as q between 0s and 1s",
  ],
];

for (const [code, text, marked] of cases) {
  Deno.test(`compilePlugins() gives ${code} for ${text}`, () => {
    const { diagnostics } = compilePlugins([pluginOfText("market", sources + text)], {
      hash: hashText,
    });
    assert.deepEqual(diagnostics.map((diagnostic) => diagnostic.code), [code]);
    assert.equal(markedText(diagnostics[0], sources + text), marked);
  });
}

Deno.test("compilePlugins() tells what a hole cannot be", () => {
  const p = (text: PluginText) => {
    const { diagnostics } = compilePlugins([text], { hash: hashText });
    return diagnostics.map(({ code }) => code).join();
  };
  const source = "source s { t timestamp time, x f64 }";
  const tag = (body: TemplateStringsArray, ...holes: readonly unknown[]) => {
    const raw = [`${source}\n${body.raw[0]}`, ...body.raw.slice(1)];
    return p(pluginSource("p")(Object.assign([...raw], { raw }), ...holes));
  };
  const f = (x: number) => x;
  assert.equal(tag`feature a on s { y = ${f}(x) as f64, z = count() over ${"5m"} }`, "");
  assert.equal(tag`feature a on s { y = ${f} }`, "E701");
  assert.equal(tag`feature a on s { y = ${f}(x) }`, "E702");
  assert.equal(tag`feature a on s { y = ${3}(x) as f64 }`, "E701");
  assert.equal(tag`feature a on s { y = ${f}(x) as string }`, "");
  assert.equal(tag`feature a on s { y = ${null} }`, "E701");
  assert.equal(tag`feature a on s { y = ${NaN} }`, "E701");
  assert.equal(tag`feature a on ${f} { y = x }`, "E701");
  assert.equal(tag`feature a on s fold ${f} { y f64 }`, "");
  assert.equal(tag`feature a on s fold ${3} { y f64 }`, "E701");
  assert.equal(tag`feature a on s fold ${f} { y f64 } over 1m`, "E416");
  assert.equal(tag`feature a on s fold ${f} { y f64 } every 1m`, "E415");
  assert.equal(tag`feature a on s fold ${f} { }`, "E505");
  assert.equal(tag`feature a on s { y = ${f}(x) as f64 over 1m }`, "E104");
  const aggregate = { init: f, add: f, result: f };
  assert.equal(tag`feature a on s { y = ${aggregate}(x) as f64 over ever }`, "");
  assert.equal(tag`feature a on s { y = ${aggregate}(x) as f64 over 1m }`, "E710");
  assert.equal(tag`feature a on s { y = ${aggregate}(x) as f64 }`, "E401");
  assert.equal(tag`feature a on s { y = ${{ ...aggregate, merge: f }}(x) as f64 over 1m }`, "");
  assert.equal(tag`feature a on s { y = ${{ ...aggregate, remove: f }}(x) as f64 over 1m }`, "");
  assert.equal(tag`feature a on s { y = ${aggregate}() as f64 over ever }`, "E305");
  assert.equal(tag`feature a on s { y = ${aggregate} }`, "E701");
  assert.equal(tag`source b ${f} { t timestamp time }`, "E701");
  assert.equal(tag`feature a on s { y = count() over ${5} }`, "E407");
});

Deno.test("compilePlugins() checks what is read of other plugins", () => {
  const market = pluginOfText(
    "market",
    `${sources} input x { v f64 } feature f(w = 1m) on x { y = v }`,
  );
  const hole = (params: Record<string, string>, name = "f", owner = "market") =>
    plugin(owner)``[name]?.(params);
  const cases: readonly (readonly [PluginText, string])[] = [
    [pluginOfText("other", "feature g on market.f(x: market.quotes.bid) { z = y }"), ""],
    [pluginOfText("other", "feature g on market.f { z = y }"), "E704"],
    [pluginOfText("other", "feature g on market.f(x: 3) { z = y }"), "E705"],
    [pluginOfText("other", "feature g on market.f(x: market.quotes.symbol) { z = y }"), "E705"],
    [pluginOfText("other", "feature g on market.x { z = v }"), "E202"],
    [pluginOfText("other", "feature g on market.f.y { z = v }"), "E202"],
    [pluginSource("other")`feature g on ${hole({ w: "5m" })} { z = y }`, "E704"],
    [pluginSource("other")`feature g on ${hole({}, "trades")} { z = price }`, ""],
    [pluginSource("other")`feature g on ${hole({}, "trade")} { z = price }`, "E202"],
    [pluginSource("other")`feature g on ${hole({}, "trades", "shop")} { z = price }`, "E208"],
    [pluginSource("other")`feature g on ${hole({ w: "1m" }, "trades")} { z = price }`, "E204"],
    [pluginSource("other")`feature g on market.quotes { z = ${hole({})} }`, "E701"],
    [pluginSource("other")`feature g on market.f(x: ${hole({}, "quotes")}) { z = y }`, "E705"],
  ];
  for (const [other, code] of cases) {
    const { diagnostics } = compilePlugins([market, other], { hash: hashText });
    assert.equal(diagnostics.map((diagnostic) => diagnostic.code).join(), code, other.text);
  }
});

Deno.test("compilePlugins() reports the mistakes of all plugins and statements at once", () => {
  const plugins = [
    pluginOfText(
      "market",
      `${sources} feature f on quotes { x = bdi, y = aks }\nfeature g on f { z = x }`,
    ),
    pluginOfText(
      "other",
      "feature h on market.g { v = w, u = (1 + }\nfeature i on h { q = anything }",
    ),
    pluginOfText("other", ""),
    pluginOfText("two words", ""),
  ];
  const { diagnostics } = compilePlugins(plugins, { hash: hashText });
  assert.deepEqual(diagnostics.map(({ code, place }) => `${place?.file} ${code}`), [
    "market.ts E201",
    "market.ts E201",
    "other.ts E211",
    "other.ts E201",
    "other.ts E104",
    "two words.ts E212",
  ]);
});

Deno.test("a mistake in one feature is not repeated in those that read it", () => {
  const text = `${sources}
    feature a on quotes { x = bdi }
    feature b on a join a as other { y = x + other.x, z = avg(x) over 1m }
    feature c on b join b as other { y = y * other.z }`;
  const { diagnostics } = compilePlugins([pluginOfText("market", text)], { hash: hashText });
  assert.deepEqual(diagnostics.map(({ code }) => code), ["E201"]);
});

function markedText(diagnostic: Diagnostic | undefined, template: string): string {
  const { text } = pluginOfText("market", template);
  return text.slice(diagnostic?.place?.start, diagnostic?.place?.end);
}

Deno.test("compilePlugins() refuses what nests too deep for a recursive reader, in any order", () => {
  const links = Array.from(
    { length: 301 },
    (_, n) => `feature f${n} on ${n === 0 ? "quotes" : `f${n - 1}`} { bid = bid + 1 }`,
  );
  const lets = Array.from({ length: 1100 }, (_, n) => `let a${n + 1} = a${n} + 1`).join("\n");
  const deep = `feature f on quotes {\nlet a0 = bid\n${lets}\nx = a1100 }`;
  const texts = [links.join("\n"), links.toReversed().join("\n"), deep];
  const codes = texts.map((text) => {
    const { diagnostics } = compilePlugins([pluginOfText("market", sources + text)], {
      hash: hashText,
    });
    return diagnostics.map(({ code }) => code).join();
  });
  assert.deepEqual(codes, ["E213", "E213", "E310"]);
});
