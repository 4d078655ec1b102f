/** `featurizer fmt`: the canonical form of the language inside plugins. */
import { resolve } from "node:path";
import { formatDiagnostic, formatPlugin, type PluginText } from "../../../dsl/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import { loadPlugin } from "../../worker/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { errorLines, errorRecord } from "../error_text.ts";
import { EXIT } from "../exit_code.ts";
import { usageError } from "../invocation.ts";
import { printJson } from "../json_text.ts";
import { replaceFile } from "../replace_file.ts";
import { printLine } from "../terminal.ts";
import { pluralText } from "../value_text.ts";

export const FMT: Command = {
  name: "fmt",
  usage: "<plugin.ts>... [options]",
  details:
    `Rewrites the template of each plugin in the one canonical form: aligned columns, even space,
comments and holes kept. The TypeScript around it is left to deno fmt. Values never change.`,
  options: {
    check: { type: "boolean", tells: "change nothing; exit with 1 if a file is not formatted" },
  },
  examples: [
    { line: "featurizer fmt my_plugin.ts", tells: "format a plugin in place" },
    { line: "featurizer fmt --check plugins/*.ts", tells: "in continuous integration" },
  ],
  run: async (invocation) => {
    const { positionals, terminal: { out, err } } = invocation;
    if (positionals.length === 0) throw usageError(FMT, 'Cannot run "fmt": a plugin is missing');
    const { changed, failures } = await formatFiles(invocation);
    const isCheck = invocation.flag("check");
    if (invocation.json) {
      const errors = failures.map(errorRecord);
      printJson(out, { checked: positionals, changed, errors });
    } else {
      for (const path of changed) {
        printLine(out, `${isCheck ? "not formatted" : "formatted"} ${path}`);
      }
      printLine(out, `${pluralText(positionals.length, "file")} checked`);
      for (const error of failures) printLine(err, errorLines(err, error).join("\n"));
    }
    return failures.length > 0 || isCheck && changed.length > 0 ? EXIT.user : EXIT.ok;
  },
};

interface Formatting {
  /** Paths of the files that are not in the canonical form, now written unless only checked. */
  readonly changed: readonly string[];
  /** What is wrong with files that cannot be formatted. */
  readonly failures: readonly FeaturizerError[];
}

async function formatFiles(invocation: Invocation): Promise<Formatting> {
  const changed: string[] = [];
  const failures: FeaturizerError[] = [];
  for (const path of invocation.positionals) {
    try {
      const { text, others } = await loadPlugin(path, invocation);
      const inFile = [text, ...others].filter(({ file }) => resolve(file) === resolve(path));
      const formatted = formatTemplates(path, inFile);
      if (formatted === text.text) continue;
      if (!invocation.flag("check")) await replaceFile(path, formatted);
      changed.push(path);
    } catch (error) {
      if (!(error instanceof FeaturizerError) || error.domain !== "user") throw error;
      failures.push(error);
    }
  }
  return { changed, failures };
}

function formatTemplates(path: string, templates: readonly PluginText[]): string {
  let text = templates[0]?.text ?? "";
  for (const template of templates) {
    const result = formatPlugin({ ...template, text });
    if (result.text === undefined) {
      throw new FeaturizerError(`Cannot format "${path}": its template has mistakes`, {
        code: "PLUGIN_INVALID",
        frame: result.diagnostics.map(formatDiagnostic).join("\n"),
        hint: `correct them; featurizer check ${path} shows all`,
      });
    }
    text = result.text;
  }
  return text;
}
