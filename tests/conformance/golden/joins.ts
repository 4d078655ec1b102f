/** Hand-worked as-of joins. */
import type { Golden } from "../../support/golden_case.ts";

const SOURCES = `
  source trades { k string key, ts timestamp time, price f64 }
  source quotes { k string key, ts timestamp time, bid f64 }`;

/*
 *  quotes        1     2,3         4
 *  trades              100   101   102,103
 *  time    2     3  4  5     6  7  8
 */
const ROWS = {
  quotes: "k ts bid\n a 3s 1\n a 5s 2\n a 5s 3\n a 8s 4",
  trades: "k ts price\n a 5s 100\n a 6s 101\n a 8s 102\n a 8s 103",
};

export const JOINS: readonly Golden[] = [
  {
    name: "a trade sees every quote of its time",
    plugin: `${SOURCES}
      feature f on trades join quotes { bid = quotes.bid }`,
    rows: ROWS,
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.bid
      a 5s        3
      a 6s        3
      a 8s        4
      a 8s        4`,
  },
  {
    name: "and a quote every trade of its time",
    plugin: `${SOURCES}
      feature f on quotes join trades as t { price = t.price }`,
    rows: ROWS,
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.price
      a 3s        -
      a 5s        100
      a 5s        100
      a 8s        103`,
  },
  {
    /*
     *  quotes  1     2
     *  trades           .  .  .      within 2s: [t - 2, t]
     *  time    1  2  3  4  5  6
     */
    name: "within reaches exactly to t - d",
    plugin: `${SOURCES}
      feature f on trades join quotes as q within 2s { bid = q.bid }`,
    rows: {
      quotes: "k ts bid\n a 1s 1\n a 3s 2",
      trades: "k ts price\n a 4s 0\n a 5s 0\n a 5.000001s 0\n a 6s 0",
    },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.bid
      a 4s        2
      a 5s        2
      a 5.000001s -
      a 6s        -`,
  },
  {
    name: "within 0s matches rows of the same time only",
    plugin: `${SOURCES}
      feature f on trades join quotes as q within 0s { bid = q.bid }`,
    rows: ROWS,
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.bid
      a 5s        3
      a 6s        -
      a 8s        4
      a 8s        4`,
  },
  {
    name: "a self join sees the row itself and nothing after it",
    plugin: `${SOURCES}
      feature f on trades join trades as same { price = same.price }`,
    rows: ROWS,
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.price
      a 5s        100
      a 6s        101
      a 8s        102
      a 8s        103`,
  },
  {
    /*
     *  time   1        2        2        3
     *  row    a→b 1    b→a 2    a→b 3    b→c 4     x of the last row of `other` up to this one
     */
    name: "a self join on another key stops at the row it stands on",
    plugin: `source s { k string key, ts timestamp time, other string, x f64 }
      feature f on s join s as o on other == o.k { found = o.x }`,
    rows: { s: "k ts other x\n a 1s b 1\n b 2s a 2\n a 2s b 3\n b 3s c 4\n a 4s - 5" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.found
      a 1s        -
      b 2s        1
      a 2s        2
      b 3s        -
      a 4s        -`,
  },
  {
    /*
     *  quotes        1     2,3         4
     *  trades              .     .     .,.
     *  time    2     3  4  5     6  7  8      count over 2s: at 6 (4, 6] = 2, at 8 (6, 8] = 1
     *  rows of n     1     2→ 1,2      1      sees 5s first: (3, 5] without the row at 3
     */
    name: "a join reads the value at t, a join within reads the row",
    plugin: `${SOURCES}
      feature n on quotes { n = count() over 2s }
      feature f on trades join n as v join n as r within 10s { value = v.n, row = r.n }`,
    rows: ROWS,
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.value f0.row
      a 5s        2        2
      a 6s        2        2
      a 8s        1        1
      a 8s        1        1`,
  },
  {
    name: "a joined value moves on without rows, a joined row does not",
    plugin: `${SOURCES}
      feature n on quotes { n = count() over 2s }
      feature f on trades join n as v join n as r within 10s { value = v.n, row = r.n }`,
    rows: { quotes: "k ts bid\n a 1s 1\n a 2s 1", trades: "k ts price\n a 3s 0\n a 4s 0\n b 5s 0" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.value f0.row
      a 3s        1        2
      a 4s        0        2
      b 5s        0        -`,
  },
  {
    /*
     *  x      1     2     4        window [0, 5) closes at 5, before the row at 5
     *  time   1     3     5
     */
    name: "a closed window stands before the rows of its time and is seen by them",
    plugin: `source s { k string key, ts timestamp time, x f64 }
      feature w on s { total = sum(x) } over tumbling 5s
      feature f on w join s as last { total = total, x = last.x }
      feature g on s join w as bar { total = bar.total }`,
    rows: { s: "k ts x\n a 1s 1\n a 3s 2\n a 5s 4" },
    features: ["f", "g"],
    spine: { kind: "rows", of: "p.s" },
    range: [0, 11],
    expected: `
      k timestamp f0.total f0.x f1.total
      a 1s        -        -    -
      a 3s        -        -    -
      a 5s        3        2    3`,
  },
  {
    name: "a joined value is frozen in aggregates, prev and last rows",
    plugin: `${SOURCES}
      feature f on trades join quotes as q {
        gap = price - q.bid
        total = sum(q.bid) over 5s
        before = prev(q.bid)
      }`,
    rows: {
      quotes: "k ts bid\n a 1s 1\n a 3s 5\n a 6s 9",
      trades: "k ts price\n a 2s 100\n a 4s 200",
    },
    features: ["f"],
    spine: {
      kind: "table",
      columns: [{ name: "k", type: "string" }, { name: "at", type: "timestamp" }],
      time: "at",
      rows: [{ k: "a", at: 2_000_000 }, { k: "a", at: 5_000_000 }, { k: "a", at: 7_000_000 }],
    },
    range: [0, 9],
    expected: `
      k timestamp f0.gap f0.total f0.before
      a 2s        99     1        -
      a 5s        195    6        1
      a 7s        195    5        1`,
  },
];
