/** Hand-worked interval joins, unions and tables. */
import { type Golden, grid } from "../../support/golden_case.ts";

const TWO = `
  source s { k string key, ts timestamp time, x f64 }
  source r { k string key, ts timestamp time, y f64 }`;

const TABLE = `
  source s { k string key, ts timestamp time, x f64 }
  table t { k string key, ts timestamp time, y f64, gone bool deleted }`;

export const STREAMS: readonly Golden[] = [
  {
    /*
     *  s  x     1              2
     *  time  0  1  2  3  4  5  6  7  8
     *  r  y  8     4     5           6  7
     *  r - s in [-1, 2]:  (1, 0) (1, 2) (6, 8); 4 is 3 after 1 and 2 before 6, 9 is 3 after 6
     */
    name: "between pairs rows whose times are that far apart, both ends included",
    plugin: `${TWO}
      feature f on s join r as b between -1s and 2s { x = x, y = b.y, at = s.ts, other = b.ts }`,
    rows: {
      s: "k ts x\n a 1s 1\n a 6s 2\n b 2s 3",
      r: "k ts y\n a 0s 8\n a 2s 4\n a 4s 5\n a 8s 6\n a 9s 7",
    },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.x f0.y f0.at f0.other
      a 1s        1    8    1s    0s
      a 2s        1    4    1s    2s
      a 8s        2    6    6s    8s`,
  },
  {
    /*
     *  s  x  1 2    at time 1 and 3
     *  r  y  5 6    both at time 3: pairs at 3 in order (s, r)
     */
    name: "pairs of one time are ordered by the left row, then the right; windows count them",
    plugin: `${TWO}
      feature f on s join r as b between 0s and 2s { x = x, y = b.y, n = count() over 9s }`,
    rows: { s: "k ts x\n a 1s 1\n a 3s 2", r: "k ts y\n a 3s 5\n a 3s 6" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.x f0.y f0.n
      a 3s        1    5    1
      a 3s        1    6    2
      a 3s        2    5    3
      a 3s        2    6    4`,
  },
  {
    name: "a row is never a pair with itself, but with other rows of its time",
    plugin: `
      source s { k string key, ts timestamp time, x f64 }
      feature f on s join s as b between -1s and 0s { x = x, other = b.x }`,
    rows: { s: "k ts x\n a 1s 1\n a 1s 2\n a 2s 4" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.x f0.other
      a 1s        1    2
      a 1s        2    1
      a 2s        4    1
      a 2s        4    2`,
  },
  {
    /* The pair of time 3 is after the row of s of time 3: g there does not see it yet, at 4 it does. */
    name: "a pair stands after all rows of its time",
    plugin: `${TWO}
      feature f on s join r as b between 0s and 2s { n = count() over ever }
      feature g on s join f { pairs = f.n }`,
    rows: { s: "k ts x\n a 1s 1\n a 3s 2\n a 4s 3", r: "k ts y\n a 3s 5" },
    features: ["g"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.pairs
      a 1s        0
      a 3s        0
      a 4s        2`,
  },
  {
    /*
     *  first   s  x   1     2
     *  second  r  y      7  8
     *  time       0   1  2  3
     */
    name: "a union is in order of time, then of its list, whatever arrives first",
    plugin: `${TWO}
      feature a on s { v = x }
      feature b on r { v = y }
      feature f on union(b, a) { v = v, n = count() over ever, was = prev(v) }`,
    rows: { s: "k ts x\n a 1s 1\n a 3s 2", r: "k ts y\n a 2s 7\n a 3s 8" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.v f0.n f0.was
      a 1s        1    1    -
      a 2s        7    2    1
      a 3s        8    3    7
      a 3s        2    4    8`,
  },
  {
    name: "two members of one source are two rows of each time, the first member's first",
    plugin: `
      source s { k string key, ts timestamp time, x f64 }
      feature up on s { v = x }
      feature down on s where x > 1 { v = -x }
      feature f on union(up, down) { total = sum(v) over ever, v = v }`,
    rows: { s: "k ts x\n a 1s 1\n a 2s 4\n a 2s 8" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.total f0.v
      a 1s        1        1
      a 2s        5        4
      a 2s        13       8
      a 2s        9        -4
      a 2s        1        -8`,
  },
  {
    /*
     *  t  y      1     (gone)   2
     *  time   0  1  2  3  4  5  6
     */
    name: "a table's value is its last row, and nothing once that is deleted",
    plugin: `${TABLE}
      feature f on s join t { y = t.y }`,
    rows: {
      s: "k ts x\n a 0s 0\n a 1s 0\n a 2s 0\n a 3s 0\n a 5s 0\n a 6s 0",
      t: "k ts y gone\n a 1s 1 -\n a 3s 5 true\n a 6s 2 false",
    },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.y
      a 0s        -
      a 1s        1
      a 2s        1
      a 3s        -
      a 5s        -
      a 6s        2`,
  },
  {
    name: "deletes of a table are no rows for features on it",
    plugin: `${TABLE}
      feature f on t { n = count() over ever, was = prev(y), now = y }`,
    rows: { s: "k ts x", t: "k ts y gone\n a 1s 1 -\n a 3s 5 true\n a 6s 2 false" },
    features: ["f"],
    spine: grid(2),
    range: [0, 8],
    expected: `
      k timestamp f0.n f0.was f0.now
      a 2s        1    -      1
      a 4s        1    -      1
      a 6s        2    1      2`,
  },
];
