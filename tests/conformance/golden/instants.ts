/** Hand-worked instants: rows that time makes at one time, and who sees which of them. */
import { type Golden, grid } from "../../support/golden_case.ts";

const SOURCE = "source s { k string key, ts timestamp time, x f64 }";

export const INSTANTS: readonly Golden[] = [
  {
    /*
     *  all at 5s:  a1 a2 b3 b4
     *  pairs       (a1 a2) (a2 a1) (b3 b4) (b4 b3), each seen by those of its key behind it, by other keys all
     */
    name: "pairs of one time see their own key up to themselves, other keys whole",
    plugin: `${SOURCE}
      feature p on s join s as o between -1s and 1s { d = o.x - x }
      feature f on p { n = count() over 5s }`,
    rows: { s: "k ts x\n a 5s 1\n a 5s 2\n b 5s 3\n b 5s 4" },
    features: [
      "f",
      { definition: "f", pins: { k: "a" } },
      { definition: "f", pins: { k: "b" } },
      "p",
    ],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.n f1.n f2.n f3.d
      a 5s        1    1    2    1
      a 5s        2    2    2    -1
      b 5s        1    2    1    1
      b 5s        2    2    2    -1`,
  },
  {
    name: "what is joined at a pair sees pairs of its key up to that one",
    plugin: `${SOURCE}
      feature p on s join s as o between -1s and 1s { d = o.x - x }
      feature f on p { n = count() over 5s }
      feature g on p join f as c { n = c.n }`,
    rows: { s: "k ts x\n a 5s 1\n a 5s 2\n b 5s 3\n b 5s 4" },
    features: ["g"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.n
      a 5s        1
      a 5s        2
      b 5s        1
      b 5s        2`,
  },
  {
    /*
     *  e    a5 b7  a5 b7
     *  time 2      4        at the row of b nothing of a is current
     */
    name: "excluding current leaves out the row one stands at, not another key's of its time",
    plugin: `${SOURCE}
      feature e on s { x = x } every 2s
      feature f on e { v = sum(x) over 10s excluding current }`,
    rows: { s: "k ts x\n a 1s 5\n b 1s 7" },
    features: ["f", { definition: "f", pins: { k: "a" } }],
    spine: { kind: "rows", of: 0 },
    range: [0, 6],
    expected: `
      k timestamp f0.v f1.v
      a 2s        0    0
      b 2s        0    5
      a 4s        5    5
      b 4s        7    10`,
  },
  {
    /*
     *  rows     (a 1) (a 2) of one bar each at 5s, all of key z when keyed anew
     */
    name: "closed rows of one time, keyed anew, see themselves and those before them",
    plugin: `source s { k string key, j string key, ts timestamp time, x f64 }
      feature bar on s { x = sum(x) } over tumbling 5s
      feature f on bar by k { v = sum(x) over 10s }
      feature g on bar by k { v = sum(x) over 10s }`,
    rows: { s: "k j ts x\n z a 1s 1\n z b 2s 2\n y a 3s 4" },
    features: ["f", "g", { definition: "f", pins: { k: "z" } }],
    spine: { kind: "rows", of: 0 },
    range: [0, 6],
    expected: `
      k timestamp f0.v f1.v f2.v
      y 5s        4    4    3
      z 5s        1    1    1
      z 5s        3    3    3`,
  },
  {
    name: "the value of what is asked at times has the time of its last row while there is one",
    plugin: `${SOURCE}
      feature e on s { n = count() over 2s } every 2s
      feature f on e { at = ts, n = n }`,
    rows: { s: "k ts x\n a 1s 5" },
    features: ["f"],
    spine: grid(1),
    range: [0, 6],
    expected: `
      k timestamp f0.at f0.n
      a 2s        2s    1
      a 3s        2s    1
      a 4s        -     0
      a 5s        -     0`,
  },
];
