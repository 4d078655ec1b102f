/** Hand-worked features on requests: what the question brings, and what was known then. */
import type { Golden } from "../../support/golden_case.ts";

const PLUGIN = `
  source payments { card string key, ts timestamp time, paid f64, shop string }
  feature spend on payments { total = sum(paid) over ever, last = paid }
  feature shops on payments by shop { seen = count() over ever }
  request tx { card string key, amount f64, place string }
  feature ratio on tx join spend { r = amount / spend.total, amount = amount, place = lower(place) }
  feature large on ratio { big = r > 2, twice = 2 * amount }
  feature known on ratio join shops as s on place == s.shop { seen = s.seen, r = r }`;

/*
 *  paid, card a     10 (x)       30 (y)
 *  paid, card b           5 (x)
 *  asked                a          a,b   c
 *  time             1   2   3     5     7
 */
const ROWS = { payments: "card ts paid shop\n a 1s 10 x\n b 3s 5 x\n a 5s 30 y" };

const ASKED: Golden["spine"] = {
  kind: "table",
  time: "ts",
  columns: [
    { name: "card", type: "string" },
    { name: "amount", type: "f64" },
    { name: "place", type: "string" },
  ],
  rows: [
    { card: "a", ts: 2_000_000, amount: 5, place: "X" },
    { card: "a", ts: 5_000_000, amount: 100, place: "Y" },
    { card: "b", ts: 5_000_000, amount: 1, place: "nowhere" },
    { card: "c", ts: 7_000_000, amount: null, place: null },
  ],
};

const CASE = { plugin: PLUGIN, rows: ROWS, spine: ASKED, range: [0, 9] } as const;

export const REQUESTS: readonly Golden[] = [
  {
    name: "functions of the plugin get what was brought and what was joined",
    ...CASE,
    plugin: `${PLUGIN}
      feature called on tx join spend {
        n = \${combine}(amount, spend.total) as f64
        loud = \${shout}(place) as string
      }
      feature above on called { n = n + 1, loud = loud }`,
    features: ["called", "above"],
    expected: `
      card timestamp f0.n f0.loud  f1.n f1.loud
      a    2s        35   X!       36   X!
      a    5s        220  Y!       221  Y!
      b    5s        16   nowhere! 17   nowhere!
      c    7s        -    -        -    -`,
  },
  {
    name: "a request meets the value at (key, time)",
    ...CASE,
    features: ["ratio"],
    expected: `
      card timestamp f0.r f0.amount f0.place
      a    2s        0.5  5         x
      a    5s        2.5  100       y
      b    5s        0.2  1         nowhere
      c    7s        -    -         -`,
  },
  {
    name: "a feature on such a feature, and a join on what it computes",
    ...CASE,
    features: ["large", "known", "spend"],
    expected: `
      card timestamp f0.big f0.twice f1.seen f1.r f2.total
      a    2s        false  10       1       0.5  10
      a    5s        true   200      1       2.5  40
      b    5s        false  2        0       0.2  5
      c    7s        -      -        -       -    0`,
  },
  {
    name: "columns of the request are renamed and keys pinned like keys",
    ...CASE,
    spine: {
      kind: "table",
      time: "ts",
      columns: [{ name: "sum", type: "f64" }, { name: "place", type: "string" }],
      rows: [{ ts: 6_000_000, sum: 80, place: "Z" }],
    },
    features: [{ definition: "ratio", keys: { amount: "sum" }, pins: { card: "a" } }],
    expected: `
      timestamp f0.r
      6s        2`,
  },
  {
    /*
     *  paid, card a   10 (1s)     30 (5s)      the row itself is in sight
     */
    name: "the rows of a source ask, each standing at itself",
    plugin: `
      source payments { card string key, ts timestamp time, paid f64 }
      feature spend on payments { total = sum(paid) over ever }
      request tx { card string key, paid f64 }
      feature share on tx join spend { part = paid / spend.total }`,
    rows: { payments: "card ts paid\n a 1s 10\n a 5s 30\n a 5s 40" },
    features: ["share"],
    spine: { kind: "rows", of: "p.payments" },
    range: [0, 9],
    expected: `
      card timestamp f0.part
      a    1s        1
      a    5s        0.75
      a    5s        0.5`,
  },
];
