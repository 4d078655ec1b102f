/** Hand-worked sets: admission, spines, labels, keys. */
import { type Golden, grid } from "../../support/golden_case.ts";

const SOURCE = "source s { k string key, ts timestamp time, x f64 }";
const LAST = `${SOURCE}
  feature last on s { x = x }`;

export const SETS: readonly Golden[] = [
  {
    /*
     *  x     10    20,30  40
     *  time  1  2  3      4       label of 1 with 2s: after all rows of 3 = 30; data ends at 4
     */
    name: "a label stands after all rows of q + lookahead; past the data rows are dropped",
    plugin: LAST,
    rows: { s: "k ts x\n a 1s 10\n a 3s 20\n a 3s 30\n a 4s 40" },
    features: ["last"],
    label: { feature: 0, lookahead: 2 },
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x label.f0.x
      a 1s        10   30`,
    droppedPastLabels: 3,
    labelNulls: 0,
  },
  {
    name: "label data ends at the latest time over all keys; null labels stay",
    plugin: `${SOURCE}
      feature recent on s { mean = avg(x) over 2s }`,
    rows: { s: "k ts x\n a 1s 10\n b 5s 20" },
    features: ["recent"],
    label: { feature: 0, lookahead: 1, only: true },
    spine: grid(1),
    range: [0, 9],
    expected: `
      k timestamp label.f0.mean
      a 1s        10
      a 2s        -
      a 3s        -
      a 4s        -`,
    droppedPastLabels: 8,
    labelNulls: 3,
  },
  {
    name: "label data goes on after the range",
    plugin: LAST,
    rows: { s: "k ts x\n a 1s 10\n a 50s 20" },
    features: ["last"],
    label: { feature: 0, lookahead: 3 },
    spine: grid(1),
    range: [0, 5],
    expected: `
      k timestamp f0.x label.f0.x
      a 1s        10   10
      a 2s        10   10
      a 3s        10   10
      a 4s        10   10`,
    droppedPastLabels: 0,
    labelNulls: 0,
  },
  {
    name: "label data ends at the latest time seen, also in a row that does not count",
    plugin: LAST,
    rows: { s: "k ts x\n a 1s 10\n a 4s 20\n - 8s 30" },
    features: ["last"],
    label: { feature: 0, lookahead: 2 },
    spine: grid(2),
    range: [0, 9],
    expected: `
      k timestamp f0.x label.f0.x
      a 2s        10   20
      a 4s        20   20
      a 6s        20   20`,
    droppedPastLabels: 1,
  },
  {
    name: "a grid has a key from its first row on, in order of bytes",
    plugin: LAST,
    rows: { s: "k ts x\n é 1s 1\n z 2s 2\n b 3.5s 3\n b 4s 4" },
    features: ["last"],
    spine: grid(2),
    range: [0, 5],
    expected: `
      k timestamp f0.x
      z 2s        2
      é 2s        1
      b 4s        4
      z 4s        2
      é 4s        1`,
  },
  {
    name: "state is warm from rows before the range",
    plugin: `${SOURCE}
      feature total on s { total = sum(x) over ever }`,
    rows: { s: "k ts x\n a 1s 1\n a 2s 2\n a 8s 4" },
    features: ["total"],
    spine: { kind: "rows", of: 0 },
    range: [2, 8],
    expected: `
      k timestamp f0.total
      a 2s        3`,
  },
  {
    name: "an entity table is ordered by time, then row; other columns pass through",
    plugin: LAST,
    rows: { s: "k ts x\n a 1s 10\n b 2s 20\n a 3s 30" },
    features: ["last"],
    spine: {
      kind: "table",
      columns: [
        { name: "k", type: "string" },
        { name: "note", type: "f64" },
        { name: "at", type: "timestamp" },
      ],
      time: "at",
      rows: [
        { k: "a", note: 1, at: 3_000_000 },
        { k: "c", note: 2, at: 2_000_000 },
        { k: "b", note: 3, at: 2_000_000 },
        { k: "a", note: 4, at: 2_999_999 },
        { k: "a", note: 5, at: 9_000_000 },
      ],
    },
    range: [0, 9],
    expected: `
      k timestamp note f0.x
      c 2s        2    -
      b 2s        3    20
      a 2.999999s 4    10
      a 3s        1    30`,
  },
  {
    name: "a pinned key makes a feature global, a renamed key reads another column",
    plugin: `source s { k string key, ts timestamp time, x f64 }
      source ports { airport string key, ts timestamp time, wind f64 }
      feature last on s { x = x }
      feature wind on ports { wind = wind }`,
    rows: {
      s: "k ts x\n a 1s 1\n b 2s 2\n a 3s 3",
      ports: "airport ts wind\n a 1s 10\n b 1s 20\n b 3s 30",
    },
    features: [
      "last",
      { definition: "last", pins: { k: "a" } },
      { definition: "wind", keys: { airport: "k" } },
    ],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x f1.x f2.wind
      a 1s        1    1    10
      b 2s        2    1    20
      a 3s        3    3    10`,
  },
  {
    /*
     *  arrival  5  3  2  6  4     lateness 2s: W = 5 - 2 = 3, then 4; the row of 2 is late
     */
    name: "a row is late when it is before the largest time less the lateness",
    plugin: `${SOURCE} lateness 2s
      feature last on s { x = x, before = prev(x) }`,
    rows: { s: "k ts x\n a 5s 1\n a 3s 2\n a 2s 3\n a 6s 4\n a 4s 5" },
    features: ["last"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x f0.before
      a 3s        2    -
      a 4s        5    2
      a 5s        1    5
      a 6s        4    1`,
    counts: { "p.s": { late: 1, malformed: 0, duplicates: 0 } },
  },
  {
    name: "each entry has its own watermark; entries of one time stand in their order",
    plugin: LAST,
    rows: { s: ["k ts x\n a 5s 1\n a 6s 2", "k ts x\n a 1s 3\n a 5s 4\n a 4s 5"] },
    features: ["last"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x
      a 1s        3
      a 5s        1
      a 5s        4
      a 6s        2`,
    counts: { "p.s": { late: 1, malformed: 0, duplicates: 0 } },
  },
  {
    name: "null keys and times are malformed",
    plugin: LAST,
    rows: { s: "k ts x\n a 1s 1\n - 2s 2\n a - 3\n a 4s -" },
    features: ["last"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x
      a 1s        1
      a 4s        -`,
    counts: { "p.s": { late: 0, malformed: 2, duplicates: 0 } },
  },
  {
    /*
     *  x     7        7  7,8      7  7     within 3s of the kept row at 0: the one at 3 goes;
     *  time  0  1  2  3  4  5  6  7  8     of the kept one at 4: the one at 7
     */
    name: "unique by drops equal rows at most d after the kept one",
    plugin: `${SOURCE} unique by k, x within 3s
      feature last on s { x = x }`,
    rows: { s: "k ts x\n a 0s 7\n a 3s 7\n a 4s 7\n a 4s 8\n b 4s 7\n a 7s 7\n a 8s 7" },
    features: ["last"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x
      a 0s        7
      a 4s        7
      a 4s        8
      b 4s        7
      a 8s        7`,
    counts: { "p.s": { late: 0, malformed: 0, duplicates: 2 } },
  },
  {
    name: "a sequence column orders rows of one time",
    plugin: `source s { k string key, ts timestamp time, x f64, place i64 sequence }
      feature last on s { x = x, before = prev(x) }`,
    rows: { s: "k ts x place\n a 1s 1 9\n a 1s 2 3\n a 1s 3 5\n a 2s 4 1" },
    features: ["last"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x f0.before
      a 1s        2    -
      a 1s        3    2
      a 1s        1    3
      a 2s        4    1`,
  },
  {
    name: "a computed time and a function hole",
    plugin: `source s { k string key
        sent timestamp
        ts timestamp time = sent + (\${delay}(k) as duration)
        half f64 = \${half}(x) as f64
        x f64 } lateness 5s
      feature last on s { half = half }`,
    rows: { s: "k sent x\n cc 1s 8\n a 1s 6\n a 3s -" },
    features: ["last"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k  timestamp f0.half
      a  2s        3
      cc 3s        4
      a  4s        -`,
  },
  {
    name: "a formal input is bound to a column",
    plugin: `${SOURCE}
      input v { value f64 }
      feature last on s { x = x }
      feature diff(n = 1) on v { value = value - lag(value, n) }`,
    rows: { s: "k ts x\n a 1s 1\n a 2s 4\n a 3s 9" },
    features: [
      "last",
      { definition: "diff", bindings: { v: { feature: 0, column: "x" } } },
      { definition: "diff", params: { n: 2 }, bindings: { v: { feature: 0, column: "x" } } },
    ],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x f1.value f2.value
      a 1s        1    -        -
      a 2s        4    3        -
      a 3s        9    5        8`,
  },
];
