/** A hand-worked case: everything as text, the whole set as expected. */
import type { Cells } from "../oracle/value.ts";
import type { Case, CaseFeature, CaseSpine } from "./case.ts";
import type { SourceCounts } from "./outcome.ts";
import { rowsFrom } from "./rows_text.ts";

export interface Golden {
  readonly name: string;
  /** The template of plugin `p`. */
  readonly plugin: string;
  /** Rows by source; a list has one text for each entry. */
  readonly rows: Readonly<Record<string, string | readonly string[]>>;
  /** Definitions in plugin `p`, with what else a set says of them. */
  readonly features: readonly (string | Partial<CaseFeature> & { readonly definition: string })[];
  readonly label?: {
    readonly feature: number;
    readonly lookahead: number;
    readonly only?: boolean;
  };
  readonly spine: CaseSpine;
  /** Seconds. */
  readonly range: readonly [number, number];
  /** The set's rows; a column the text leaves out is not compared. */
  readonly expected: string;
  readonly droppedPastLabels?: number;
  readonly labelNulls?: number;
  readonly counts?: Readonly<Record<string, SourceCounts>>;
  readonly batchRows?: number;
}

export function caseOf(golden: Golden): Case {
  const { label, range } = golden;
  return {
    seed: 0,
    plugins: [{ name: "p", body: golden.plugin }],
    sources: Object.entries(golden.rows).map(([name, texts]) => ({
      definition: `p.${name}`,
      entries: [texts].flat().map(rowsFrom),
    })),
    features: golden.features.map((feature, i) => {
      const more = typeof feature === "string" ? { definition: feature } : feature;
      return { name: `f${i}`, ...more, definition: `p.${more.definition}` };
    }),
    spine: golden.spine,
    startUs: range[0] * 1_000_000,
    endUs: range[1] * 1_000_000,
    partitions: 2,
    batchRows: golden.batchRows ?? 1000,
    ...(label === undefined ? {} : {
      label: {
        feature: label.feature,
        lookaheadUs: label.lookahead * 1_000_000,
        only: label.only ?? false,
      },
    }),
  };
}

/** The columns of `rows` that the expected ones name. */
export function comparable(rows: readonly Cells[], expected: readonly Cells[]): readonly Cells[] {
  const names = Object.keys(expected[0] ?? {});
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
}

export function grid(everySeconds: number, keysOf: number | string = 0): CaseSpine {
  return { kind: "grid", everyUs: everySeconds * 1_000_000, keysOf };
}
