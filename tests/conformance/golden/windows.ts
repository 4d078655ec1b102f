/** Hand-worked windows, `prev` and `lag`. */
import { type Golden, grid } from "../../support/golden_case.ts";

const SOURCE = "source s { k string key, ts timestamp time, x f64 }";

/*
 *  a      10          20,30       40
 *  time  0  1  2  3  4  5  6  7  8
 *  at 3 (0, 3] holds 10; at 4 (1, 4] no longer does; at 7 (4, 7] has lost 20 and 30
 */
const SLIDING_ROWS = `
  k ts x
  a 1s 10
  a 4s 20
  a 4s 30
  a 7s 40`;

const SLIDING = `${SOURCE}
  feature f on s { n = count() over 3s
    total = sum(x) over 3s }`;

const TUMBLING_ROWS = `
  k ts x
  a 0s 1
  a 4s 2
  a 5s 4
  a 9s 8
  a 12s 16`;

export const WINDOWS: readonly Golden[] = [
  {
    name: "a sliding window is open at its start and closed at q",
    plugin: SLIDING,
    rows: { s: SLIDING_ROWS },
    features: ["f"],
    spine: grid(1),
    range: [0, 9],
    expected: `
      k timestamp f0.n f0.total
      a 1s        1    10
      a 2s        1    10
      a 3s        1    10
      a 4s        2    50
      a 5s        2    50
      a 6s        2    50
      a 7s        1    40
      a 8s        1    40`,
  },
  {
    name: "a row sees itself and rows of its time before it, not those after",
    plugin: SLIDING,
    rows: { s: SLIDING_ROWS },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.n f0.total
      a 1s        1    10
      a 4s        1    20
      a 4s        2    50
      a 7s        1    40`,
  },
  {
    /*
     *  x      1           2  4           8        16
     *  time  0  1  2  3  4  5  6  7  8  9  10 11 12
     *       [---------------)[---------------)[--------------- 15
     */
    name: "a tumbling window [a, b) is a row at b",
    plugin: `${SOURCE}
      feature f on s { total = sum(x) } over tumbling 5s`,
    rows: { s: TUMBLING_ROWS },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 16],
    expected: `
      k timestamp f0.total
      a 5s        3
      a 10s       12
      a 15s       16`,
  },
  {
    /*
     *  x      1           2  4           8        16
     *  time  0  1  2  3  4  5  6  7  8  9  10 11 12
     *       ------)[---------------)[--------------)[-------- 17
     */
    name: "an offset moves a tumbling window against 1970, its value is the last closed row",
    plugin: `${SOURCE}
      feature f on s { total = sum(x) over tumbling 5s offset 2s }`,
    rows: { s: TUMBLING_ROWS },
    features: ["f"],
    spine: grid(2),
    range: [0, 19],
    expected: `
      k timestamp f0.total
      a 2s        1
      a 4s        1
      a 6s        1
      a 8s        6
      a 10s       6
      a 12s       8
      a 14s       8
      a 16s       8
      a 18s       16`,
  },
  {
    /*
     *  x          4  8
     *  time  -7 -6 -5 -4 -3 -2 -1  0
     *       -10 ----)[-------------)    rows at -5 and 0
     */
    name: "tumbling windows keep their grid before 1970",
    plugin: `${SOURCE}
      feature f on s { total = sum(x) } over tumbling 5s`,
    rows: { s: "k ts x\n a -6s 4\n a -5s 8" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [-20, 20],
    expected: `
      k timestamp f0.total
      a -5s       4
      a 0s        8`,
  },
  {
    /*
     *  x      10 -1 20 30
     *  time   1  2  3  4      -1 fails where: no row, in no window, no previous row
     */
    name: "last n, prev and lag count the rows that passed where",
    plugin: `${SOURCE}
      feature f on s where x > 0 {
        total = sum(x) over last 2
        big = count() where x > 15 over last 2
        before = prev(x)
        second = lag(x, 2)
      }`,
    rows: { s: "k ts x\n a 1s 10\n a 2s -1\n a 3s 20\n a 4s 30" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.total f0.big f0.before f0.second
      a 1s        10       0      -         -
      a 3s        30       1      10        -
      a 4s        50       2      20        10`,
  },
  {
    name: "at a query, aggregates are of q and bare columns of the last row",
    plugin: `${SOURCE}
      feature f on s { share = x / count() over 2s
        n = count() over 2s
        bare = x ?? -1
        before = prev(x) }`,
    rows: { s: "k ts x\n a 1s 10\n a 2s 20" },
    features: ["f"],
    spine: {
      kind: "table",
      columns: [{ name: "k", type: "string" }, { name: "at", type: "timestamp" }],
      time: "at",
      rows: [{ k: "a", at: 2_000_000 }, { k: "a", at: 3_000_000 }, { k: "a", at: 4_000_000 }, {
        k: "never",
        at: 5_000_000,
      }],
    },
    range: [0, 9],
    expected: `
      k     timestamp f0.share f0.n f0.bare f0.before
      a     2s        10       2    20      10
      a     3s        20       1    20      10
      a     4s        -        0    20      10
      never 5s        -        0    -1      -`,
  },
  {
    name: "nothing in the window: counts and sums are 0, others null",
    plugin: `${SOURCE}
      feature f on s {
        a = count(x) over 2s, b = sum(x) over 2s, c = count_distinct(x) over 2s
        d = avg(x) over 2s, e = max(x) over 2s, g = last(x) over 2s
        h = stddev(x) over 2s, i = median(x) over 2s, j = any(x > 1) over 2s
      }`,
    rows: { s: "k ts x\n a 1s -\n a 5s 7\n a 6s -" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.a f0.b f0.c f0.d f0.e f0.g f0.h f0.i f0.j
      a 1s        0    0    0    -    -    -    -    -    -
      a 5s        1    7    1    7    7    7    -    7    true
      a 6s        1    7    1    7    7    7    -    7    true`,
  },
  {
    name: "a map is its expression over the value at q",
    plugin: `${SOURCE}
      feature f on s { n = count() over 2s }
      feature m on f { twice = n * 2 }
      feature r on f { step = n - prev(n) }`,
    rows: { s: "k ts x\n a 1s 10\n a 2s 20" },
    features: ["f", "m", "r"],
    spine: grid(1),
    range: [0, 6],
    expected: `
      k timestamp f0.n f1.twice f2.step
      a 1s        1    2        -
      a 2s        2    4        1
      a 3s        1    2        1
      a 4s        0    0        1
      a 5s        0    0        1`,
  },
  {
    name: "by re-keys rows, a null key drops the row, by () is one key",
    plugin: `source s { k string key, ts timestamp time, tag string, x f64 }
      feature f on s by tag { total = sum(x) over ever }
      feature g on s by () { total = sum(x) over ever }`,
    rows: { s: "k ts tag x\n a 1s u 1\n b 2s u 2\n a 3s - 4\n b 4s v 8" },
    features: ["f", "g"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      tag timestamp f0.total f1.total
      u   1s        1        1
      u   2s        3        3
      v   4s        8        15`,
  },
];
