/** Hand-worked hopping windows, sessions, bars and filled windows. */
import { type Golden, grid } from "../../support/golden_case.ts";

const SOURCE = "source s { k string key, ts timestamp time, x f64 }";

/*
 *  x        1        2     4        8
 *  time  0  1  2  3  4  5  6  7  8  9  10
 */
const ROWS = `
  k ts x
  a 1s 1
  a 4s 2
  a 6s 4
  a 9s 8`;

export const CLOSED: readonly Golden[] = [
  {
    /*
     *  x        1        2     4        8
     *  time  0  1  2  3  4  5  6  7  8  9  10 11 12
     *       ---)[--2--)[----2-----)              [ b-4, b ) for b = 2, 4, 6, 8, 10, 12
     *  b = 2: 1 | 4: 1 | 6: 2 | 8: 2+4 | 10: 4+8 | 12: 8
     */
    name: "a hopping window [b - width, b) is a row at every multiple of its step with rows inside",
    plugin: `${SOURCE}
      feature f on s { total = sum(x), n = count() } over hopping 4s step 2s`,
    rows: { s: ROWS },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.total f0.n
      a 2s        1        1
      a 4s        1        1
      a 6s        2        1
      a 8s        6        2
      a 10s       12       2
      a 12s       8        1`,
  },
  {
    /*
     *  x           1     2     4
     *  time  0  1  2  3  4  5  6  7
     *  b = 3: [1,3) 1 | 5: [3,5) 2 | 7: [5,7) 4    offset 1s, step 2s
     */
    name: "an offset moves the ends of hopping windows; a row at an end is in the next",
    plugin: `${SOURCE}
      feature f on s { total = sum(x) } over hopping 2s step 2s offset 1s`,
    rows: { s: "k ts x\n a 2s 1\n a 3s 2\n a 5s 4" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.total
      a 3s        1
      a 5s        2
      a 7s        4`,
  },
  {
    /*
     *  x     1                 2
     *  time  0  1  2  3  4  5  6  7  8  9
     *  b = 3: [2,3) nothing | 6: [5,6) nothing | 9: nothing;  the rows fall between
     */
    name: "a step larger than the width leaves rows out",
    plugin: `${SOURCE}
      feature f on s { total = sum(x) } over hopping 1s step 3s`,
    rows: { s: "k ts x\n a 0s 1\n a 2s 2\n a 6s 4\n a 8s 8" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.total
      a 3s        2
      a 9s        8`,
  },
  {
    /*
     *  x     1              2
     *  time  0  1  2  3  4  5  6  7  8  9  10 11
     *       [-----)[-----)[-----)[-----)[-----)   2 4 6 8, last row 5, ttl 3: to 8
     */
    name: "fill emits windows without rows until ttl after the last row",
    plugin: `${SOURCE}
      feature f on s { n = count(), total = sum(x), top = max(x) } over tumbling 2s fill ttl 3s`,
    rows: { s: "k ts x\n a 0s 1\n a 5s 2" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.n f0.total f0.top
      a 2s        1    1        1
      a 6s        1    2        2
      a 8s        0    0        -`,
  },
  {
    /*
     *  a     1        .        .     until the end of the range
     *  b              2
     *  time  0  1  2  3  4  5  6
     */
    name: "fill without ttl goes on to the end, from each key's first row on",
    plugin: `${SOURCE}
      feature f on s { n = count() } over tumbling 2s fill`,
    rows: { s: "k ts x\n a 0s 1\n b 3s 2" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.n
      a 2s        1
      a 4s        0
      b 4s        1
      a 6s        0
      b 6s        0
      a 8s        0
      b 8s        0`,
  },
  {
    /*
     *  x     1  2        4  8           16
     *  time  0  1  2  3  4  5  6  7  8  9  10 11 12
     *       [----+3--)                             gap 3 is a gap: 1 -> 4 separates
     *  rows at 1+3, 5+3, 9+3
     */
    name: "a gap of exactly g separates sessions; a session is a row g after its last",
    plugin: `${SOURCE}
      feature f on s { total = sum(x), from = first(x) } over session 3s`,
    rows: { s: "k ts x\n a 0s 1\n a 1s 2\n a 4s 4\n a 5s 8\n a 9s 16" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.total f0.from
      a 4s        3        1
      a 8s        12       4
      a 12s       16       16`,
  },
  {
    /*
     *  f     1     2  (session of a ends at 4, of b at 4)
     *  time  0  1  2  3  4
     *  At the row of time 4 the sessions that end at 4 are seen already.
     */
    name: "a session's row stands before the rows of its time, keys in order of bytes",
    plugin: `${SOURCE}
      feature f on s { n = count() } over session 2s
      feature g on s join f { seen = f.n }`,
    rows: { s: "k ts x\n b 2s 1\n a 2s 1\n a 4s 1" },
    features: ["g", "f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.seen f1.n
      b 2s        -       -
      a 2s        -       -
      a 4s        1       1`,
  },
  {
    /*
     *  a     1  2     4     8  16
     *  b           7
     *  time  0  1  2  3  4  5  6
     *  bars of a: 1 2 | 4 8 | 16 stays open
     */
    name: "a bar of n rows is closed by its n-th, at that row; an open bar never emits",
    plugin: `${SOURCE}
      feature f on s { total = sum(x), open = first(x) } over tumbling 2 rows`,
    rows: { s: "k ts x\n a 0s 1\n a 1s 2\n b 2s 7\n a 3s 4\n a 5s 8\n a 6s 16" },
    features: ["f"],
    spine: grid(1, "p.s"),
    range: [0, 8],
    expected: `
      k timestamp f0.total f0.open
      a 0s        -        -
      a 1s        3        1
      a 2s        3        1
      b 2s        -        -
      a 3s        3        1
      b 3s        -        -
      a 4s        3        1
      b 4s        -        -
      a 5s        12       4
      b 5s        -        -
      a 6s        12       4
      b 6s        -        -
      a 7s        12       4
      b 7s        -        -`,
  },
  {
    /*
     *  x     2  -  3        9  1  4
     *  sum   2  2  5*       9* 1  5*       least 5, null counts 0
     */
    name: "a bar by sum is closed by the row that brings it there, which belongs to it",
    plugin: `${SOURCE}
      feature f on s { n = count(), total = sum(x) } over tumbling sum(x) >= 5`,
    rows: { s: "k ts x\n a 0s 2\n a 1s -\n a 2s 3\n a 4s 9\n a 4s 1\n a 6s 4" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 20],
    expected: `
      k timestamp f0.n f0.total
      a 2s        3    5
      a 4s        1    9
      a 6s        2    5`,
  },
  {
    /*
     *  x     1     2        4
     *  time  0  1  2  3  4  5  6
     *  rows that pass x > 1: 2 at 2, 4 at 5
     */
    name: "only rows that pass where open windows, close bars and hold sessions together",
    plugin: `${SOURCE}
      feature f on s where x > 1 { n = count() } over hopping 2s step 1s
      feature g on s where x > 1 { n = count() } over session 3s
      feature h on s where x > 1 { n = count() } over tumbling 2 rows`,
    rows: { s: "k ts x\n a 0s 1\n a 2s 2\n a 4s 1\n a 5s 4" },
    features: ["f", "g", "h"],
    spine: grid(1, "p.s"),
    range: [0, 9],
    expected: `
      k timestamp f0.n f1.n f2.n
      a 0s        -    -    -
      a 1s        -    -    -
      a 2s        -    -    -
      a 3s        1    -    -
      a 4s        1    -    -
      a 5s        1    1    2
      a 6s        1    1    2
      a 7s        1    1    2
      a 8s        1    1    2`,
  },
];
