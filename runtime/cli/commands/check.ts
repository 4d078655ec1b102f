/** `featurizer check`: all mistakes of plugins and configs. */
import { type Diagnostic, formatDiagnostic } from "../../../dsl/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import { prepareRun } from "../../set/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { errorLines, errorRecord } from "../error_text.ts";
import { EXIT } from "../exit_code.ts";
import { usageError } from "../invocation.ts";
import { printJson } from "../json_text.ts";
import { openProject, type Project } from "../project.ts";
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
TypeScript's own types are for \`deno check\`. Exits with 1 if there is any mistake.`,
  options: {},
  examples: [
    { line: "featurizer check my_plugin.ts", tells: "a plugin" },
    { line: "featurizer check plugins/*.ts sets/*.yaml", tells: "all there is" },
    { line: "featurizer check my_plugin.ts --json", tells: "for an editor" },
  ],
  run: async (invocation) => {
    if (invocation.positionals.length === 0) {
      throw usageError(CHECK, 'Cannot run "check": a plugin or config is missing');
    }
    const project = await openProject(invocation.positionals, invocation);
    const { diagnostics } = project.compilation;
    const errors = diagnostics.length === 0 ? await checkConfigs(invocation, project) : [];
    const isCorrect = diagnostics.length + errors.length === 0;
    const { out } = invocation.terminal;
    if (invocation.json) {
      printJson(out, { ok: isCorrect, diagnostics, errors: errors.map(errorRecord) });
    } else {
      for (const diagnostic of diagnostics) printLine(out, `${formatDiagnostic(diagnostic)}\n`);
      for (const error of errors) printLine(out, `${errorLines(out, error).join("\n")}\n`);
      printLine(out, isCorrect ? summary(out, project) : failure(out, diagnostics, errors));
    }
    return isCorrect ? EXIT.ok : EXIT.user;
  },
};

/** What keeps the configs from being run: features that cannot be made, a spine that does not fit. */
async function checkConfigs(invocation: Invocation, project: Project): Promise<FeaturizerError[]> {
  const errors: FeaturizerError[] = [];
  for (const { file } of project.configs) {
    try {
      await prepareRun(file, invocation);
    } catch (error) {
      if (!(error instanceof FeaturizerError)) throw error;
      errors.push(error);
    }
  }
  return errors;
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
