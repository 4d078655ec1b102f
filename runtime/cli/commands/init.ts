/** `featurizer init`: a project that works as it is, to be changed from there. */
import { join } from "node:path";
import type { Command } from "../command_spec.ts";
import { printJson } from "../json_text.ts";
import { pathText } from "../path_text.ts";
import { PROGRAM } from "../program_name.ts";
import { projectFiles } from "../project_template.ts";
import { printLine } from "../terminal.ts";
import { writeNew } from "../write_new.ts";

export const INIT: Command = {
  name: "init",
  usage: "[folder]",
  details:
    `Makes a project in the folder, by default this one: a plugin with its cases, a config that builds
a set, one that serves the same features, rows to try both with, and a page about them.
Nothing that exists is overwritten.`,
  options: {},
  examples: [
    { line: "featurizer init house", tells: "makes house/set.yaml and what belongs to it" },
    { line: "featurizer run house/set.yaml", tells: "builds its set" },
  ],
  run: async (invocation) => {
    const [folder = "."] = invocation.positionals;
    const files = projectFiles();
    await writeNew(folder, files);
    const { out } = invocation.terminal;
    const made = [...files.keys()].map((file) => join(folder, file));
    if (invocation.json) return printJson(out, { folder, files: made });
    for (const file of made) printLine(out, `made     ${pathText(file)}`);
    printLine(out, `next     ${PROGRAM} run ${pathText(join(folder, "set.yaml"))}`);
  },
};
