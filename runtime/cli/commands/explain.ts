/** `featurizer explain`: how features are computed. */
import { explainFeature } from "../../../dsl/mod.ts";
import type { Command } from "../command_spec.ts";
import { findFeatures } from "../find_features.ts";
import { printJson } from "../json_text.ts";
import { planLines, planSites } from "../plan_text.ts";
import { openProject } from "../project.ts";
import { paint } from "../style.ts";
import { printLine } from "../terminal.ts";

export const EXPLAIN: Command = {
  name: "explain",
  usage: "<plugin.ts | config.yaml> [feature] [options]",
  details:
    `Shows what a feature reads, how it is evaluated, how far back it reaches, and what comes out, with
everything below it down to the sources. Of a config: its features with their parameters bound.`,
  options: {
    code: { type: "boolean", tells: "also the physical plan and the code that is generated" },
  },
  examples: [
    { line: "featurizer explain my_plugin.ts", tells: "all features of a plugin" },
    { line: "featurizer explain examples/flights/flights.ts swing", tells: "one of them" },
    { line: "featurizer explain my_set.yaml delay_3h", tells: "as a config sets it up" },
    { line: "featurizer explain my_plugin.ts volatility --code", tells: "down to the loops" },
  ],
  run: async (invocation) => {
    const project = await openProject(
      [invocation.required(0, "a plugin or config")],
      invocation,
    );
    const features = findFeatures(project, invocation.positionals[1]);
    const { out } = invocation.terminal;
    const sites = invocation.flag("code") ? planSites([...features.values()]) : undefined;
    if (invocation.json) {
      const explained = [...features].map(([name, feature]) => ({ name, feature }));
      return printJson(out, { features: explained, ...(sites !== undefined && { sites }) });
    }
    for (const [index, [name, feature]] of [...features].entries()) {
      printLine(out, `${index === 0 ? "" : "\n"}${paint(out, "bold", `# ${name}`)}`);
      printLine(out, explainFeature(feature));
    }
    for (const line of planLines(sites ?? [])) printLine(out, line);
  },
};
