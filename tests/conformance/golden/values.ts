/** Hand-worked parameters as windows, categories, lists, texts and large integers. */
import { type Golden, grid } from "../../support/golden_case.ts";

const SOURCE = "source s { k string key, ts timestamp time, x f64 }";

export const VALUES: readonly Golden[] = [
  {
    name: "parameters are windows, counts and durations; one expression may hold several windows",
    plugin: `${SOURCE}
      feature f(short = 1s, long = 4s, n = 2) on s {
        gap = (avg(x) over short) - (avg(x) over long) + (count() over last n)
      }`,
    rows: { s: "k ts x\n a 1s 2\n a 3s 4\n a 4s 6" },
    features: ["f", { definition: "f", params: { long: "2s", n: 3 } }],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.gap f1.gap
      a 1s        1      1
      a 3s        3      2
      a 4s        4      4`,
  },
  {
    /*
     *  tag   b  a  b  -  c
     *  x     1  2  3  9  4
     */
    name: "per gives a value per category, in key order; top keeps the largest",
    plugin: `
      source s { k string key, ts timestamp time, x f64, tag string }
      feature f on s {
        all = sum(x) per tag over ever
        best = sum(x) per tag top 1 by value over ever
        high = count() per tag top 2 by key over ever
        b = (sum(x) per tag over ever)["b"]
      }`,
    rows: { s: "k ts x tag\n a 1s 1 b\n a 2s 2 a\n a 3s 3 b\n a 4s 9 -\n a 5s 4 c" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 9],
    expected: `
      k timestamp f0.all                    f0.best        f0.high                f0.b
      a 1s        map[["b",1]]              map[["b",1]]   map[["b",1]]           1
      a 2s        map[["a",2],["b",1]]      map[["a",2]]   map[["a",1],["b",1]]   1
      a 3s        map[["a",2],["b",4]]      map[["b",4]]   map[["a",1],["b",2]]   4
      a 4s        map[["a",2],["b",4]]      map[["b",4]]   map[["a",1],["b",2]]   4
      a 5s        map[["a",2],["b",4],["c",4]] map[["b",4]] map[["b",2],["c",1]]  4`,
  },
  {
    name: "lists of a window keep duplicates and order, and shrink as rows leave",
    plugin: `${SOURCE}
      feature f on s { high = top(x, 2), all = collect(x), often = top_frequency(x, 1), late = last_k(x, 2) }
        over 3s`,
    rows: { s: "k ts x\n a 1s 5\n a 2s 5\n a 3s 2\n a 5s -" },
    features: ["f"],
    spine: grid(1),
    range: [0, 7],
    expected: `
      k timestamp f0.high f0.all  f0.often                 f0.late
      a 1s        [5]     [5]     [{"value":5,"count":1}]  [5]
      a 2s        [5,5]   [5,5]   [{"value":5,"count":2}]  [5,5]
      a 3s        [5,5]   [5,5,2] [{"value":5,"count":2}]  [5,2]
      a 4s        [5,2]   [5,2]   [{"value":2,"count":1}]  [5,2]
      a 5s        [2]     [2]     [{"value":2,"count":1}]  [2]
      a 6s        -       -       -                        -`,
  },
  {
    /* UTF-16 would put the emoji (a surrogate pair) before the wide letter. */
    name: "texts are ordered by bytes of UTF-8 and counted by code points",
    plugin: `
      source s { k string key, ts timestamp time, t string }
      feature f on s {
        n = length(t), first_two = substring(t, 0, 2), back = substring(t, -1), up = upper(t)
        most = max(t) over ever, before = t < "Ａ", again = concat(t, "!")
      }`,
    rows: { s: "k ts t\n a 1s é\n a 2s 😀x\n a 3s Ａ\n a 4s -" },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 7],
    expected: `
      k timestamp f0.n f0.first_two f0.back f0.up f0.most f0.before f0.again
      a 1s        1    é            é       É     é       true      é!
      a 2s        2    😀x          x       😀X   😀x     false     😀x!
      a 3s        1    Ａ           Ａ      Ａ    😀x     false     Ａ!
      a 4s        -    -            -       -     😀x     -         -`,
  },
  {
    name: "integers beyond 2^53 - 1 become the nearest float, and categories in order of value",
    plugin: `
      source s { k string key, ts timestamp time, n i64 }
      feature f on s {
        x = (n as f64) / 2
        y = n as f32
        low = keys(count() per n over ever)[0]
        high = keys(count() per n over ever)[-1]
        most = keys(count() per n top 1 by key over ever)[0]
      }`,
    rows: {
      s: `k ts n
        a 1s 9223372036854775807n
        a 2s -9007199254740993n
        a 3s 9007199254740993n
        a 4s 5`,
    },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 7],
    expected: `
      k timestamp f0.x                f0.y                f0.low               f0.high              f0.most
      a 1s        4611686018427387904 9223372036854775808 9223372036854775807n 9223372036854775807n 9223372036854775807n
      a 2s        -4503599627370496   -9007199254740992   -9007199254740993n   9223372036854775807n 9223372036854775807n
      a 3s        4503599627370496    9007199254740992    -9007199254740993n   9223372036854775807n 9223372036854775807n
      a 4s        2.5                 5                   -9007199254740993n   9223372036854775807n 9223372036854775807n`,
  },
  {
    name: "integers beyond 2^53 - 1 stay exact as keys, in comparisons and on the way through",
    plugin: `
      source s { id i64 key, ts timestamp time, n i64 }
      feature f on s { n = n, same = n == prev(n), kinds = count_distinct(n) over ever }`,
    rows: {
      s: `id ts n
        9007199254740993n 1s 9223372036854775807n
        9007199254740992n 1s 9223372036854775807n
        9007199254740993n 2s 9223372036854775806n
        9007199254740993n 3s 9223372036854775806n`,
    },
    features: ["f"],
    spine: { kind: "rows", of: 0 },
    range: [0, 7],
    expected: `
      id                timestamp f0.n                 f0.same f0.kinds
      9007199254740993n 1s        9223372036854775807n -       1
      9007199254740992n 1s        9223372036854775807n -       1
      9007199254740993n 2s        9223372036854775806n false   2
      9007199254740993n 3s        9223372036854775806n true    2`,
  },
];
