/** `featurizer test`: the cases that stand beside plugins. */
import { FeaturizerError } from "../../errors.ts";
import { type CaseResult, runCases } from "../../set/mod.ts";
import { failureLines } from "../case_text.ts";
import { filesBeside, findCaseFiles } from "../case_files.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { errorLines } from "../error_text.ts";
import { EXIT } from "../exit_code.ts";
import { usageError } from "../invocation.ts";
import { printJson } from "../json_text.ts";
import { paint } from "../style.ts";
import { printLine } from "../terminal.ts";
import { pluralText } from "../value_text.ts";
import { FileWatch } from "../watch_files.ts";

export const TEST: Command = {
  name: "test",
  usage: "<plugin.ts | cases.yaml | folder>... [options]",
  details:
    `Runs the cases of my_plugin.ts, which stand beside it in my_plugin.cases.yaml: rows of sources and
the set expected of them, as tables. Values are compared by type and to the bit. Each case is also
run row by row, over two partitions, and with other rows after a moment: nothing may change but
what comes after it. Case by case, wrong cells are shown with what came instead; a case without
\`expected\` shows its whole set. Exits with 1 if a case fails.`,
  options: {
    filter: { type: "string", value: "TEXT", tells: "only cases whose name holds it" },
    watch: { type: "boolean", tells: "run them again whenever a file beside them changes" },
  },
  examples: [
    { line: "featurizer test my_plugin.ts", tells: "the cases beside a plugin" },
    { line: "featurizer test plugins --filter spread", tells: "some of all below a folder" },
    { line: "featurizer test my_plugin.ts --json", tells: "for an editor" },
  ],
  run: async (invocation) => {
    if (invocation.positionals.length === 0) {
      throw usageError(TEST, 'Cannot run "test": a plugin is missing');
    }
    if (!invocation.flag("watch")) return await runOnce(invocation);
    invocation.acceptSignal?.();
    using watch = new FileWatch(invocation.signal);
    const { err } = invocation.terminal;
    do {
      watch.watch(await filesBeside(invocation.positionals));
      await runOnce(invocation).catch((error) => {
        if (!(error instanceof FeaturizerError)) throw error;
        for (const line of errorLines(err, error)) printLine(err, line);
      });
    } while (await watch.next());
    return EXIT.ok;
  },
};

async function runOnce(invocation: Invocation): Promise<number> {
  const results = await runAll(invocation);
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  const { out } = invocation.terminal;
  if (invocation.json) printJson(out, { ok: failed === 0, cases: results });
  else {
    const words = failed === 0
      ? `${paint(out, "green", "ok")}: ${pluralText(results.length, "case")}`
      : paint(out, "red", `${failed} of ${pluralText(results.length, "case")} failed`);
    printLine(out, words);
  }
  return failed === 0 ? EXIT.ok : EXIT.user;
}

async function runAll(invocation: Invocation): Promise<readonly CaseResult[]> {
  const { out } = invocation.terminal;
  const filter = invocation.text("filter");
  const results: CaseResult[] = [];
  for (const file of await findCaseFiles(invocation.positionals)) {
    if (!invocation.json) printLine(out, paint(out, "bold", file));
    for await (const result of runCases(file, { ...invocation, ...(filter && { filter }) })) {
      results.push(result);
      if (invocation.json) continue;
      const mark = result.failure ? paint(out, "red", "✗") : paint(out, "green", "✓");
      const place = result.failure ? paint(out, "dim", `  line ${result.line}`) : "";
      printLine(out, `  ${mark} ${result.name}${place}`);
      for (const line of failureLines(out, result)) printLine(out, `    ${line}`.trimEnd());
    }
  }
  return results;
}
