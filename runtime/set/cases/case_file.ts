/** Case files: what a plugin's features give for small inputs, as tables a hand can check. */
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { FeaturizerError } from "../../errors.ts";
import { ConfigError, type ConfigFault, placeFault, placeProblem } from "../config_error.ts";
import { faultsOfIssues } from "../config_faults.ts";
import { attributes, expected, flag, scalar, text } from "../config_scalars.ts";
import { type DocumentPath, parseYaml, type YamlText } from "../yaml_text.ts";

const named = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/;

const entry = z.union([
  text,
  z.strictObject({ attributes: attributes.default({}), rows: text }),
], expected("a table, or {attributes, rows}"));

const feature = z.strictObject({
  definition: text.regex(named, "expected a name like feature or plugin.feature"),
  name: text.optional(),
  params: z.record(z.string(), scalar, expected("a map of parameters")).default({}),
  deps: z.union([z.array(text), z.record(z.string(), text)], expected("a list or map of features"))
    .default([]),
  keys: z.record(z.string(), text, expected("a map of spine column to key column")).optional(),
  data_source: z.array(attributes, expected("a list of attribute maps")).optional(),
});

const caseSchema = z.strictObject({
  name: text,
  rows: z.record(
    z.string(),
    z.union([entry, z.array(entry)], expected("a table of rows, or a list of tables")),
    expected("a map of source to rows"),
  ).default({}),
  features: z.array(
    z.union([text, feature], expected("a feature's name, or a map with its definition")),
    expected("a list of features"),
  ).min(1, "expected at least one feature"),
  spine: z.strictObject({ every: text, keys: text.optional() }).or(
    z.strictObject({ rows: text }),
  ).or(z.strictObject({ questions: text })).optional(),
  keys: z.record(z.string(), text, expected("a map of spine column to key column")).optional(),
  label: z.strictObject({ feature: text, lookahead: text, only: flag.optional() }).optional(),
  from: text.optional(),
  to: text.optional(),
  expected: text.optional(),
  error: text.optional(),
  refused: z.record(
    z.string(),
    z.strictObject({
      late: z.int().default(0),
      malformed: z.int().default(0),
      duplicates: z.int().default(0),
    }),
  ).default({}),
  tolerance: z.number(expected("a number")).nonnegative("expected a number from 0").default(0),
});

const fileSchema = z.strictObject({
  plugin: text.optional(),
  plugins: z.array(text, expected("a list of plugins")).default([]),
  cases: z.array(caseSchema, expected("a list of cases")).min(1, "expected at least one case"),
}, expected("a map with the key cases"));

/** One case as it is written. */
export type PluginCase = z.infer<typeof caseSchema>;

/** A case file, read and checked; what its tables hold is checked against the plugin. */
export interface CaseFile {
  /** As it was named. */
  readonly file: string;
  /** Absolute path of the plugin that it tries. */
  readonly plugin: string;
  /** Others, which its features build on: paths, and names of built-in ones. */
  readonly plugins: readonly string[];
  readonly cases: readonly PluginCase[];
  readonly yaml: YamlText;
}

/** The ending of case files; before it stands the plugin's name, and maybe a word of its own: `mod.book.cases.yaml`. */
export const CASES_ENDING = ".cases.yaml";

/** The case files beside a plugin, in order of name. */
export async function casesBeside(plugin: string): Promise<readonly string[]> {
  const stem = `${basename(plugin).replace(/\.[^.]+$/, "")}.`;
  const found: string[] = [];
  for await (const { name, isFile } of Deno.readDir(dirname(plugin))) {
    if (isFile && name.startsWith(stem) && name.endsWith(CASES_ENDING)) {
      found.push(join(dirname(plugin), name));
    }
  }
  return found.sort();
}

/** Reads a case file; throws one `ConfigError` with everything that is wrong with its shape. */
export async function readCaseFile(file: string): Promise<CaseFile> {
  const yaml = parseYaml(await Deno.readTextFile(file));
  if (yaml.problems.length > 0) {
    throw new ConfigError(
      file,
      yaml.problems.map((problem) => placeProblem(yaml.text, problem.span, problem)),
    );
  }
  const document = fileSchema.safeParse(yaml.value ?? {});
  if (!document.success) {
    const faults = faultsOfIssues(document.error.issues, yaml.value ?? {}, fileSchema);
    throw new ConfigError(file, faults.map((fault) => placeFault(yaml, fault)));
  }
  const { plugin, plugins, cases } = document.data;
  const folder = dirname(resolve(file));
  return {
    file,
    plugin: plugin === undefined ? await pluginBeside(file) : resolve(folder, plugin),
    plugins: plugins.map((each) => /[./\\]/.test(each) ? resolve(folder, each) : each),
    cases,
    yaml,
  };
}

/** An error at a part of a case file. */
export function caseFault({ file, yaml }: CaseFile, fault: ConfigFault): ConfigError {
  return new ConfigError(file, [placeFault(yaml, fault)]);
}

/** The one-based line of a part of the file. */
export function lineOf({ yaml }: CaseFile, path: DocumentPath): number {
  return yaml.text.slice(0, yaml.valueSpan(path).start).split("\n").length;
}

async function pluginBeside(file: string): Promise<string> {
  const [stem = ""] = basename(file).split(".");
  const path = join(dirname(resolve(file)), `${stem}.ts`);
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isFile) return path;
  throw new FeaturizerError(`Cannot test "${file}": there is no ${stem}.ts beside it`, {
    code: "PLUGIN_NOT_FOUND",
    hint: "Name the plugin that it tries: plugin: ./my_plugin.ts",
  });
}
