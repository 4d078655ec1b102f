/** `featurizer features`: the catalog of plugins, or of the store. */
import { type CheckedPlugin, printType } from "../../../dsl/mod.ts";
import type { SeriesRecord } from "../../store/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { printJson } from "../json_text.ts";
import { openProject } from "../project.ts";
import { openExistingStore, STORE_OPTION } from "../store_option.ts";
import { paint } from "../style.ts";
import { printTable } from "../table_text.ts";
import { printLine } from "../terminal.ts";
import { countText, timeText } from "../value_text.ts";

export const FEATURES: Command = {
  name: "features",
  usage: "[plugin.ts | config.yaml]... [options]",
  details:
    `Lists the sources and features that plugins declare. Without a plugin or config it lists what the
store holds: the series that runs have left there, newest first.`,
  options: { store: STORE_OPTION },
  examples: [
    { line: "featurizer features examples/flights/flights.ts", tells: "what a plugin offers" },
    { line: "featurizer features", tells: "what the store holds" },
    { line: "featurizer features my_plugin.ts --json", tells: "with types, parameters and docs" },
  ],
  run: (invocation) =>
    invocation.positionals.length === 0 ? listStored(invocation) : listDeclared(invocation),
};

async function listDeclared(invocation: Invocation): Promise<void> {
  const { compilation } = await openProject(invocation.positionals, invocation);
  const { out } = invocation.terminal;
  if (invocation.json) return printJson(out, { plugins: compilation.plugins });
  printTable(out, DECLARED, compilation.plugins.flatMap(declaredRows), "No sources or features.");
  for (const { name, version, hash, file } of compilation.plugins) {
    const words = [name, ...(version === undefined ? [] : [version]), hash.slice(0, 12), file];
    printLine(out, paint(out, "dim", words.join("  ")));
  }
}

async function listStored(invocation: Invocation): Promise<void> {
  await using store = await openExistingStore(invocation);
  const series = await store.listSeries();
  const { out } = invocation.terminal;
  if (invocation.json) return printJson(out, { series });
  printTable(out, STORED, series.map(storedRow), "The store holds no series yet.");
}

const DECLARED = [
  { title: "name", align: "left" },
  { title: "kind", align: "left" },
  { title: "keys", align: "left" },
  { title: "columns", align: "left" },
  { title: "about", align: "left", gives: true },
] as const;

const STORED = [
  { title: "series", align: "left" },
  { title: "kind", align: "left" },
  { title: "rows", align: "right" },
  { title: "from (UTC)", align: "left" },
  { title: "to (UTC)", align: "left" },
  { title: "columns", align: "left" },
] as const;

function declaredRows(
  { name: plugin, sources, inputs, requests, features }: CheckedPlugin,
): string[][] {
  return [
    ...sources.map(({ name, doc, keys, columns, time }) => {
      const values = columns.map(({ name }) => name).filter((name) =>
        name !== time && !keys.includes(name)
      );
      return [`${plugin}.${name}`, "source", keys.join(", "), values.join(", "), about(doc)];
    }),
    ...inputs.map(({ name, doc, columns }) => {
      const typed = columns.map(({ name, type }) => `${name} ${printType(type)}`);
      return [`${plugin}.${name}`, "input", "", typed.join(", "), about(doc)];
    }),
    ...requests.map(({ name, doc, keys, columns }) => {
      const typed = columns.map(({ name, type }) => `${name} ${printType(type)}`);
      return [`${plugin}.${name}`, "request", keys.join(", "), typed.join(", "), about(doc)];
    }),
    ...features.map(({ name, doc, form, params, keys, outputs }) => {
      const given = params.map(({ name, value }) => `${name} = ${value}`).join(", ");
      return [
        `${plugin}.${name}${given === "" ? "" : `(${given})`}`,
        form,
        keys.map(({ name }) => name).join(", "),
        outputs.map(({ name }) => name).join(", "),
        about(doc),
      ];
    }),
  ];
}

function storedRow({ name, kind, rows, startUs, endUs, schema }: SeriesRecord): string[] {
  const columns = schema.filter(({ role }) => role === "value").map(({ name }) => name);
  const time = (us: number | undefined) => us === undefined ? "" : timeText(us);
  return [name, kind, countText(rows), time(startUs), time(endUs), columns.join(", ")];
}

function about(doc: string | undefined): string {
  return doc?.split("\n")[0] ?? "";
}
