/** Aggregates whose operands or values are packed, in every window, against the lists of the window's values. */
import assert from "node:assert/strict";
import type { Window } from "../../../dsl/typed_ast.ts";
import type { ValueType } from "../../../dsl/types.ts";
import { compareTexts } from "../../../runtime/kernel/text_order.ts";
import { Random } from "../../support/random.ts";
import {
  callOf,
  type CallShape,
  column,
  F64,
  type Query,
  randomRows,
  type Row,
  rowsIn,
  STRING,
  TEXTS,
  Y_IS_POSITIVE,
} from "./run_aggregates.ts";
import { closeLists, LIST, listOf, runLists, V } from "./run_lists.ts";

const WINDOWS: readonly Window[] = [
  { kind: "sliding", widthUs: 1_000 },
  { kind: "sliding", widthUs: 333 },
  { kind: "last", rows: 7 },
  { kind: "last", rows: 1 },
  { kind: "ever" },
];

interface ListCase {
  readonly shape: CallShape;
  /** `values` are those of the rows that count, in order; `ys` their second operand. */
  value(values: readonly unknown[], ys: readonly number[]): unknown;
}

const [X, Y, S] = [column("x"), column("y"), column("s")];
const [LIST_OF_X, LIST_OF_S] = [listType(F64), listType(STRING)];
const COUNT: ValueType = { kind: "i64" };

const CASES: readonly ListCase[] = [
  { shape: { name: "top", operand: X, most: 3, type: LIST_OF_X }, value: top(3) },
  { shape: { name: "top", operand: S, most: 2, type: LIST_OF_S }, value: top(2) },
  {
    shape: { name: "bottom", operand: X, most: 100, type: LIST_OF_X },
    value: (values) => orNull(values.toSorted(compare)),
  },
  {
    shape: { name: "bottom", operand: S, most: 3, type: LIST_OF_S },
    value: (values) => orNull(values.toSorted(compare).slice(0, 3)),
  },
  {
    shape: { name: "histogram", operand: X, type: { kind: "map", key: F64, value: COUNT } },
    value: (values) => values.length === 0 ? null : new Map(countsOf(values)),
  },
  {
    shape: { name: "histogram", operand: S, type: { kind: "map", key: STRING, value: COUNT } },
    value: (values) => values.length === 0 ? null : new Map(countsOf(values)),
  },
  { shape: { name: "top_frequency", operand: X, most: 2, type: counted(F64) }, value: frequent(2) },
  {
    shape: { name: "top_frequency", operand: S, most: 9, type: counted(STRING) },
    value: frequent(9),
  },
  ...[[X, LIST_OF_X], [S, LIST_OF_S], [V, listType(LIST)]].flatMap(([operand, type]) =>
    rowLists(operand as typeof X, type as ValueType)
  ),
  { shape: { name: "count", operand: V, type: COUNT }, value: (values) => values.length },
  { shape: { name: "first", operand: V, type: LIST }, value: (values) => values[0] ?? null },
  { shape: { name: "last", operand: V, type: LIST }, value: (values) => values.at(-1) ?? null },
  {
    shape: { name: "arg_min", operand: V, second: Y, type: LIST },
    value: (values, ys) => values[ys.indexOf(Math.min(...ys))] ?? null,
  },
  {
    shape: { name: "arg_max", operand: V, second: Y, type: LIST },
    value: (values, ys) => values[ys.indexOf(Math.max(...ys))] ?? null,
  },
  {
    shape: { name: "arg_max", operand: V, second: S, type: LIST },
    value: (values, codes) => {
      const best = codes.map((code) => TEXTS[code]).toSorted(compare).at(-1);
      return values[codes.findIndex((code) => TEXTS[code] === best)] ?? null;
    },
  },
];

function rowLists(operand: typeof X, type: ValueType): ListCase[] {
  return [
    {
      shape: { name: "first_k", operand, most: 3, type },
      value: (values) => orNull(values.slice(0, 3)),
    },
    {
      shape: { name: "last_k", operand, most: 4, type },
      value: (values) => orNull(values.slice(-4)),
    },
    {
      shape: { name: "last_k", operand, most: 1, type },
      value: (values) => orNull(values.slice(-1)),
    },
    { shape: { name: "collect", operand, type }, value: orNull },
  ];
}

function listType(element: ValueType): ValueType {
  return { kind: "list", element };
}

