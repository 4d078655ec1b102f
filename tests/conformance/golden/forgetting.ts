/** Hand-worked `ttl` of closed windows: what is forgotten between rows, and what is not. */
import { type Golden, grid } from "../../support/golden_case.ts";

const SOURCE = "source s { k string key, ts timestamp time, x f64 }";

/*
 *  x     4     2           3 3        3
 *  time  0     1     2     3 3.5  4   5   6   7   8
 *
 *  0    nothing before: 4 > 0 passes
 *  1    prev is 4: 2 does not pass, and is no row of the feature
 *  3    the last row, of 0, is exactly 3s old: prev is 4, 3 does not pass
 *  3.5  the last row is older than 3s: forgotten, 3 > 0 passes
 *  5    prev is 3: 3 does not pass
 */
const RISING = `
  k ts x
  a 0s 4
  a 1s 2
  a 3s 3
  a 3.5s 3
  a 5s 3`;

export const FORGETTING: readonly Golden[] = [
  {
    name: "the value of a closed window is forgotten ttl after the key's last row",
    plugin: `${SOURCE}
      feature f on s { n = count() } over tumbling 2s ttl 3s`,
    rows: { s: "k ts x\n a 1s 1" },
    features: ["f"],
    spine: grid(1),
    range: [0, 7],
    expected: `
      k timestamp f0.n
      a 2s        1
      a 3s        1
      a 4s        1
      a 5s        -
      a 6s        -`,
  },
  {
    /*
     *  x           1        2
     *  time  0  1  2  3  4  5  6  7     ttl 1: 2 -> 5 would forget, but windows hold all their rows
     */
    name: "ttl forgets nothing inside closed windows",
    plugin: `${SOURCE}
      feature f on s { total = sum(x) } over hopping 4s step 2s ttl 1s
      feature g on s { total = sum(x) } over tumbling 6s ttl 1s`,
    rows: { s: "k ts x\n a 2s 1\n a 5s 2" },
    features: ["f", "g"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.total
      a 4s        1
      a 6s        3
      a 8s        2`,
  },
  {
    /*
     *  passed  4              3
     *  time    0  1  2  3  3.5  4  5  6  7  8
     *  b = 2: 4 | 4: 3 | 6: nothing, 2.5s after the last row | 8: more than 3s after it
     */
    name: "prev in the where of filled windows forgets what is older than ttl",
    plugin: `${SOURCE}
      feature f on s where x > (prev(x) ?? 0) { n = count(), total = sum(x) }
        over tumbling 2s fill ttl 3s`,
    rows: { s: RISING },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.n f0.total
      a 2s        1    4
      a 4s        1    3
      a 6s        0    0`,
  },
  {
    /*
     *  b = 2: [-2,2) 4 | 4: [0,4) 4+3, across what prev forgot | 6: [2,6) 3 | 8: [4,8) no row
     */
    name: "prev in the where of hopping windows forgets by ttl, the windows do not",
    plugin: `${SOURCE}
      feature f on s where x > (prev(x) ?? 0) { n = count(), total = sum(x) }
        over hopping 4s step 2s ttl 3s
      feature g on s where x > (prev(x) ?? 0) { total = sum(x) } over tumbling 4s ttl 3s`,
    rows: { s: RISING },
    features: ["f", "g"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.n f0.total f1.total
      a 2s        1    4        -
      a 4s        2    7        7
      a 6s        1    3        7`,
  },
];
