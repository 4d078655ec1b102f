/** `featurizer runs`: the book of runs. */
import type { RunRecord } from "../../store/mod.ts";
import type { Command } from "../command_spec.ts";
import { printJson } from "../json_text.ts";
import { openExistingStore, STORE_OPTION } from "../store_option.ts";
import { printTable } from "../table_text.ts";
import { secondsText, timeText } from "../value_text.ts";

const DEFAULT_LIMIT = 20;

export const RUNS: Command = {
  name: "runs",
  usage: "[options]",
  details: `Shows the runs that the store knows, newest first: which config, when, how it ended.
A run opens the store, and so is known, if its config has features_to_store.
A run that was killed stays "running".`,
  options: {
    store: STORE_OPTION,
    limit: { type: "string", value: "N", tells: `at most N runs; default ${DEFAULT_LIMIT}` },
  },
  examples: [
    { line: "featurizer runs", tells: "the last runs" },
    { line: "featurizer runs --limit 1 --json", tells: "the last one with its whole report" },
  ],
  run: async (invocation) => {
    await using store = await openExistingStore(invocation);
    const runs = await store.listRuns(invocation.count("limit") ?? DEFAULT_LIMIT);
    const { out } = invocation.terminal;
    if (invocation.json) return printJson(out, { runs });
    printTable(out, COLUMNS, runs.map(runRow), "No run yet.");
  },
};

const COLUMNS = [
  { title: "run", align: "right" },
  { title: "started (UTC)", align: "left" },
  { title: "took", align: "right" },
  { title: "status", align: "left" },
  { title: "config", align: "left" },
] as const;

function runRow({ id, startedUs, finishedUs, status, config }: RunRecord): string[] {
  const took = finishedUs === undefined ? "" : secondsText((finishedUs - startedUs) / 1e6);
  return [String(id), timeText(Math.floor(startedUs / 1e6) * 1e6), took, status, config];
}
