/** Hand-worked `every`, `excluding current`, `ttl`, folds. */
import { type Golden, grid } from "../../support/golden_case.ts";

const SOURCE = "source s { k string key, ts timestamp time, x f64 }";

export const EVENTS: readonly Golden[] = [
  {
    /*
     *  x        1     2              4
     *  time  0  1  2  3  4  5  6  7  8  9  10 11 12
     *  every 2 s, while a row is in (q - 3, q]: 2 4 | 8 10
     */
    name: "every makes rows at its multiples while a row is in the window",
    plugin: `${SOURCE}
      feature f on s { n = count() over 3s, total = sum(x) over ever } every 2s`,
    rows: { s: "k ts x\n a 1s 1\n a 3s 2\n a 8s 4" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.n f0.total
      a 2s        1    1
      a 4s        1    3
      a 8s        1    7
      a 10s       1    7`,
  },
  {
    /*
     *  x        1     2
     *  time  0  1  2  3  4  5  6  7
     *  f     .  .  1  1  2  2  2  2     value at the last multiple of 2
     */
    name: "the value of an every feature is that at the last multiple",
    plugin: `${SOURCE}
      feature f on s { n = count() over 5s, last_x = x } every 2s`,
    rows: { s: "k ts x\n a 1s 1\n a 3s 2" },
    features: ["f"],
    spine: grid(1, "p.s"),
    range: [0, 12],
    expected: `
      k timestamp f0.n f0.last_x
      a 1s        0    -
      a 2s        1    1
      a 3s        1    1
      a 4s        2    2
      a 5s        2    2
      a 6s        1    2
      a 7s        1    2
      a 8s        0    2
      a 9s        0    2
      a 10s       0    2
      a 11s       0    2`,
  },
  {
    /*
     *  x        1     2
     *  time  0  1  2  3  4
     *  At the row of time 4 the every row of time 4 is still to come: g sees that of 2.
     */
    name: "an every row stands after all rows of its time",
    plugin: `${SOURCE}
      feature f on s { n = count() over 9s } every 2s
      feature g on s join f { seen = f.n }`,
    rows: { s: "k ts x\n a 1s 1\n a 3s 2\n a 4s 3\n a 5s 4" },
    features: ["g"],
    spine: { kind: "rows", of: 0 },
    range: [0, 12],
    expected: `
      k timestamp f0.seen
      a 1s        0
      a 3s        1
      a 4s        1
      a 5s        3`,
  },
  {
    name: "every without a finite window goes on until ttl",
    plugin: `${SOURCE}
      feature f on s { x = x } every 2s ttl 5s`,
    rows: { s: "k ts x\n a 1s 1\n b 4s 2" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.x
      a 2s        1
      a 4s        1
      b 4s        2
      a 6s        1
      b 6s        2
      b 8s        2`,
  },
  {
    /*
     *  x        1        2  4  8
     *  time  0  1  2  3  4  5  6
     *  over 3 s without the row itself: -, -, 2, 2+4
     */
    name: "excluding current leaves out the row one stands at",
    plugin: `${SOURCE}
      feature f on s {
        n = count() over 3s excluding current
        before = sum(x) over 3s excluding current
        three = sum(x) over last 3 excluding current
        all = sum(x) over ever excluding current
      }`,
    rows: { s: "k ts x\n a 1s 1\n a 4s 2\n a 5s 4\n a 6s 8" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.n f0.before f0.three f0.all
      a 1s        0    0         0        0
      a 4s        0    0         1        1
      a 5s        1    2         3        3
      a 6s        2    6         6        7`,
  },
  {
    name: "excluding current leaves out nothing at a query that stands at no row",
    plugin: `${SOURCE}
      feature f on s { n = count() over 3s excluding current }
      feature g on s where x > 1 { x = x }`,
    rows: { s: "k ts x\n a 1s 1\n a 2s 2\n a 3s 1" },
    features: ["f", "g"],
    spine: grid(1),
    range: [0, 6],
    expected: `
      k timestamp f0.n
      a 1s        1
      a 2s        2
      a 3s        3
      a 4s        2
      a 5s        1`,
  },
  {
    /* The spine is the rows of g, made from the rows of s with x > 1: f stands at the same rows. */
    name: "a query that stands at the key's last row is as at that row",
    plugin: `${SOURCE}
      feature g on s where x > 1 { x = x }
      feature f on s { n = count() over 9s excluding current }`,
    rows: { s: "k ts x\n a 1s 1\n a 2s 2\n a 2s 3\n b 3s 2" },
    features: ["g", "f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 6],
    expected: `
      k timestamp f0.x f1.n
      a 2s        2    1
      a 2s        3    2
      b 3s        2    0`,
  },
  {
    /*
     *  x     1     2              4
     *  time  0  1  2  3  4  5  6  7  8  9  10     ttl 3: 2 -> 7 forgets; a query at 5 still sees, at 6 not
     */
    name: "ttl forgets windows, lags and frozen columns once the last row is older",
    plugin: `${SOURCE}
      feature f on s { n = count() over ever, last_two = sum(x) over last 2, now = x, was = prev(x) }
        ttl 3s`,
    rows: { s: "k ts x\n a 0s 1\n a 2s 2\n a 7s 4" },
    features: ["f"],
    spine: grid(1),
    range: [0, 12],
    expected: `
      k timestamp f0.n f0.last_two f0.now f0.was
      a 0s        1    1           1      -
      a 1s        1    1           1      -
      a 2s        2    3           2      1
      a 3s        2    3           2      1
      a 4s        2    3           2      1
      a 5s        2    3           2      1
      a 6s        0    0           -      -
      a 7s        1    4           4      -
      a 8s        1    4           4      -
      a 9s        1    4           4      -
      a 10s       1    4           4      -
      a 11s       0    0           -      -`,
  },
  {
    /* Every third row of a key gives no row; the value is then that of the row before. */
    name: "a fold emits what its reducer returns; its value is the last row emitted",
    plugin: `${SOURCE}
      feature f on s fold \${tally} {
        n i64
        nulls i64
      }`,
    rows: { s: "k ts x\n a 1s 1\n a 2s -\n b 2s 7\n a 3s 2\n a 4s -" },
    features: ["f"],
    spine: grid(1),
    range: [0, 6],
    expected: `
      k timestamp f0.n f0.nulls
      a 1s        1    0
      a 2s        2    1
      b 2s        1    0
      a 3s        2    1
      b 3s        1    0
      a 4s        4    2
      b 4s        1    0
      a 5s        4    2
      b 5s        1    0`,
  },
  {
    name: "a fold starts anew after ttl, and its lists are values",
    plugin: `${SOURCE}
      feature f on s fold \${recent} { seen list<i64>, name string } ttl 2s
      feature g on f { last = seen[-1], size = length(seen), seen = seen }`,
    rows: { s: "k ts x\n a 1s 1\n a 2s 2\n a 3s 3\n a 6s 4" },
    features: ["g"],
    spine: grid(1),
    range: [0, 9],
    expected: `
      k timestamp f0.last f0.size f0.seen
      a 1s        1       1       [1]
      a 2s        2       2       [1,2]
      a 3s        3       2       [2,3]
      a 4s        3       2       [2,3]
      a 5s        3       2       [2,3]
      a 6s        1       1       [1]
      a 7s        1       1       [1]
      a 8s        1       1       [1]`,
  },
  {
    name: "rows of an entity table stand after the every rows of their time",
    plugin: `${SOURCE}
      feature f on s { n = count() over 3s } every 2s`,
    rows: { s: "k ts x\n a 4s 1" },
    features: ["f"],
    spine: {
      kind: "table",
      columns: [{ name: "k", type: "string" }, { name: "at", type: "timestamp" }],
      rows: [{ k: "a", at: 4_000_000 }, { k: "a", at: 3_000_000 }, { k: "a", at: 8_000_000 }],
      time: "at",
    },
    range: [0, 20],
    expected: `
      k timestamp f0.n
      a 3s        0
      a 4s        1
      a 8s        0`,
  },
  {
    /* g's rows are those of f at 2, 4, 6: a label at 4 stands after the row of 4, not at it. */
    name: "a label at the time of an every row does not stand at that row",
    plugin: `${SOURCE}
      feature f on s { x = x } every 2s
      feature g on f { n = count() over 3s excluding current }`,
    rows: { s: "k ts x\n a 1s 1\n a 2s 1\n a 9s 1" },
    features: ["g"],
    label: { feature: 0, lookahead: 2 },
    spine: { kind: "rows", of: "p.s" },
    range: [0, 7],
    expected: `
      k timestamp f0.n label.f0.n
      a 1s        0    1
      a 2s        0    2`,
  },
  {
    name: "a feature with every may call functions",
    plugin: `${SOURCE}
      feature f on s { half = \${half}(sum(x) over 3s) as f64, one = \${half}(2) as f64 } every 2s`,
    rows: { s: "k ts x\n a 1s 6" },
    features: ["f"],
    spine: grid(2, "p.s"),
    range: [0, 7],
    expected: `
      k timestamp f0.half f0.one
      a 2s        3       1
      a 4s        0       1
      a 6s        0       1`,
  },
];
