/** One differential case as plain data: what to compile, which rows arrive, which set is asked for. */
import { type Cells, textOf } from "../oracle/value.ts";
import type { TestPlugin } from "./test_plugin.ts";

export interface CaseFeature {
  readonly name: string;
  /** `plugin.name` of a feature or source. */
  readonly definition: string;
  readonly params?: Readonly<Record<string, string | number>>;
  /** Formal inputs, bound to a column of an earlier feature of the case. */
  readonly bindings?: Readonly<
    Record<string, { readonly feature: number; readonly column: string }>
  >;
  readonly pins?: Readonly<Record<string, string | number>>;
  readonly keys?: Readonly<Record<string, string>>;
  /** Columns whose numbers may differ from those computed anew, and how much. */
  readonly close?: Readonly<Record<string, Closeness>>;
}

/** By rounding; by rounding of higher moments; by the error that an approximate count or quantile states. */
export type Closeness = "close" | "rough" | "counted" | "approximate";

/** An index into the case's features, or `plugin.name` of a source. */
export type CaseStream = number | string;

export type CaseSpine =
  | { readonly kind: "grid"; readonly everyUs: number; readonly keysOf: CaseStream }
  | { readonly kind: "rows"; readonly of: CaseStream }
  | {
    readonly kind: "table";
    readonly columns: readonly { readonly name: string; readonly type: TableType }[];
    readonly rows: readonly Cells[];
    readonly time: string;
  };

export type TableType = "string" | "i64" | "f64" | "timestamp" | "bool";

export interface CaseSource {
  readonly definition: string;
  /** Rows in order of arrival, one list for each `data_sources` entry. */
  readonly entries: readonly (readonly Cells[])[];
}

export interface Case {
  readonly seed: number;
  readonly plugins: readonly TestPlugin[];
  readonly sources: readonly CaseSource[];
  readonly features: readonly CaseFeature[];
  readonly label?: {
    readonly feature: number;
    readonly lookaheadUs: number;
    readonly only: boolean;
  };
  readonly spine: CaseSpine;
  readonly startUs: number;
  readonly endUs: number;
  readonly partitions: number;
  readonly batchRows: number;
}

/** The case as a person reads it. */
export function printCase(testCase: Case): string {
  const { plugins, sources, features, label, spine, startUs, endUs, partitions, batchRows } =
    testCase;
  return [
    ...plugins.map(({ name, body }) => `plugin("${name}")\`${body}\``),
    ...features.map((feature, i) => `feature ${i}: ${JSON.stringify(feature)}`),
    `label: ${JSON.stringify(label ?? null)}`,
    `spine: ${JSON.stringify(spine)} in [${startUs}, ${endUs})`,
    `${partitions} partitions, batches of ${batchRows}`,
    ...sources.flatMap(({ definition, entries }) =>
      entries.flatMap((rows, i) => [
        `${definition}, entry ${i}:`,
        ...rows.map((row, number) => `  ${number + 1} ${textOf(row)}`),
      ])
    ),
  ].join("\n");
}