function counted(type: ValueType): ValueType {
  return listType({
    kind: "struct",
    fields: [{ name: "value", type }, { name: "count", type: COUNT }],
  });
}

function top(most: number): ListCase["value"] {
  return (values) => orNull(values.toSorted((a, b) => compare(b, a)).slice(0, most));
}

function frequent(most: number): ListCase["value"] {
  return (values) =>
    orNull(
      countsOf(values).toSorted((a, b) => b[1] - a[1]).slice(0, most)
        .map(([value, count]) => ({ value, count })),
    );
}

function countsOf(values: readonly unknown[]): (readonly [unknown, number])[] {
  return [...new Set(values)].toSorted(compare)
    .map((value) => [value, values.filter((other) => other === value).length] as const);
}

function orNull(values: readonly unknown[]): unknown {
  return values.length === 0 ? null : values;
}

function compare(a: unknown, b: unknown): number {
  return typeof a === "string" ? compareTexts(a, String(b)) : Number(a) - Number(b);
}

/** What the case gives for the rows of a window. */
function expectedOf({ shape, value }: ListCase, rows: readonly Row[]): unknown {
  const read = (operand: CallShape["operand"], row: Row) => {
    if (operand === V) return listOf(row);
    if (operand === S) return row.s < 0 ? null : TEXTS[row.s];
    const number = operand === X ? row.x : row.y;
    return number === number ? number : null;
  };
  const counted = rows.filter((row) =>
    [shape.operand, shape.second].every((operand) => !operand || read(operand, row) !== null)
  );
  return value(
    counted.map((row) => read(shape.operand, row)),
    counted.map((row) => shape.second === S ? row.s : row.y),
  );
}

interface Variant {
  readonly name: string;
  readonly shape?: Partial<CallShape>;
  readonly ttlUs?: number;
  readonly restarts?: boolean;
}

const VARIANTS: readonly Variant[] = [
  { name: "plain" },
  { name: "where", shape: { where: Y_IS_POSITIVE } },
  { name: "excluding current", shape: { excludesCurrent: true } },
  { name: "ttl", ttlUs: 120 },
  { name: "restored from snapshots", restarts: true },
  {
    name: "where, excluding current, ttl, restored from snapshots",
    ttlUs: 90,
    restarts: true,
    shape: { where: Y_IS_POSITIVE, excludesCurrent: true },
  },
];

for (const variant of VARIANTS) {
  Deno.test(`lists agree with the windows' values: ${variant.name}`, () => {
    for (let seed = 1; seed <= 3; seed++) {
      compareRun(randomRows(new Random(seed), 150, 0), seed, variant);
    }
  });
}

Deno.test("lists per category agree with the windows' values", () => {
  const per = { category: S };
  for (const restarts of [false, true]) {
    const rows = randomRows(new Random(restarts ? 7 : 6), 150, 0);
    for (const window of WINDOWS.slice(0, 4)) {
      const calls = CASES.map(({ shape }) => {
        const type = { kind: "map", key: STRING, value: shape.type ?? F64 } as const;
        return callOf({ ...shape, type, per }, window);
      });
      const found = runLists(calls, rows, { queries: [], slice: 40, restarts });
      rows.forEach((row, i) => {
        const held = rowsIn(window, rows.slice(0, i + 1), row).filter(({ s }) => s >= 0);
        const groups = Map.groupBy(held, ({ s }) => TEXTS[s]);
        const keys = [...groups.keys()].toSorted(compare);
        CASES.forEach((entry, j) => {
          const expected = keys.map((key) => [key, expectedOf(entry, groups.get(key)!)] as const);
          const what = `${entry.shape.name} over ${JSON.stringify(window)}, row ${i}`;
          assert.deepEqual(found.rows[j]![i], keys.length === 0 ? null : new Map(expected), what);
        });
      });
    }
  }
});

Deno.test("lists agree with the windows' values while the log grows and turns over", () => {
  const rows = randomRows(new Random(4), 5_000, 0).map((row, i) => ({
    ...row,
    t: 1_000_000 + i * (i < 2_500 ? 1 : 9),
  }));
  const window = { kind: "sliding", widthUs: 1_500 } as const;
  const cases = CASES.filter(({ shape }) => shape.operand === V && shape.name !== "collect");
  const calls = cases.map(({ shape }) => callOf(shape, window));
  for (const restarts of [false, true]) {
    const found = runLists(calls, rows, { queries: [], slice: 600, restarts });
    for (let i = 0; i < rows.length; i += 61) {
      const held = rowsIn(window, rows.slice(0, i + 1), rows[i]!);
      cases.forEach((entry, j) =>
        assert.deepEqual(
          found.rows[j]![i],
          expectedOf(entry, held),
          `${entry.shape.name}, row ${i}`,
        )
      );
    }
  }
});

