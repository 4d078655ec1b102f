/** `featurizer plot`: columns over time. */
import { basename, extname, join } from "node:path";
import { type Column, isNested } from "../../../dsl/mod.ts";
import { chartSvg } from "../chart_svg.ts";
import { chartLines } from "../chart_text.ts";
import type { Command, Invocation } from "../command_spec.ts";
import type { Dataset } from "../dataset.ts";
import { printJson } from "../json_text.ts";
import { openDataset } from "../open_dataset.ts";
import { type ChartSelection, readChart } from "../read_chart.ts";
import { replaceFile } from "../replace_file.ts";
import { readSelection, SELECTION_OPTIONS } from "../selection_options.ts";
import { STORE_OPTION } from "../store_option.ts";
import { printLine } from "../terminal.ts";

export const PLOT: Command = {
  name: "plot",
  usage: "<file | series> [columns] [options]",
  details:
    `Draws numeric columns over time: a picture in the terminal and an SVG file that suits light and
dark pages. Columns are separated by commas; without them the first numeric ones are drawn.
Where rows belong to several keys, choose one with --where; else the key of the first row is drawn.`,
  options: {
    ...SELECTION_OPTIONS,
    title: { type: "string", value: "TEXT", tells: "title; default the file and the chosen key" },
    svg: { type: "string", value: "PATH", tells: "the SVG file; default out/<name>.svg" },
    "no-svg": { type: "boolean", tells: "draw in the terminal only" },
    store: STORE_OPTION,
  },
  examples: [
    {
      line: "featurizer plot out/grid.arrow delay_1h.mean,delay_3h.mean --where airport=ORD",
      tells: "two features at one airport",
    },
    { line: "featurizer plot hourly mean --where airport=ORD", tells: "a stored series" },
  ],
  run: async (invocation) => {
    const name = invocation.required(0, "a file or series");
    await using dataset = await openDataset(invocation, name);
    const title = invocation.text("title");
    await drawPlot(invocation, dataset, {
      ...readSelection(invocation),
      columns: invocation.positionals[1]?.split(",") ?? firstNumbers(dataset),
      ...(title !== undefined && { title }),
      svg: invocation.flag("no-svg") ? undefined : invocation.text("svg") ?? defaultSvg(name),
    });
  },
};

const FIRST_COLUMNS = 3;

export interface PlotOptions extends ChartSelection {
  /** Path of the SVG file, if one is wanted. */
  readonly svg: string | undefined;
}

/** Prints the plot and writes its file. */
export async function drawPlot(
  invocation: Invocation,
  dataset: Dataset,
  { svg, ...selection }: PlotOptions,
): Promise<void> {
  const chart = await readChart(dataset, selection);
  if (svg !== undefined) await replaceFile(svg, chartSvg(chart));
  const { out } = invocation.terminal;
  if (invocation.json) {
    const series = chart.series.map(({ name, timesUs }) => ({ name, points: timesUs.length }));
    return printJson(out, { title: chart.title, series, svg });
  }
  for (const line of chartLines(out, chart)) printLine(out, line);
  if (svg !== undefined) printLine(out, `\nplot     ${svg}`);
}

/** Where the picture of a dataset goes if nobody says: `out/<name>.svg`. */
export function defaultSvg(name: string): string {
  return join("out", `${basename(name, extname(name))}.svg`);
}

function firstNumbers({ columns }: Dataset): string[] {
  return columns.filter(isPlottable).slice(0, FIRST_COLUMNS).map(({ name }) => name);
}

function isPlottable({ type }: Column): boolean {
  return !isNested(type) && !["string", "enum", "timestamp"].includes(type.kind);
}
