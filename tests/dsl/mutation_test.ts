/** Damaged plugins: no crash, no hang, every place inside its file. Seeded: the same texts every time. */
import assert from "node:assert/strict";
import { compilePlugins, formatDiagnostic, formatPlugin } from "../../dsl/mod.ts";
import { hashText, pluginOfText } from "./plugin_source.ts";

const seed = 20010101;
const rounds = 1500;

const original = `
  /// Doc.
  source quotes {
    symbol string key // the key
    ts timestamp time = sent + 1m
    sent timestamp
    n i64 sequence, bid f64, ask f64, side "buy" | "sell"
  } lateness 2s idle 10s unique by ts, symbol within 1m

  input x { value f64 }

  feature mid(half = 0.5) on quotes where bid > 0 { price = (bid + ask) * half }
  feature change(n = 2) on x { value = value - lag(value, n) ?? 0 }
  feature moved(w = 1m) on change(x: mid.price, n: 3) {
    let m = avg(value) where value > 0 over w
    z = if is_null(m) then 0 else m / stddev(value)
    q = quantile(value, 0.9) over last 20
  } over 5m
  feature bars on market.mid(half: 0.25) { open = first(price), n = count() } over tumbling 1h offset 5m
  feature both on quotes as q join moved as other on symbol == other.symbol join bars within 10s
    by side, symbol {
    d = q.bid - other.z * bars.open
    ok = side in ("buy") and not (q.bid > 1e3)
  }
`;

const pieces = original.match(/\w+|\s+|[^\w\s]/g) ?? [];

Deno.test(`compilePlugins() survives damaged text (seed ${seed})`, () => {
  assert.deepEqual(compileText(original).map(formatDiagnostic), []);
  const random = createRandom(seed);
  for (let round = 0; round < rounds; round++) {
    const text = damage(random, 1 + random(4));
    for (const { place } of compileText(text)) {
      assert.ok(place !== undefined, text);
      assert.ok(place.start <= place.end && place.line >= 1 && place.column >= 1, text);
      assert.ok(place.end <= pluginOfText("market", text).text.length, text);
    }
  }
});

Deno.test(`formatPlugin() is stable on damaged text that still parses (seed ${seed})`, () => {
  const random = createRandom(seed + 1);
  let formatted = 0;
  for (let round = 0; round < rounds / 3; round++) {
    const once = formatPlugin(pluginOfText("market", damage(random, 1))).text;
    if (once === undefined) continue;
    formatted++;
    const template = once.slice(once.indexOf("`") + 1, once.lastIndexOf("`"));
    assert.equal(formatPlugin(pluginOfText("market", template)).text, once);
  }
  assert.ok(formatted > 50, `only ${formatted} texts parsed`);
});

function compileText(text: string) {
  const compilation = compilePlugins([pluginOfText("market", text)], { hash: hashText });
  for (const { name } of compilation.plugins[0]?.features ?? []) {
    compilation.instantiate({ definition: `market.${name}` });
  }
  return compilation.diagnostics;
}

/** Deletes, doubles, swaps or replaces pieces of the text. */
function damage(random: (below: number) => number, times: number): string {
  const text = [...pieces];
  for (let time = 0; time < times; time++) {
    const at = random(text.length);
    const other = pieces[random(pieces.length)] ?? "";
    const act = random(5);
    if (act === 0) text.splice(at, 1 + random(3));
    else if (act === 1) text.splice(at, 0, other);
    else if (act === 2) text[at] = other;
    else if (act === 3) text.splice(at, 0, ...text.slice(at, at + random(20)));
    else text.splice(at, text.length);
  }
  return text.join("");
}

/** Whole numbers below a bound: a linear congruential generator. */
function createRandom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}
