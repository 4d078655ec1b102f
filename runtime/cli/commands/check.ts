/** `featurizer check`: all mistakes of plugins and configs. */
import { type Diagnostic, formatDiagnostic } from "../../../dsl/mod.ts";
import type { Command } from "../command_spec.ts";
import { EXIT } from "../exit_code.ts";
import { usageError } from "../invocation.ts";
import { printJson } from "../json_text.ts";
import { openProject } from "../project.ts";
import { createConfigFeatures } from "../config_features.ts";
import { paint } from "../style.ts";
import { printLine } from "../terminal.ts";
import { pluralText } from "../value_text.ts";

export const CHECK: Command = {
  name: "check",
  usage: "<plugin.ts | config.yaml>...",
  details:
    `Loads plugins in their sandbox and reports every mistake in the language at once: unknown names
with the nearest right one, wrong types, impossible windows, cycles. Of a config it also checks
that its features can be made: parameters, inputs, names. Exits with 1 if there is any.`,
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
    const diagnostics = [
      ...project.compilation.diagnostics,
      ...project.configs.flatMap((config) =>
        createConfigFeatures(project.compilation, config).diagnostics
      ),
    ];
    const { out } = invocation.terminal;
    if (invocation.json) printJson(out, { ok: diagnostics.length === 0, diagnostics });
    else printDiagnostics(out, diagnostics, summaryOf(project.compilation.plugins));
    return diagnostics.length === 0 ? EXIT.ok : EXIT.user;
  },
};

type Plugins = Awaited<ReturnType<typeof openProject>>["compilation"]["plugins"];

function summaryOf(plugins: Plugins): string {
  const sources = plugins.reduce((sum, plugin) => sum + plugin.sources.length, 0);
  const features = plugins.reduce((sum, plugin) => sum + plugin.features.length, 0);
  return [
    pluralText(plugins.length, "plugin"),
    pluralText(sources, "source"),
    pluralText(features, "feature"),
  ].join(", ");
}

function printDiagnostics(
  out: Parameters<typeof printLine>[0],
  diagnostics: readonly Diagnostic[],
  summary: string,
): void {
  for (const diagnostic of diagnostics) printLine(out, `${formatDiagnostic(diagnostic)}\n`);
  printLine(
    out,
    diagnostics.length === 0
      ? `${paint(out, "green", "ok")}: ${summary}`
      : paint(out, "red", pluralText(diagnostics.length, "mistake")),
  );
}
