/** The canonical form: what it looks like, that it is stable, and that it changes no meaning. */
import assert from "node:assert/strict";
import { createReport, type Diagnostic } from "../../dsl/diagnostic.ts";
import { compilePlugins, formatPlugin, type PluginText } from "../../dsl/mod.ts";
import { parse } from "../../dsl/parser.ts";
import { createSourceText } from "../../dsl/source.ts";
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

Deno.test("formatPlugin() prints types, casts, clauses and windows in one way", () => {
  const plugin = pluginSource("p")`
table  users ${{}}{id key,gone bool deleted
  tags list < struct { a f64
    b "x"|"y" } >
  m map<string,vector( 3 )> }attributes a,b
feature f on union( a,b( w:- 1m ) )join t between - 5s and 0s by ( k ){
  x=-a [ 0 ] . b as  list<f64>*- 1
  y = count( )per c top 3 by value over hopping 1h step s offset - 1m fill excluding current
  z=${{}}( a )as map < string , f64 > over tumbling sum( a*b )>=- v
  w = list < map, v = struct > -1, u = -(a)
}every 1m store
feature g on s fold ${0}{ a f64
/// Deep.
bids list<struct{
  price f64
  size f64 // how many
  }>
long_name map<string,i64> }`;
  assert.equal(
    formatOnly(plugin),
    `
  table users \${hole0} {
    id          key
    gone  bool  deleted
    tags  list<struct{a f64, b "x" | "y"}>
    m     map<string, vector(3)>
  } attributes a, b

  feature f on union(a, b(w: -1m)) join t between -5s and 0s by (k) {
    x = -a[0].b as list<f64> * -1
    y = count() per c top 3 by value over hopping 1h step s offset -1m fill excluding current
    z = \${hole1}(a) as map<string, f64> over tumbling sum(a * b) >= -v
    w = list < map
    v = struct > -1
    u = -(a)
  } every 1m store

  feature g on s fold \${hole2} {
    a          f64
    /// Deep.
    bids       list<struct{
        price f64,
        size f64 // how many
    }>
    long_name  map<string, i64>
  }
`,
  );
});

Deno.test("formatPlugin() changes no tree", () => {
  const wide = "b".repeat(45);
  const text = `
    source struct { t timestamp time, struct f64 }
    feature f on struct by () { }
    feature g(last = -1m) on s as by where (${wide} as struct{a f64
        ${wide} f64, c "x"
          | "y" }).a > 1 and not (x) {
      by = sum(x - -1) over last, let ${wide} = ${wide} as list<struct{a f64
        b map<string,i64>}>
      a = x -1, b = x - (1 - 2), c = (a.b)[1], d = a in (-1, 2)
    } over session 1m excluding current ttl 1d`;
  const plugin = pluginOfText("p", text);
  const formatted = formatPlugin(plugin).text ?? "";
  const template = formatted.slice(formatted.indexOf("`") + 1, formatted.lastIndexOf("`"));
  assert.deepEqual(treeOf(pluginOfText("p", template)), treeOf(plugin));
  formatOnly(plugin);
});

/** The declarations without their places. */
function treeOf(plugin: PluginText): unknown {
  const source = createSourceText(plugin);
  const diagnostics: Diagnostic[] = [];
  const { declarations } = parse(plugin.name, source, createReport(source, diagnostics));
  assert.deepEqual(diagnostics, []);
  return JSON.parse(
    JSON.stringify(
      declarations,
      (key, value) => ["start", "end"].includes(key) ? undefined : value,
    ),
  );
}

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

Deno.test("formatPlugin() lays a request out like a source", () => {
  assert.equal(
    formatText("request  tx{card string   key\n amount f64}\nfeature f on tx{x=amount}"),
    `
  request tx {
    card    string  key
    amount  f64
  }

  feature f on tx { x = amount }
`,
  );
});
