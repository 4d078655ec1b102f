/** `featurizer describe`: what a file, a stored series or a feature is. */
import { extname } from "node:path";
import type { Command, Invocation } from "../command_spec.ts";
import { describeFeature } from "../describe_feature.ts";
import { describeFile } from "../describe_file.ts";
import { isFile } from "../is_file.ts";
import { describeSeries } from "../describe_series.ts";
import { STORE_OPTION } from "../store_option.ts";

export const DESCRIBE: Command = {
  name: "describe",
  usage: "<file | series | plugin.ts feature | config.yaml feature> [options]",
  details:
    `Of a file: its columns with types, missing values, smallest, largest and mean. Of a stored series:
schema, docs, attributes, lineage and statistics. Of a feature: schema, docs, parameters, lineage.`,
  options: { store: STORE_OPTION },
  examples: [
    { line: "featurizer describe out/grid.arrow", tells: "a result file" },
    { line: "featurizer describe hourly", tells: "a stored series" },
    { line: "featurizer describe examples/flights/flights.ts swing", tells: "a feature" },
  ],
  run: (invocation) => describe(invocation),
};

async function describe(invocation: Invocation): Promise<void> {
  const name = invocation.required(0, "what to describe");
  if ([".ts", ".yaml", ".yml"].includes(extname(name))) {
    return await describeFeature(invocation, name, invocation.required(1, "a feature"));
  }
  if (extname(name) !== "" || await isFile(name)) return await describeFile(invocation, name);
  return await describeSeries(invocation, name);
}
