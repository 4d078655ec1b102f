/** Templates to damage: every construct of the language, the reference, the examples, the golden cases. */
import type { PluginText } from "../../dsl/template.ts";
import { pluginSource } from "./plugin_source.ts";

/** A schema as zod makes them. */
function schemaOf(type: string, definition: Readonly<Record<string, unknown>> = {}): unknown {
  return { _zod: { def: { type, ...definition } } };
}

/** What `${0}`, `${1}`, … of the corpus stand for. */
const holeValues: readonly unknown[] = [
  5,
  "5m",
  true,
  (x: number) => x,
  { init: () => 0, add: () => 0, merge: () => 0, result: () => 0 },
  { init: () => ({}), reduce: () => null },
  schemaOf("object", {
    shape: {
      id: schemaOf("number"),
      ts: schemaOf("date"),
      n: schemaOf("optional", { innerType: schemaOf("number") }),
      side: schemaOf("enum", { entries: { x: "x", y: "y" } }),
    },
  }),
  null,
];

/** A template with `${n}` for holes as a plugin; line breaks are as TypeScript gives them to a tag. */
export function pluginOfDamaged(text: string): PluginText {
  const parts = text.replace(/\r\n?/g, "\n").split(/(\$\{\d\})/);
  const raw = parts.filter((_, index) => index % 2 === 0);
  const holes = parts.filter((_, index) => index % 2 === 1).map((part) =>
    holeValues[Number(part[2]) % holeValues.length]
  );
  return pluginSource("market")(Object.assign([...raw], { raw }), ...holes);
}

/** Between them, every construct of the language. */
export const constructs: readonly string[] = [
  `
  /// Doc.
  source quotes {
    symbol string key // the key
    ts timestamp time = sent + 1m
    sent timestamp
    n i64 sequence, bid f64, ask f64, side "buy" | "sell"
  } lateness 2s idle 10s unique by ts, symbol within 1m attributes region, tier
  input x { value f64 }
  feature mid(half = 0.5) on quotes where bid > 0 { price = (bid + ask) * half }
  feature change(n = 2) on x { value = value - lag(value, n) ?? 0 }
  feature moved(w = 1m) on change(x: mid.price, n: 3) {
    let m = avg(value) where value > 0 over w
    z = if is_null(m) then 0 else m / stddev(value)
    q = quantile(value, 0.9) over last 20
  } over 5m excluding current every 1s ttl 1d online store
`,
  `
  table users {
    id i64 key, ts timestamp time
    gone bool deleted
    tags list<struct{a f64, b "x" | "y"}>
    scores map<string, vector(3)>
  } attributes shop
  source visits \${6} {
    id key
    ts time
    length i64 = 1
  }
  source calls \${6} { id key, ts time, length i64 }
  feature pairs on visits as v join calls as c between -5s and 0s on v.id == c.id {
    gap = c.n - v.n
  }
  feature both on union(visits, union(calls, visits)) as v
    join users as u on v.id == u.id by (id, side) where not (n in (1, -2)) and u.tags[0].b != "x" {
    a = count() per lower(side as string) top 3 by value over 1h excluding current
    b = sum(n) where n > 0 per side over last 10
    e = top(n, 3) over ever
    f = -n as i64 * u.scores["k"][1] as f64
  } every 5s ttl 1d
  feature hops on visits { b = sum(n) where n > 0 per side } over hopping 1h step 5m offset 1m fill
  feature gaps on visits { b = ewma(n, 1m), c = arg_max(side, n) } over session 5m
  feature bars on visits { b = corr(n, id), c = collect(n) } over tumbling 100 rows
  feature sums on visits { b = histogram(side), c = median(n) } over tumbling sum(n * 2) >= 1_000
`,
  `
  source updates { k string key, ts timestamp time, price f64, text string }
  feature book(depth = 25) on updates by () where price > \${0} fold \${5} {
    /// Best first.
    bids list<struct{
      price f64
      size f64
    }>
    n i64
  } ttl 1d
  feature own on book as b {
    m = \${4}(b.n, 1m) as map<string, list<f64>> where b.n > 1 over last 5
    p = b.bids[0].price
  }
  feature texts on updates {
    s = \${3}(prev(price), lag(price, 2)) as string ?? "none"
    t = format_time(ts, "yyyy-MM-dd", "Europe/Berlin")
    u = matches(text, "^a+") and length(split(text, ",")) > 2
    v = concat(extract(text, "(b)c", 1), substring(text, -3), price as string)
    w = start_of(ts, "week", "UTC") < parse_time(text, "yyyy")
  }
`,
];

/** The corpus: texts of at most a few thousand characters. */
export function readCorpus(): readonly string[] {
  const reference = [...readText("dsl/README.md").matchAll(/```feat\n([\s\S]*?)```/g)]
    .map((match) => fillHoles(match[1] ?? ""));
  const whole = reference.filter((block) => !block.startsWith("// fail:")).join("\n");
  const examples = ["first_set/shop", "flights/flights"].map((name) => `examples/${name}.ts`);
  const golden = ["corners", "joins", "sets", "windows"].map((name) =>
    `tests/conformance/golden/${name}.ts`
  );
  return [...constructs, whole, ...reference, ...[...examples, ...golden].flatMap(templatesOf)];
}

function readText(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

/** The templates of a file, with the texts it shares between them. */
function templatesOf(path: string): readonly string[] {
  const file = readText(path);
  const shared = new Map(
    [...file.matchAll(/const (\w+) =\s*[`"]([^`"]*)[`"]/g)].map((match) => [match[1], match[2]]),
  );
  const fill = (text: string): string =>
    text.replace(/\$\{(\w+)\}/g, (hole, name) => shared.get(name) ?? hole);
  return [...file.matchAll(/`([^`]*)`/g)].map((match) => match[1] ?? "")
    .filter((text) => /\bfeature \w+.*\{/.test(text))
    .map((text) => fillHoles(fill(fill(text))));
}

function fillHoles(text: string): string {
  return text.replace(/\$\{[^}]*\}/g, "\${3}");
}
