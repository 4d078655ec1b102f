/** What a series of the store is. */
import type { SeriesDescription } from "../store/mod.ts";
import type { Invocation } from "./command_spec.ts";
import { printJson } from "./json_text.ts";
import { requireSeries } from "./series_dataset.ts";
import { openExistingStore } from "./store_option.ts";
import { paint } from "./style.ts";
import { printTable } from "./table_text.ts";
import { printLine, type TextStream } from "./terminal.ts";
import { bytesText, countText, numberText, pluralText, timeText } from "./value_text.ts";

/** Prints schema, docs, attributes, lineage and statistics of a stored series. */
export async function describeSeries(invocation: Invocation, name: string): Promise<void> {
  await using store = await openExistingStore(invocation);
  const description = await requireSeries(store, name);
  const { out } = invocation.terminal;
  if (invocation.json) return printJson(out, description);
  printSeries(out, description);
}

function printSeries(out: TextStream, { series, statistics }: SeriesDescription): void {
  const { name, kind, doc, plugin, rows, blocks, bytes, startUs, endUs } = series;
  printLine(
    out,
    `${paint(out, "bold", name)} (${kind}${plugin === undefined ? "" : ` of ${plugin}`})`,
  );
  if (doc !== undefined) printLine(out, doc);
  printLine(out);
  const range = startUs === undefined || endUs === undefined
    ? "no rows"
    : `${timeText(startUs)} to ${timeText(endUs)} UTC`;
  const attributes = Object.entries(series.attributes).map(([key, value]) => `${key}=${value}`);
  const facts = [
    ["rows", `${countText(rows)} in ${pluralText(blocks, "block")}, ${bytesText(bytes)}`],
    ["time", range],
    ["attributes", attributes.join(", ")],
    ["tags", series.tags.join(", ")],
    ["lineage", JSON.stringify(series.lineage)],
    ["stored", `${timeText(Math.floor(series.completedUs / 1e6) * 1e6)} UTC`],
  ].filter(([, value]) => value !== "");
  for (const [label = "", value = ""] of facts) {
    printLine(out, `${paint(out, "dim", label.padEnd(10))} ${value}`);
  }
  printLine(out);
  printTable(out, COLUMNS, columnRows(series, statistics), "No columns.");
}

const COLUMNS = [
  { title: "column", align: "left" },
  { title: "type", align: "left" },
  { title: "role", align: "left" },
  { title: "nulls", align: "right" },
  { title: "min", align: "right" },
  { title: "max", align: "right" },
  { title: "about", align: "left", gives: true },
] as const;

function columnRows(
  { schema }: SeriesDescription["series"],
  statistics: SeriesDescription["statistics"],
): string[][] {
  return schema.map(({ name, type, role, doc = "" }) => {
    const { nulls, min, max } = statistics[name] ?? {};
    const value = (value: number | string | undefined) =>
      typeof value !== "number"
        ? value ?? ""
        : type === "timestamp"
        ? timeText(value)
        : numberText(value);
    return [
      name,
      type,
      role,
      nulls === undefined ? "" : countText(nulls),
      value(min),
      value(max),
      doc,
    ];
  });
}
