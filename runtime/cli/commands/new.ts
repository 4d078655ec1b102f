/** `featurizer new plugin`: a plugin to begin with, its cases, and a page about it. */
import { basename, join } from "node:path";
import { FeaturizerError } from "../../errors.ts";
import { BUILT_IN_PLUGINS } from "../../set/mod.ts";
import type { Command } from "../command_spec.ts";
import { usageError } from "../invocation.ts";
import { printJson } from "../json_text.ts";
import { pathText } from "../path_text.ts";
import { pluginFiles } from "../plugin_template.ts";
import { PROGRAM } from "../program_name.ts";
import { printLine } from "../terminal.ts";
import { writeNew } from "../write_new.ts";

export const NEW: Command = {
  name: "new",
  usage: "plugin <name or path>",
  details:
    `Makes a folder of the plugin's name with mod.ts, its cases in mod.cases.yaml and a page about it.
It passes test, check and fmt as it is: change it from there. Nothing that exists is overwritten.
Its version is that of the project: of the nearest package.json or deno.json above it.`,
  options: {},
  examples: [
    { line: "featurizer new plugin weather", tells: "makes weather/mod.ts and what belongs to it" },
    { line: "featurizer new plugin plugins/weather", tells: "elsewhere" },
    { line: "featurizer test weather/mod.ts", tells: "runs its cases" },
  ],
  run: async (invocation) => {
    const kind = invocation.required(0, "what to make");
    if (kind !== "plugin") throw usageError(NEW, `Cannot run "new": there is no new "${kind}"`);
    const folder = invocation.required(1, "the plugin's name");
    const name = basename(folder);
    requireName(name);
    const files = pluginFiles(name);
    await writeNew(folder, files);
    const { out } = invocation.terminal;
    const made = [...files.keys()].map((file) => join(folder, file));
    if (invocation.json) return printJson(out, { plugin: name, files: made });
    for (const file of made) printLine(out, `made     ${pathText(file)}`);
    printLine(out, `next     ${PROGRAM} test ${pathText(join(folder, "mod.ts"))}`);
  },
};

function requireName(name: string): void {
  if (!/^[a-z_][a-z0-9_]*$/i.test(name)) {
    throw new FeaturizerError(`Cannot make plugin "${name}": it is no name of the language`, {
      code: "PLUGIN_NAME_INVALID",
      hint: "Use letters, digits and _, and begin with a letter: my_plugin.",
    });
  }
  if (BUILT_IN_PLUGINS.includes(name)) {
    throw new FeaturizerError(`Cannot make plugin "${name}": a built-in plugin has this name`, {
      code: "PLUGIN_NAME_TAKEN",
      hint: `Choose another; built-in are ${BUILT_IN_PLUGINS.join(", ")}.`,
    });
  }
}
