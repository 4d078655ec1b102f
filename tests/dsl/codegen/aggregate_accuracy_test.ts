/** Moments over long streams far from zero that wander: errors do not grow, and stay small beside the data's spread. */
import assert from "node:assert/strict";
import type { Window } from "../../../dsl/typed_ast.ts";
import { Random } from "../../support/random.ts";
import { correlation, covariance, ewma, kurtosis, skewness, slope } from "./aggregate_values.ts";
import { callOf, column, type Row, rowsIn, runCalls } from "./run_aggregates.ts";

const ROWS = 20_000;
const [X, Y] = [column("x"), column("y")];

const WINDOWS: readonly Window[] = [
  { kind: "sliding", widthUs: 20_000 },
  { kind: "last", rows: 300 },
  { kind: "ever" },
];

const CASES = [
  { shape: { name: "covar", operand: X, second: Y }, value: covariance, isRelative: true },
  { shape: { name: "corr", operand: X, second: Y }, value: correlation },
  { shape: { name: "skew", operand: X }, value: skewness },
  { shape: { name: "kurtosis", operand: X }, value: kurtosis },
  { shape: { name: "slope", operand: X }, value: slope, isRelative: true },
  {
    shape: { name: "ewma", operand: X, halfLifeUs: 5_000 },
    value: (values: Parameters<typeof slope>[0]) => ewma(5_000, values),
    isRelative: true,
  },
] as const;

for (const tiledFromUs of [undefined, 1]) {
  const how = tiledFromUs ? "tiles" : "rings";
  Deno.test(`moments stay within 1e-9 of two passes, however long the stream and far the values: ${how}`, () => {
    assertAccurate(tiledFromUs ? { tiledFromUs } : {});
  });
}

function assertAccurate(options: { readonly tiledFromUs?: number }): void {
  const random = new Random(5);
  let [t, level] = [1_700_000_000_000_000, 1e6];
  const rows = Array.from({ length: ROWS }, (_, i): Row => {
    t += random.int(100);
    level += random.between(-100, 100) / 1000;
    const noise = random.between(-1000, 1000) / 700;
    return { i, k: 1, t, x: level + noise, y: noise * 3 + random.between(-9, 9), s: 0 };
  });
  const cases = WINDOWS.flatMap((window) =>
    CASES.map((entry) => ({ ...entry, window, call: callOf(entry.shape, window) }))
  );
  const outcome = runCalls(cases.map(({ call }) => call), rows, {
    queries: [],
    slice: 1_000,
    ...options,
  });
  for (let i = 999; i < ROWS; i += 1_711) {
    for (const [j, { shape, window, value, ...rest }] of cases.entries()) {
      const held = rowsIn(window, rows.slice(0, i + 1), rows[i]!);
      const expected = value({
        x: held.map(({ x }) => x),
        y: held.map(({ y }) => y),
        t: held.map(({ t }) => t),
        q: rows[i]!.t,
      });
      const actual = outcome.rows[j]![i]!;
      const scale = "isRelative" in rest ? Math.max(1, Math.abs(expected)) : 1;
      assert.ok(
        Math.abs(actual - expected) <= 1e-9 * scale,
        `${shape.name} over ${window.kind}, row ${i}: ${actual}, expected ${expected}`,
      );
    }
  }
}
