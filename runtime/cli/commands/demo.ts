/** `featurizer demo`: the flights example, from the file to a table and a plot. */
import { fileURLToPath } from "node:url";
import { relative } from "node:path";
import type { Command, Invocation } from "../command_spec.ts";
import { openFileDataset } from "../file_dataset.ts";
import { printJson } from "../json_text.ts";
import { printRows } from "../output_options.ts";
import { pathText } from "../path_text.ts";
import { PROGRAM } from "../program_name.ts";
import { selectRows } from "../select_rows.ts";
import { paint } from "../style.ts";
import { printLine } from "../terminal.ts";
import { defaultSvg, drawPlot } from "./plot.ts";
import { buildSet, printReport, RUN } from "./run.ts";

const CONFIG = new URL("../../../examples/flights/grid.yaml", import.meta.url);
const HEAD_ROWS = 5;
const PLOTTED = ["delay_1h.mean", "delay_3h.mean", "label.next_hour.mean_delay"];
const AIRPORT = "ORD";

export const DEMO: Command = {
  name: "demo",
  usage: "[options]",
  details:
    `Runs examples/flights/grid.yaml: from 3,000,000 flights of 2001 to what every airport knew about its
delays at every tenth minute of a week, with the mean delay of the hour to come as label.
Shows the head of the set, where it is, and a plot of one airport.`,
  options: { ...RUN.options },
  examples: [
    { line: "featurizer demo", tells: "run it" },
    {
      line: "featurizer run examples/flights/departures.yaml",
      tells: "the second set: a row for each departure of half a year",
    },
  ],
  run: async (invocation) => {
    const config = relative(Deno.cwd(), fileURLToPath(CONFIG));
    const report = await buildSet(invocation, config);
    if (invocation.json) return printJson(invocation.terminal.out, report);
    await printReport(invocation, report);
    await showHead(invocation, report.path);
    await showPlot(invocation, report.path);
    showNext(invocation, pathText(report.path));
  },
};

async function showHead({ terminal: { out } }: Invocation, path: string): Promise<void> {
  await using dataset = await openFileDataset(path);
  const rows = selectRows(dataset, {
    where: [{ column: "airport", value: AIRPORT }],
    limit: HEAD_ROWS,
  });
  printLine(out, `\n${paint(out, "bold", `The first rows of ${AIRPORT}`)}`);
  await printRows(out, { ...rows, symbols: dataset.symbols }, "table");
}

async function showPlot(invocation: Invocation, path: string): Promise<void> {
  await using dataset = await openFileDataset(path);
  printLine(invocation.terminal.out);
  await drawPlot(invocation, dataset, {
    columns: PLOTTED,
    where: [{ column: "airport", value: AIRPORT }],
    title: `Mean arrival delay at ${AIRPORT}, minutes`,
    svg: defaultSvg(path),
  });
}

function showNext({ terminal: { out } }: Invocation, path: string): void {
  const lines = [
    "",
    paint(out, "bold", "Next"),
    "  examples/flights/README.md explains what is in it, and why nothing in it knows the future",
    `  ${PROGRAM} run examples/flights/departures.yaml   a row for each departure`,
    `  ${PROGRAM} get-data ${path} --where airport=LAX --every-n 6`,
    `  ${PROGRAM} explain examples/flights/flights.ts swing`,
  ];
  for (const line of lines) printLine(out, line);
}