Deno.test("lists over tumbling windows agree with each bucket's values", () => {
  const rows = randomRows(new Random(9), 400, 0);
  const window = { kind: "tumbling", widthUs: 700, offsetUs: 0 } as const;
  const closed = closeLists(CASES.map(({ shape }) => callOf(shape, window)), rows, window);
  assert.ok(closed.length > 20);
  for (const { k, end, values } of closed) {
    const held = rows.filter((row) => row.k === k && row.t >= end - 700 && row.t < end);
    CASES.forEach((entry, j) =>
      assert.deepEqual(values[j], expectedOf(entry, held), `${entry.shape.name}, to ${end} of ${k}`)
    );
  }
});

Deno.test("histogram and top_frequency order whole numbers beyond 2^53 - 1 by size", () => {
  const operand = { kind: "column", from: -1, name: "x", type: { kind: "i64" } } as const;
  const type = { kind: "map", key: operand.type, value: COUNT } as const;
  const rows = [2 ** 53 + 2, 5, 2 ** 53].map((x, i) => ({ i, k: 1, t: i, x, y: 0, s: 0 }));
  const calls = [
    callOf({ name: "histogram", operand, type }, { kind: "ever" }),
    callOf({ name: "top_frequency", operand, most: 2, type: counted(operand.type) }, {
      kind: "ever",
    }),
  ];
  const texts = ["9007199254740999", "-9007199254740999"];
  const { rows: [maps, lists] } = runLists(calls, rows, { queries: [], slice: 3, texts });
  const [large, small] = texts.map(BigInt);
  assert.deepEqual([...(maps![2] as Map<unknown, number>).keys()], [small, 5, large]);
  assert.deepEqual(lists![2], [{ value: small, count: 1 }, { value: 5, count: 1 }]);
});

function compareRun(rows: readonly Row[], seed: number, variant: Variant): void {
  const random = new Random(seed + 100);
  const cases = WINDOWS.flatMap((window) =>
    CASES.filter(({ shape }) => shape.name !== "collect" || window.kind !== "ever")
      .map((entry) => ({
        entry,
        window,
        call: callOf({ ...entry.shape, ...variant.shape }, window),
      }))
  );
  const queries = rows.filter(() => random.chance(0.2))
    .map(({ t }) => ({ t: t + random.int(500), k: 1 + random.int(3) }))
    .toSorted((a, b) => a.t - b.t);
  const found = runLists(cases.map(({ call }) => call), rows, {
    queries,
    slice: variant.restarts ? 40 : random.pick([1, 13, 1000]),
    restarts: variant.restarts ?? false,
    ttlUs: variant.ttlUs,
  });
  cases.forEach(({ entry, window, call }, j) => {
    const check = (actual: unknown, seen: readonly Row[], query: Query & { i?: number }) => {
      const remembered = variant.ttlUs === undefined ? seen : since(seen, query, variant.ttlUs);
      if (remembered.length === 0 && variant.ttlUs !== undefined && actual === null) return;
      const held = rowsIn(window, remembered, query)
        .filter(({ y, i }) =>
          !(call.where && !(y > 0)) && !(call.excludesCurrent && i === query.i)
        );
      assert.deepEqual(
        actual,
        expectedOf(entry, held),
        `${call.name} over ${JSON.stringify(window)}, seed ${seed}, ${JSON.stringify(query)}`,
      );
    };
    rows.forEach((row, i) => check(found.rows[j]![i], rows.slice(0, i + 1), row));
    queries.forEach((query, i) =>
      check(found.answers[j]![i], rows.filter(({ t }) => t <= query.t), query)
    );
  });
}

/** The key's rows since it was last forgotten, at a row or query. */
function since(seen: readonly Row[], { k, t }: Query, ttlUs: number): readonly Row[] {
  const own = seen.filter((row) => row.k === k);
  const last = own.findLastIndex((row, i) => row.t < (own[i + 1]?.t ?? t) - ttlUs);
  return own.slice(last + 1);
}
