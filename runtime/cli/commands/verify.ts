/** `featurizer verify`: live rows against the offline road over the log. */
import type { Column } from "../../../dsl/mod.ts";
import type { SymbolTable } from "../../arrow/mod.ts";
import { type RowDifference, verifyLive, type VerifyReport } from "../../live/mod.ts";
import { loadConfig } from "../../set/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { EXIT } from "../exit_code.ts";
import { printJson } from "../json_text.ts";
import { cellReader } from "../row_text.ts";
import { requireStoreFile, STORE_OPTION } from "../store_option.ts";
import { printTable } from "../table_text.ts";
import { printLine } from "../terminal.ts";
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
checkpoint. Nobody may serve from the store meanwhile. Exits with 1 if a row differs.`,
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
    const store = invocation.text("store");
    const report = await verifyLive({
      config,
      launcher: invocation.launcher,
      signal: invocation.signal,
      ...(store === undefined ? {} : { store }),
      onDifference: (series, difference) => {
        if (shown.length < limit) shown.push({ series, difference });
      },
    });
    const differing = report.series.reduce((sum, { differing }) => sum + differing, 0);
    print(invocation, report, shown);
    return differing === 0 ? EXIT.ok : EXIT.user;
  },
};

function print({ json, terminal }: Invocation, report: VerifyReport, shown: readonly Shown[]) {
  const { out } = terminal;
  const { series, empty, symbols } = report;
  const rows = series.reduce((sum, { rows }) => sum + rows, 0);
  const differing = series.reduce((sum, { differing }) => sum + differing, 0);
  const differences = shown.map((each) => recordOf(each, symbols));
  if (json) return printJson(out, { ok: differing === 0, series, empty, differences });
  printTable(
    out,
    [
      { title: "series", align: "left" },
      { title: "pipeline", align: "left" },
      { title: "rows", align: "right" },
      { title: "differing", align: "right" },
    ],
    series.map(({ name, pipeline, rows, differing }) => [
      name,
      pipeline,
      String(rows),
      String(differing),
    ]),
    "Nothing is stored yet.",
  );
  if (differences.length > 0) {
    printLine(out, "");
    printTable(
      out,
      [
        { title: "series", align: "left" },
        { title: "row", align: "right" },
        { title: "time (UTC)", align: "left" },
        { title: "column", align: "left" },
        { title: "stored", align: "right" },
        { title: "computed", align: "right" },
      ],
      differences.map(({ series, row, time, column, stored, computed }) => [
        series,
        String(row),
        time,
        column,
        String(stored),
        String(computed),
      ]),
      "",
    );
  }
  const verdict = differing === 0
    ? `${pluralText(rows, "row")} equal to the bit`
    : `${pluralText(differing, "row")} of ${rows} differ`;
  printLine(out, verdict);
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
