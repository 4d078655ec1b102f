/** `featurizer run`: a config becomes a set. */
import { type RunOptions, runSet, type SetReport } from "../../set/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { printJson } from "../json_text.ts";
import { pathText } from "../path_text.ts";
import { ProgressReporter } from "../progress_text.ts";
import { PROGRAM } from "../program_name.ts";
import { reportLines } from "../report_text.ts";
import { printLine } from "../terminal.ts";

export const RUN: Command = {
  name: "run",
  usage: "<config.yaml> [options]",
  details:
    `Reads the sources that the config names, computes every feature at every row of the spine,
and writes one file: spine keys, timestamp, features, label. A value in it depends on nothing
that happened after its row; only the label looks ahead.
Features under features_to_store also go to the store, and a second run reuses them.`,
  options: {
    out: { type: "string", short: "o", value: "PATH", tells: "result file; default out/<config>" },
    format: { type: "string", value: "F", tells: "arrow (default), parquet or csv" },
    store: { type: "string", value: "URL", tells: "store; default .featurizer/store.db" },
    partitions: { type: "string", value: "N", tells: "workers for each plugin; default 1" },
  },
  examples: [
    { line: "featurizer run examples/flights/grid.yaml", tells: "build a set" },
    {
      line: "featurizer run my_set.yaml --format parquet -o sets/may.parquet",
      tells: "elsewhere, as Parquet",
    },
    {
      line: "featurizer run my_set.yaml --json | jq .rows",
      tells: "for a script: the report as JSON",
    },
  ],
  run: async (invocation) => {
    const report = await buildSet(invocation, invocation.required(0, "the config"));
    if (invocation.json) return printJson(invocation.terminal.out, report);
    await printReport(invocation, report);
    const { out } = invocation.terminal;
    printLine(out, `next     ${PROGRAM} get-data ${pathText(report.path)}`);
  },
};

/** Builds the set of a config with the options of the command line, showing progress. */
export async function buildSet(invocation: Invocation, config: string): Promise<SetReport> {
  const { terminal, launcher, signal } = invocation;
  using progress = new ProgressReporter(terminal.err);
  const options: RunOptions = {
    config,
    ...optional("out", invocation.text("out")),
    ...optional("format", invocation.choice("format", ["arrow", "parquet", "csv"] as const)),
    ...optional("store", invocation.text("store")),
    ...optional("partitions", invocation.count("partitions")),
    onProgress: (state) => progress.update(state),
    signal,
  };
  return await runSet(options, { launcher });
}

/** Prints what a run says of its set. */
export async function printReport(invocation: Invocation, report: SetReport): Promise<void> {
  const { out } = invocation.terminal;
  const { size } = await Deno.stat(report.path);
  for (const line of reportLines(out, report, size)) printLine(out, line);
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [K in Key]?: Value } {
  return value === undefined ? {} : { [key]: value } as { [K in Key]: Value };
}
