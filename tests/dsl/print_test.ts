/** The canonical form: what it looks like, that it is stable, and that it changes no meaning. */
import assert from "node:assert/strict";
import { compilePlugins, formatPlugin, type PluginText } from "../../dsl/mod.ts";
import { hashText, pluginOfText, pluginSource } from "./plugin_source.ts";

function formatText(template: string): string {
  return formatOnly(pluginOfText("p", template));
}

/** The template after formatting, checked to stay as it is when formatted again. */
function formatOnly(plugin: PluginText): string {
  const { text, diagnostics } = formatPlugin(plugin);
  assert.deepEqual(diagnostics, []);
  assert.ok(text !== undefined);
  const template = text.slice(text.indexOf("`") + 1, text.lastIndexOf("`"));
  const raw = template.split(/\$\{hole\d+\}/);
  const again = formatPlugin({ ...plugin, raw, text });
  assert.equal(again.text, text);
  return template;
}

Deno.test("formatPlugin() puts one item on a line and lines up columns and names", () => {
  const messy = `
source  trades{symbol string   key,ts timestamp time
  side "buy"|"sell" // which way

    // money

    price f64,amount f64
    notional f64=price*-amount}   lateness 2s   unique by ts,price within 1m
feature f(w=1m,n=-2)on trades as t join q.u(w:w)as v within 5s on symbol==v.a and t.b==v.b by symbol,side where not(price>0){
let a=sum( price )where side  in("buy","sell")over w,let long_name=lag(price,2)
x=a/( long_name+1 )


y=if a>1 then-1 else 0 }over tumbling w offset 5m
input i{v f64}
input j { v f64 } // second
// end`;
  assert.equal(
    formatText(messy),
    `
  source trades {
    symbol    string     key
    ts        timestamp  time
    side      "buy" | "sell" // which way

    // money

    price     f64
    amount    f64
    notional  f64        = price * -amount
  } lateness 2s unique by ts, price within 1m

  feature f(w = 1m, n = -2) on trades as t join q.u(w: w) as v within 5s on symbol==v.a and t.b==v.b by symbol,side where not(price>0){
    let a         = sum(price) where side in ("buy", "sell") over w
    let long_name = lag(price, 2)
    x = a / (long_name + 1)

    y = if a > 1 then -1 else 0
  } over tumbling w offset 5m

  input i { v f64 }
  input j { v f64 } // second
  // end
`.replace(
      "symbol==v.a and t.b==v.b by symbol,side where not(price>0){",
      () => "symbol == v.a and t.b == v.b by symbol, side where not (price > 0) {",
    ),
  );
});

Deno.test("formatPlugin() keeps a body on its line while it fits", () => {
  const short = "\n  feature f on s { a = 1, b = 2 }\n";
  assert.equal(formatText(short), short);
  const long = `  feature f on s { ${"a".repeat(60)} = 1, ${"b".repeat(30)} = 2 }`;
  assert.equal(formatText(long).split("\n").length, 6);
});

Deno.test("formatPlugin() breaks a long statement where its writer did", () => {
  const text = `
  feature f on s {
    x = ${"a".repeat(50)}
        + ${"b".repeat(50)}
    y = c // note
        + d
  }
`;
  assert.equal(formatText(text), text);
});

Deno.test("formatPlugin() keeps holes and the module around the template", () => {
  const f = (x: number) => x;
  const plugin = pluginSource("p")`feature f on ${f}{a=${f}( x )  as f64 // ${3} is not used
    b=x+${2}}`;
  const { text } = formatPlugin(plugin);
  assert.equal(
    text,
    'import { plugin } from "featurizer";\n\nexport default plugin("p")`\n' +
      "  feature f on ${hole0} {\n    a = ${hole1}(x) as f64 // ${hole2} is not used\n" +
      "    b = x + ${hole3}\n  }\n`;\n",
  );
  formatOnly(plugin);
});

Deno.test("formatPlugin() changes no identity", () => {
  const text = `source s{k string key,t timestamp time,x f64}
    feature f(w=60s)on s where x>0{let m=avg(x)over w
    y=(x-m)/m,z=-x-(1-m)*2 ?? 0}`;
  const idOf = (template: string) =>
    compilePlugins([pluginOfText("p", template)], { hash: hashText }).instantiate({
      definition: "p.f",
    }).feature?.id;
  assert.ok(idOf(text) !== undefined);
  assert.equal(idOf(formatText(text)), idOf(text));
});

Deno.test("formatPlugin() leaves a template with mistakes alone, and one it cannot find", () => {
  const wrong = formatPlugin(pluginOfText("p", "feature f on s { x = }"));
  assert.equal(wrong.text, undefined);
  assert.deepEqual(wrong.diagnostics.map(({ code }) => code), ["E104"]);
  const lost = formatPlugin({ ...pluginOfText("p", "feature f on s { x = 1 }"), text: "" });
  assert.deepEqual(lost.diagnostics.map(({ code }) => code), ["E107"]);
});

Deno.test("formatPlugin() makes an empty template two lines", () => {
  assert.equal(formatText("  "), "\n");
});
