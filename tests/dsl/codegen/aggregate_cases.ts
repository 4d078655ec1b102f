/** Every aggregate with a scalar value, with its definition by two passes. */
import * as plain from "./aggregate_values.ts";
import type { Values } from "./aggregate_values.ts";
import { type CallShape, column, type Row, STRING } from "./run_aggregates.ts";

export interface AggregateCase {
  readonly shape: CallShape;
  value(values: Values): number;
  /** Largest error, in units of the values' size. */
  readonly error?: number;
}

const [X, Y, S] = [column("x"), column("y"), column("s")];

export const CASES: readonly AggregateCase[] = [
  { shape: { name: "count", operand: X }, value: ({ x }) => x.length },
  { shape: { name: "count_distinct", operand: X }, value: plain.distinctOf },
  { shape: { name: "sum", operand: X }, value: plain.sumOf, error: 1e-12 },
  { shape: { name: "var", operand: X }, value: plain.variance, error: 1e-9 },
  { shape: { name: "median", operand: X }, value: plain.median },
  {
    shape: { name: "approx_quantile", operand: X, quantile: 0.3 },
    value: ({ x }) => x.toSorted((a, b) => a - b)[Math.floor(0.3 * (x.length - 1))] ?? NaN,
    error: 0.01,
  },
  { shape: { name: "covar", operand: X, second: Y }, value: plain.covariance, error: 1e-9 },
  { shape: { name: "corr", operand: X, second: Y }, value: plain.correlation, error: 1e-9 },
  { shape: { name: "skew", operand: X }, value: plain.skewness, error: 1e-7 },
  { shape: { name: "kurtosis", operand: X }, value: plain.kurtosis, error: 1e-6 },
  { shape: { name: "slope", operand: X }, value: plain.slope, error: 1e-3 },
  {
    shape: { name: "ewma", operand: X, halfLifeUs: 300 },
    value: (v) => plain.ewma(300, v),
    error: 1e-9,
  },
  {
    shape: { name: "ewma", operand: X, halfLifeUs: 1 },
    value: (v) => plain.ewma(1, v),
    error: 1e-9,
  },
  {
    shape: { name: "decayed_sum", operand: X, halfLifeUs: 300 },
    value: (v) => plain.decayedSum(300, v),
    error: 1e-8,
  },
  { shape: { name: "delta", operand: X }, value: ({ x }) => x.at(-1)! - x[0]! },
  { shape: { name: "entropy", operand: X }, value: plain.entropy, error: 1e-12 },
  { shape: { name: "top1_ratio", operand: X }, value: plain.modeShare },
  { shape: { name: "entropy", operand: S }, value: plain.entropy, error: 1e-12 },
  { shape: { name: "drawdown", operand: X }, value: plain.drawdown },
  { shape: { name: "approx_distinct", operand: X }, value: plain.distinctOf, error: 0.25 },
  { shape: { name: "approx_distinct", operand: S }, value: plain.distinctOf, error: 0.25 },
  {
    shape: { name: "arg_min", operand: X, second: Y },
    value: (v) => plain.argument((a, b) => a - b, v),
  },
  {
    shape: { name: "arg_max", operand: X, second: Y },
    value: (v) => plain.argument((a, b) => b - a, v),
  },
  {
    shape: { name: "arg_max", operand: X, second: S },
    value: (v) => plain.argument((a, b) => plain.byBytes(b, a), v),
  },
  {
    shape: { name: "arg_min", operand: S, second: S, type: STRING },
    value: (v) => plain.argument(plain.byBytes, v),
  },
  {
    shape: { name: "min", operand: S, type: STRING },
    value: ({ x }) => x.toSorted(plain.byBytes)[0] ?? NaN,
  },
  {
    shape: { name: "max", operand: S, type: STRING },
    value: ({ x }) => x.toSorted(plain.byBytes).at(-1) ?? NaN,
  },
  { shape: { name: "min", operand: X }, value: ({ x }) => x.toSorted((a, b) => a - b)[0] ?? NaN },
  { shape: { name: "first", operand: S, type: STRING }, value: ({ x }) => x[0] ?? NaN },
  { shape: { name: "last", operand: X }, value: ({ x }) => x.at(-1) ?? NaN },
];

/** Operands of the rows that count: those where none is null. */
export function valuesOf(shape: CallShape, rows: readonly Row[], q: number): Values {
  const read = (operand: CallShape["operand"], row: Row) =>
    operand === X ? row.x : operand === Y ? row.y : operand === S ? row.s : 0;
  const present = (value: number) => value === value && value !== -1;
  const counted = rows.filter((row) =>
    [shape.operand, shape.second].every((operand) =>
      operand !== S ? !Number.isNaN(read(operand, row)) : present(row.s)
    )
  );
  return {
    x: counted.map((row) => read(shape.operand, row)),
    y: counted.map((row) => read(shape.second, row)),
    t: counted.map(({ t }) => t),
    q,
  };
}
