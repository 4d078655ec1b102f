/** `featurizer verify`: live rows against the offline road over the log. */
import type { Column } from "../../../dsl/mod.ts";
import type { SymbolTable } from "../../arrow/mod.ts";
import {
  type RowDifference,
  type ServedDifference,
  verifyLive,
  type VerifyReport,
} from "../../live/mod.ts";
import { loadConfig } from "../../set/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { EXIT } from "../exit_code.ts";
import { printJson } from "../json_text.ts";
import { cellReader } from "../row_text.ts";
import { requireStoreFile, STORE_OPTION } from "../store_option.ts";
import { printTable, type TableColumn } from "../table_text.ts";
import { printLine, type TextStream } from "../terminal.ts";
import { pluralText, timeText } from "../value_text.ts";

interface Shown {
  readonly series: string;
  readonly difference: RowDifference;
}

const DEFAULT_LIMIT = 20;

export const VERIFY: Command = {
  name: "verify",
  usage: "<config.yaml> [options]",
  details:
    `Reads the log of a live system again from its start, computes every feature by the road that
\`run\` takes, and compares with the rows that the system stored, bit by bit, up to its newest
checkpoint. Where the config has a serving_log, the answers noted there are computed again too.
Nobody may serve from the store meanwhile. Exits with 1 if anything differs.`,
  options: {
    store: STORE_OPTION,
    limit: { type: "string", value: "N", tells: `show N differences; default ${DEFAULT_LIMIT}` },
  },
  examples: [
    { line: "featurizer verify live.yaml", tells: "compare all that is stored" },
    { line: "featurizer verify live.yaml --json | jq .series", tells: "for a script" },
  ],
  run: async (invocation) => {
    const config = await loadConfig(invocation.required(0, "the config"), { purpose: "serve" });
    await requireStoreFile(invocation);
    const limit = invocation.count("limit") ?? DEFAULT_LIMIT;
    const shown: Shown[] = [];
    const served: ServedDifference[] = [];
    const store = invocation.text("store");
    const report = await verifyLive({
      config,
      launcher: invocation.launcher,
      signal: invocation.signal,
      ...(store === undefined ? {} : { store }),
      onDifference: (series, difference) => {
        if (shown.length < limit) shown.push({ series, difference });
      },
      onServedDifference: (difference) => {
        if (served.length < limit) served.push(difference);
      },
    });
    const outcome = outcomeOf(report);
    print(invocation, report, { outcome, shown, served });
    return outcome.isEqual ? EXIT.ok : EXIT.user;
  },
};

interface Outcome {
  readonly rows: number;
  readonly values: number;
  readonly differing: number;
  readonly isEqual: boolean;
}

function outcomeOf({ series, served }: VerifyReport): Outcome {
  const all = [...series, ...served];
  const differing = all.reduce((sum, { differing }) => sum + differing, 0);
  return {
    rows: series.reduce((sum, { rows }) => sum + rows, 0),
    values: served.reduce((sum, { values }) => sum + values, 0),
    differing,
    isEqual: differing === 0,
  };
}

function print(
  { json, terminal: { out } }: Invocation,
  { series, served, empty, symbols }: VerifyReport,
  differences: {
    readonly outcome: Outcome;
    readonly shown: readonly Shown[];
    readonly served: readonly ServedDifference[];
  },
): void {
  const { isEqual, rows, values, differing } = differences.outcome;
  const ofRows = differences.shown.map((each) => recordOf(each, symbols));
  const ofServed = differences.served.map(servedRecordOf);
  if (json) {
    return printJson(out, {
      ok: isEqual,
      series,
      served,
      empty,
      differences: ofRows,
      served_differences: ofServed,
    });
  }
  printTable(
    out,
    SERIES_COLUMNS,
    series.map(({ name, pipeline, rows, differing }) => [
      name,
      pipeline,
      String(rows),
      String(differing),
    ]),
    "Nothing is stored yet.",
  );
  printDifferences(out, ROW_COLUMNS, ofRows.map(textsOf));
  printDifferences(out, SERVED_COLUMNS, ofServed.map(textsOf));
  const all = `${pluralText(rows, "row")}${values > 0 ? ` and ${values} served values` : ""}`;
  printLine(out, isEqual ? `${all} equal to the bit` : `${differing} of ${all} differ`);
}

function printDifferences(
  out: TextStream,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): void {
  if (rows.length === 0) return;
  printLine(out, "");
  printTable(out, columns, rows, "");
}

const SERIES_COLUMNS: readonly TableColumn[] = [
  { title: "series", align: "left" },
  { title: "pipeline", align: "left" },
  { title: "rows", align: "right" },
  { title: "differing", align: "right" },
];

const ROW_COLUMNS: readonly TableColumn[] = [
  { title: "series", align: "left" },
  { title: "row", align: "right" },
  { title: "time (UTC)", align: "left" },
  { title: "column", align: "left" },
  { title: "stored", align: "right" },
  { title: "computed", align: "right" },
];

const SERVED_COLUMNS: readonly TableColumn[] = [
  { title: "feature", align: "left" },
  { title: "entity", align: "left", gives: true },
  { title: "at (UTC)", align: "left" },
  { title: "served", align: "left", gives: true },
  { title: "computed", align: "left", gives: true },
];

function textsOf(record: Readonly<Record<string, unknown>>): string[] {
  return Object.values(record).map(String);
}

function servedRecordOf({ served, computed }: ServedDifference) {
  const { feature, entity, atUs, answer } = served;
  return { feature, entity, at: timeText(atUs), served: answer, computed };
}

function recordOf({ series, difference }: Shown, symbols: SymbolTable) {
  const { row, timeUs, column, stored, computed } = difference;
  return {
    series,
    row,
    time: timeText(timeUs),
    column: column?.name ?? "(the row)",
    stored: cellOf(column, stored, symbols),
    computed: cellOf(column, computed, symbols),
  };
}

function cellOf(
  column: Column | undefined,
  cell: RowDifference["stored"],
  symbols: SymbolTable,
) {
  if (!cell) return "none";
  return column ? cellReader(column, symbols)(cell.column, cell.at) : "a row";
}
