/** `featurizer types`: TypeScript types of the rows of a plugin. */
import { resolve } from "node:path";
import {
  type CheckedPlugin,
  type Compilation,
  printRowTypes,
  type TypedStream,
} from "../../../dsl/mod.ts";
import { requireCorrect } from "../../set/mod.ts";
import type { Command } from "../command_spec.ts";
import { printJson } from "../json_text.ts";
import { openProject } from "../project.ts";
import { replaceFile } from "../replace_file.ts";
import { printLine } from "../terminal.ts";

export const TYPES: Command = {
  name: "types",
  usage: "<plugin.ts> [options]",
  details:
    `Writes a TypeScript module with an interface for the rows of each source, request and feature of a plugin:
keys and times are always there, all else may be null. A feature has its default parameters.`,
  options: {
    out: { type: "string", short: "o", value: "FILE", tells: "write the module here" },
  },
  examples: [
    { line: "featurizer types my_plugin.ts", tells: "print the module" },
    {
      line: "featurizer types my_plugin.ts -o my_plugin_rows.ts",
      tells: "keep it beside the plugin",
    },
  ],
  run: async (invocation) => {
    const path = invocation.required(0, "a plugin");
    const { compilation } = await openProject([path], invocation);
    requireCorrect(compilation.diagnostics);
    const own = compilation.plugins.filter(({ file }) => resolve(file) === resolve(path));
    const streams = own.flatMap((plugin) => typedStreams(plugin, compilation));
    const names = own.map(({ name }) => name).join(", ");
    const module = printRowTypes(`Rows of the plugin ${names}.`, streams);
    const { out } = invocation.terminal;
    const file = invocation.text("out");
    if (file !== undefined) await replaceFile(file, module);
    if (invocation.json) {
      printJson(out, { streams, ...(file === undefined ? { module } : { file }) });
    } else if (file === undefined) out.write(module);
    else printLine(out, `wrote ${file}`);
  },
};

function typedStreams(plugin: CheckedPlugin, compilation: Compilation): readonly TypedStream[] {
  const sources = plugin.sources.map(({ name, doc, columns, keys, time }): TypedStream => ({
    name,
    ...(doc === undefined ? {} : { doc }),
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      ...(column.doc === undefined ? {} : { doc: column.doc }),
      required: column.name === time || keys.includes(column.name),
    })),
  }));
  const requests = plugin.requests.map(({ name, doc, columns, keys }): TypedStream => ({
    name,
    ...(doc === undefined ? {} : { doc }),
    columns: columns.map((column) => ({ ...column, required: keys.includes(column.name) })),
  }));
  return [
    ...sources,
    ...requests,
    ...plugin.features.map((summary) => typedFeature(plugin, summary, compilation)),
  ];
}

/** Keys and time of a feature on a formal input are those of what is bound; they have no type here. */
function typedFeature(
  plugin: CheckedPlugin,
  { name, doc, inputs, keys, outputs }: CheckedPlugin["features"][number],
  compilation: Compilation,
): TypedStream {
  const definition = `${plugin.name}.${name}`;
  const { feature } = inputs.length > 0 ? {} : compilation.instantiate({ definition });
  const time = feature === undefined || feature.form === "request"
    ? []
    : [{ name: feature.time, type: { kind: "timestamp" } as const }];
  return {
    name,
    ...(doc === undefined ? {} : { doc }),
    columns: [
      ...[...keys, ...time].map((column) => ({ ...column, required: true })),
      ...(feature?.outputs ?? outputs).map((column) => ({
        name: column.name,
        type: column.type,
        ...("doc" in column && column.doc !== undefined ? { doc: column.doc } : {}),
        required: false,
      })),
    ],
  };
}
