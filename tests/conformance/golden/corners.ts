/** Hand-worked corners where seams of the engine meet: batches, constants, closed windows, label ends, pins. */
import { type Golden, grid } from "../../support/golden_case.ts";

const SOURCE = "source s { k string key, ts timestamp time, x f64 }";

export const CORNERS: readonly Golden[] = [
  {
    /*
     *  x      5        1  2
     *  time   1  2  3  4  5        over 7s: rows of earlier batches stay in the window
     */
    name: "a window holds the rows of earlier batches",
    plugin: `${SOURCE} lateness 1s
      feature short on s { n = count() over 2s }
      feature long on s { n = count() over 7s }`,
    rows: { s: "k ts x\n a 1s 5\n a 4s 1\n a 5s 2" },
    features: ["short", "long"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    batchRows: 1,
    expected: `
      k timestamp f0.n f1.n
      a 1s        1    1
      a 4s        1    2
      a 5s        2    3`,
  },
  {
    name: "a joined column in a window stays with rows of earlier batches",
    plugin: `${SOURCE} lateness 1s
      feature f on s join s as j { n = count() where j.x > 3 over 7s }`,
    rows: { s: "k ts x\n a 1s 5\n a 4s 1\n a 5s 2" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    batchRows: 1,
    expected: `
      k timestamp f0.n
      a 1s        1
      a 4s        1
      a 5s        1`,
  },
  {
    name: "a condition may be a constant",
    plugin: `${SOURCE}
      feature all on s where 1 != 2 { x = x }
      feature none on s where 1 == 2 { x = x }`,
    rows: { s: "k ts x\n a 1s 5\n a 4s 1" },
    features: ["all", "none"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x f1.x
      a 1s        5    -
      a 4s        1    -`,
  },
  {
    name: "quantiles and differences inside a closed window",
    plugin: `${SOURCE}
      feature f on s { middle = median(x), low = quantile(x, 0.25)
        moves = sum(x - prev(x)), n = count_distinct(x) } over tumbling 5s`,
    rows: { s: "k ts x\n a 1s 5\n a 4s 1\n a 5s 2\n a 6s 2\n a 7s 8" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.middle f0.low f0.moves f0.n
      a 5s        3         2      -4       2
      a 10s       2         2      7        2`,
  },
  {
    name: "label data ends with the label's sources, not with others",
    plugin: `${SOURCE}
      source other { k string key, ts timestamp time, y f64 }
      feature label on s { x = x }
      feature f on other { y = y }`,
    rows: { s: "k ts x\n a 2s 5\n a 4s 1", other: "k ts y\n a 1s 1\n a 3s 2\n a 9s 3" },
    features: ["f", "label"],
    label: { feature: 1, lookahead: 2, only: true },
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.y label.f1.x
      a 1s        1    5`,
    droppedPastLabels: 2,
  },
  {
    name: "a label without data drops every row",
    plugin: `${SOURCE}
      source other { k string key, ts timestamp time, y f64 }
      feature label on s { x = x }
      feature f on other { y = y }`,
    rows: { s: "k ts x", other: "k ts y\n a 1s 1\n a 3s 2" },
    features: ["f", "label"],
    label: { feature: 1, lookahead: 2 },
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: "k timestamp f0.y label.f1.x",
    droppedPastLabels: 2,
  },
  {
    name: "the rows of a pinned feature are those of its pin, without the pinned key",
    plugin: `source s { k string key, side string key, ts timestamp time, x f64 }
      feature f on s { x = x }`,
    rows: { s: "k side ts x\n a buy 1s 5\n a sell 2s 6\n b buy 3s 7" },
    features: [{ definition: "f", pins: { side: "buy" } }],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.x
      a 1s        5
      b 3s        7`,
  },
  {
    name: "a map reads the time of a map at a query",
    plugin: `${SOURCE}
      feature m on s { twice = x * 2 }
      feature f on m { at = epoch_seconds(ts) }`,
    rows: { s: "k ts x\n a 1s 5\n a 4s 1" },
    features: ["f"],
    spine: grid(3),
    range: [0, 9],
    expected: `
      k timestamp f0.at
      a 3s        1
      a 6s        4`,
  },
  {
    name: "the time of a malformed row moves the watermark",
    plugin: `${SOURCE} lateness 2s
      feature f on s { x = x }`,
    rows: { s: "k ts x\n - 9s 1\n a 7s 2\n a 6s 3" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.x
      a 7s        2`,
    counts: { "p.s": { late: 1, malformed: 1, duplicates: 0 } },
  },
  {
    /*
     *  entry 1  1     2           3  4
     *  entry 2                 4  2  3      within 20s of the earlier one, whichever entry has it
     *  time     1     2        8  9  10
     */
    name: "which of two equal rows is the duplicate does not depend on batches",
    plugin: `${SOURCE} lateness 2s unique by x within 20s
      feature f on s { x = x }`,
    rows: {
      s: ["k ts x\n a 1s 1\n a 2s 2\n a 9s 3\n a 10s 4", "k ts x\n b 8s 4\n b 9s 2\n b 10s 3"],
    },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.x
      a 1s        1
      a 2s        2
      b 8s        4
      a 9s        3`,
    counts: { "p.s": { late: 0, malformed: 0, duplicates: 3 } },
  },
  {
    name: "the earlier of two equal rows stays, also when it arrives later",
    plugin: `${SOURCE} lateness 5s unique by x within 3s
      feature f on s { x = x }`,
    rows: { s: "k ts x\n a 5s 7\n b 3s 7\n c 7s 7" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.x
      b 3s        7
      c 7s        7`,
    counts: { "p.s": { late: 0, malformed: 0, duplicates: 1 } },
  },
  {
    /*
     *  s      1     2           closes at 5, before every row of 5
     *  other              9     of 5: the closed window does not see it
     *  time   1     3     5
     */
    name: "a closed window stands before the rows of its time of every source",
    plugin: `${SOURCE}
      source other { k string key, ts timestamp time, y f64 }
      feature w on s { total = sum(x) } over tumbling 5s
      feature f on w join other as o { total = total, y = o.y }`,
    rows: { s: "k ts x\n a 1s 1\n a 3s 2", other: "k ts y\n a 4s 8\n a 5s 9" },
    features: ["f"],
    spine: grid(5),
    range: [0, 9],
    expected: `
      k timestamp f0.total f0.y
      a 5s        3        8`,
  },
  {
    name: "a null key matches nothing in a join, a key never seen has its value",
    plugin: `source s { k string key, ts timestamp time, o string, x f64 }
      feature one on s { one = 1, x = x }
      feature n on s { n = count() over 5s }
      feature f on s join one as a on o == a.k join n as b on o == b.k join one as c within 5s on o == c.k {
        one = a.one, n = b.n, x = a.x, row = c.one }`,
    rows: { s: "k ts o x\n a 1s - 5\n a 2s never 6\n a 3s a 7" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.one f0.n f0.x f0.row
      a 1s        -      -    -    -
      a 2s        1      0    -    -
      a 3s        1      3    7    1`,
  },
  {
    name: "equal rows are duplicates where they have no value, too",
    plugin:
      `source s { k string key, ts timestamp time, x f64, tag string } unique by ts, x, tag within 3s
      feature f on s { x = x, tag = tag }`,
    rows: { s: "k ts x tag\n a 1s - -\n a 1s - -\n a 1s 1 -\n a 1s 1 -\n a 1s - u" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.x f0.tag
      a 1s        -    -
      a 1s        1    -
      a 1s        -    u`,
    counts: { "p.s": { late: 0, malformed: 0, duplicates: 2 } },
  },
  {
    name: "a key never seen has counts of 0; a null is no key, and nothing is known of it",
    plugin: `
      source s { k string key, ts timestamp time, x f64 }
      feature f on s { n = count() over 9s }
      feature g on s { n = count() over 9s } every 1s`,
    rows: { s: "k ts x\n a 1s 1\n a 2s 1" },
    features: ["f", "g"],
    spine: {
      kind: "table",
      columns: [{ name: "k", type: "string" }, { name: "at", type: "timestamp" }],
      time: "at",
      rows: [{ k: "a", at: 3_000_000 }, { k: "b", at: 3_000_000 }, { k: null, at: 3_000_000 }],
    },
    range: [0, 9],
    expected: `
      k timestamp f0.n f1.n
      a 3s        2    2
      b 3s        0    0
      - 3s        -    -`,
  },
];
