/** What a run of a case gives, and where two runs differ. */
import { type Cells, isList, isMap, isStruct, textOf, type Value } from "../oracle/value.ts";

export interface SourceCounts {
  readonly late: number;
  readonly malformed: number;
  readonly duplicates: number;
}

export type Outcome =
  | {
    readonly kind: "set";
    readonly rows: readonly Cells[];
    readonly droppedPastLabels: number;
    readonly labelNulls: number;
    /** Rows of single features by index, in their range. */
    readonly featureRows: ReadonlyMap<number, readonly Cells[]>;
    /** By `plugin.name` of each source that is read to its end. */
    readonly counts: ReadonlyMap<string, SourceCounts>;
  }
  /** A row error stopped the run. */
  | { readonly kind: "failed"; readonly message: string };

/** Rows with a null in a column of the label. */
export function labelNullsOf(rows: readonly Cells[]): number {
  return rows.filter((row) =>
    Object.entries(row).some(([name, value]) => name.startsWith("label.") && value === null)
  ).length;
}

/** How far a number may be from the expected one. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

export const EXACT: Tolerance = { relative: 0, absolute: 0 };

export interface Comparison {
  /** Of a column, as `feature.column`. */
  toleranceOf(column: string): Tolerance;
}

/** The first difference in words, or undefined. */
export function differenceBetween(
  expected: Outcome,
  actual: Outcome,
  comparison: Comparison,
): string | undefined {
  if (expected.kind === "failed" || actual.kind === "failed") {
    if (expected.kind === actual.kind) return undefined;
    return `expected ${describe(expected)}, got ${describe(actual)}`;
  }
  const inRows = [...expected.featureRows].map(([index, rows]) =>
    rowsDifference(rows, actual.featureRows.get(index) ?? [], {
      what: `row of feature ${index}`,
      toleranceOf: (column) => comparison.toleranceOf(`f${index}.${column}`),
    })
  ).find((difference) => difference !== undefined);
  return inRows ??
    rowsDifference(expected.rows, actual.rows, {
      what: "set row",
      toleranceOf: (column) => comparison.toleranceOf(column.replace(/^label\./, "")),
    }) ??
    countsDifference(expected, actual);
}

function describe(outcome: Outcome): string {
  return outcome.kind === "failed"
    ? `the failure "${outcome.message}"`
    : `${outcome.rows.length} set rows`;
}

function rowsDifference(
  expected: readonly Cells[],
  actual: readonly Cells[],
  options: { readonly what: string; toleranceOf(column: string): Tolerance },
): string | undefined {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    const [left, right] = [expected[i], actual[i]];
    if (left === undefined || right === undefined) {
      return `${options.what} ${i}: expected ${showRow(left)}, got ${showRow(right)}`;
    }
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    const column = names.find((name) => !agree(left[name], right[name], options.toleranceOf(name)));
    if (column !== undefined) {
      return `${options.what} ${i}, ${column}: expected ${show(left[column])}, got ${
        show(right[column])
      }\n` +
        `  expected ${showRow(left)}\n  got      ${showRow(right)}`;
    }
  }
  return undefined;
}

function show(value: Value | undefined): string {
  return value === undefined ? "no such column" : textOf(value);
}

function showRow(cells: Cells | undefined): string {
  return cells === undefined ? "no row" : textOf(cells);
}

/** Equal, or numbers in equal places that are near each other where the tolerance allows. */
export function agree(
  expected: Value | undefined,
  actual: Value | undefined,
  tolerance: Tolerance,
): boolean {
  if (typeof expected === "number" && typeof actual === "number") {
    return isNear(expected, actual, tolerance);
  }
  if (expected === undefined || actual === undefined) return expected === actual;
  const [left, right] = [partsOf(expected), partsOf(actual)];
  if (left === undefined || right === undefined) return textOf(expected) === textOf(actual);
  return left.length === right.length && isMap(expected) === isMap(actual) &&
    left.every((part, i) => agree(part, right[i], tolerance));
}

function isNear(expected: number, actual: number, { relative, absolute }: Tolerance): boolean {
  if (relative === 0 && absolute === 0) return Object.is(expected, actual);
  const size = Math.max(Math.abs(expected), Math.abs(actual));
  return Math.abs(expected - actual) <= absolute + relative * size;
}

function partsOf(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value;
  if (isMap(value)) return [...value].flat();
  return isStruct(value) ? Object.entries(value).flat() : undefined;
}

function countsDifference(
  expected: Extract<Outcome, { kind: "set" }>,
  actual: Extract<Outcome, { kind: "set" }>,
): string | undefined {
  for (const name of ["droppedPastLabels", "labelNulls"] as const) {
    if (expected[name] !== actual[name]) {
      return `${name}: expected ${expected[name]}, got ${actual[name]}`;
    }
  }
  for (const [source, counts] of expected.counts) {
    const other = actual.counts.get(source);
    if (JSON.stringify(counts) !== JSON.stringify(other)) {
      return `${source}: expected ${JSON.stringify(counts)}, got ${JSON.stringify(other)}`;
    }
  }
  return undefined;
}
