/** `featurizer check`: all mistakes of plugins and configs. */
import { type Diagnostic, formatDiagnostic } from "../../../dsl/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import {
  checkLeakage,
  createSetFeatures,
  hasHistory,
  type LeakageReport,
  type PreparedRun,
  prepareRun,
  type SetConfig,
} from "../../set/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { errorLines, errorRecord } from "../error_text.ts";
import { EXIT } from "../exit_code.ts";
import { usageError } from "../invocation.ts";
import { printJson } from "../json_text.ts";
import { hasLeak, leakageLines } from "../leakage_text.ts";
import { openProject, type Project } from "../project.ts";
import { StepProgress } from "../step_progress.ts";
import { paint } from "../style.ts";
import { printLine, type TextStream } from "../terminal.ts";
import { pluralText } from "../value_text.ts";

export const CHECK: Command = {
  name: "check",
  usage: "<plugin.ts | config.yaml>...",
  details:
    `Loads plugins in their sandbox and reports every mistake in the language at once: unknown names
with the nearest right one, wrong types, impossible windows, cycles. Of a config it also checks
that its features can be made: parameters, inputs, names; files are first opened by \`run\`.
TypeScript's own types are for \`deno check\`. Exits with 1 if there is any mistake.

With --leakage a config's features are tried on its own data: rows are read as \`run\` reads them, and
at sampled times fed again with another future, rows changed after the time and rows removed. No
value at or before the time may change; labels are tried as values at the time they look at. What a
plugin brings along in its own module, such as a table of means, is not found this way.`,
  options: {
    leakage: { type: "boolean", tells: "try on its data that a config's values never look ahead" },
    times: { type: "string", value: "N", tells: "with --leakage: how many times; default 8" },
    rows: {
      type: "string",
      value: "N",
      tells: "with --leakage: most rows read of a source; default 100,000",
    },
    seed: { type: "string", value: "N", tells: "with --leakage: chooses the times; default 1" },
  },
  examples: [
    { line: "featurizer check my_plugin.ts", tells: "a plugin" },
    { line: "featurizer check plugins/*.ts sets/*.yaml", tells: "all there is" },
    { line: "featurizer check my_plugin.ts --json", tells: "for an editor" },
    { line: "featurizer check --leakage my_set.yaml", tells: "does a value depend on the future?" },
  ],
  run: async (invocation) => {
    if (invocation.positionals.length === 0) {
      throw usageError(CHECK, 'Cannot run "check": a plugin or config is missing');
    }
    const project = await openProject(invocation.positionals, invocation);
    const { diagnostics } = project.compilation;
    const isTried = invocation.flag("leakage");
    if (isTried && project.configs.length === 0) {
      throw usageError(CHECK, 'Cannot run "check": --leakage needs a config');
    }
    const { errors, leakage } = diagnostics.length === 0
      ? await checkConfigs(invocation, project)
      : { errors: [], leakage: [] };
    const isCorrect = diagnostics.length + errors.length === 0;
    const isClean = !leakage.some(({ report }) => hasLeak(report));
    const { out } = invocation.terminal;
    if (invocation.json) {
      printJson(out, {
        ok: isCorrect && isClean,
        diagnostics,
        errors: errors.map(errorRecord),
        ...(isTried && { leakage }),
      });
    } else {
      for (const diagnostic of diagnostics) printLine(out, `${formatDiagnostic(diagnostic)}\n`);
      for (const error of errors) printLine(out, `${errorLines(out, error).join("\n")}\n`);
      for (const { config, report } of leakage) {
        for (const line of leakageLines(out, config, report)) printLine(out, line);
      }
      if (!isCorrect) printLine(out, failure(out, diagnostics, errors));
      else printLine(out, isClean ? summary(out, project) : paint(out, "red", "values leak"));
    }
    return isCorrect && isClean ? EXIT.ok : EXIT.user;
  },
};

interface ConfigChecks {
  /** What keeps the configs from being run: features that cannot be made, a spine that does not fit. */
  readonly errors: readonly FeaturizerError[];
  readonly leakage: readonly { readonly config: string; readonly report: LeakageReport }[];
}

async function checkConfigs(invocation: Invocation, project: Project): Promise<ConfigChecks> {
  const errors: FeaturizerError[] = [];
  const leakage: { config: string; report: LeakageReport }[] = [];
  for (const config of project.configs) {
    const { file } = config;
    try {
      const isTried = invocation.flag("leakage");
      if (!isTried && !hasRange(config)) {
        createSetFeatures(project.compilation, config);
        continue;
      }
      const prepared = await prepareRun(file, invocation);
      if (!isTried) continue;
      leakage.push({ config: file, report: await tryLeakage(prepared, invocation) });
    } catch (error) {
      if (!(error instanceof FeaturizerError)) throw error;
      errors.push(error);
    }
  }
  return { errors, leakage };
}

/** False for a config that only a server takes: it says no dates, or has no rows before they come. */
function hasRange({ startUs, dataSources }: SetConfig): boolean {
  return startUs > -Infinity &&
    dataSources.some(hasHistory);
}

async function tryLeakage(
  prepared: PreparedRun,
  invocation: Invocation,
): Promise<LeakageReport> {
  const { launcher, signal, terminal } = invocation;
  using progress = new StepProgress(terminal.err, "other futures");
  return await checkLeakage(prepared, {
    launcher,
    signal,
    times: invocation.count("times") ?? 8,
    rows: invocation.count("rows") ?? 100_000,
    seed: invocation.count("seed") ?? 1,
    onProgress: (done, of) => progress.update(done, of),
  });
}

function summary(out: TextStream, { compilation: { plugins }, configs }: Project): string {
  const sources = plugins.reduce((sum, plugin) => sum + plugin.sources.length, 0);
  const features = plugins.reduce((sum, plugin) => sum + plugin.features.length, 0);
  const counts = [
    pluralText(plugins.length, "plugin"),
    pluralText(sources, "source"),
    pluralText(features, "feature"),
    ...(configs.length === 0 ? [] : [pluralText(configs.length, "config")]),
  ];
  return `${paint(out, "green", "ok")}: ${counts.join(", ")}`;
}

function failure(
  out: TextStream,
  diagnostics: readonly Diagnostic[],
  errors: readonly FeaturizerError[],
): string {
  return paint(out, "red", pluralText(diagnostics.length + errors.length, "mistake"));
}
