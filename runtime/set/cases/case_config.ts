/** A case as a config and files of rows, which the run then reads as it reads a user's. */
import { join } from "node:path";
import {
  type CheckedPlugin,
  didYouMean,
  type Source,
  type SourceColumn,
  type ValueType,
} from "../../../dsl/mod.ts";
import { formatTimestamp } from "../../arrow/mod.ts";
import { parseConfig } from "../config.ts";
import type { SetConfig } from "../config_types.ts";
import type { DocumentPath } from "../yaml_text.ts";
import { type Cell, CellError, cellOf, jsonOf } from "./case_cells.ts";
import { caseFault, type CaseFile, type PluginCase } from "./case_file.ts";
import { parseTable, TableError, type TextTable } from "./case_table.ts";

/** Where a case stands, and what it may name. */
export interface CaseContext {
  readonly caseFile: CaseFile;
  readonly index: number;
  /** The plugin that is tried. */
  readonly own: CheckedPlugin;
  readonly plugins: readonly CheckedPlugin[];
  /** Absolute; files of rows are written here. */
  readonly folder: string;
}

const SECOND_US = 1_000_000;

/** Writes the case's rows and makes its config. */
export async function configOfCase(context: CaseContext): Promise<SetConfig> {
  const { caseFile, index } = context;
  const one = caseFile.cases[index]!;
  const tables = new RowTables(context);
  const dataSources = await tables.writeSources(one);
  const spine = await spineOf(one, context, tables);
  const { fromUs, toUs } = rangeOf(one, context, tables.times);
  const document = {
    plugins: [caseFile.plugin, ...caseFile.plugins],
    start_date: formatTimestamp(fromUs),
    end_date: formatTimestamp(toUs),
    ...spine,
    ...(one.label && {
      label_feature: one.label.feature,
      label_lookahead: one.label.lookahead,
      label_only: one.label.only ?? false,
    }),
    ...(one.keys && { keys: one.keys }),
    data_sources: dataSources,
    feature_configs: one.features.map((feature) => featureOf(feature, context)),
  };
  const file = join(context.folder, "case.yaml");
  return {
    ...parseConfig(JSON.stringify(document, null, 2), { file }),
    file: `${caseFile.file}, "${one.name}" as a config`,
  };
}

/** `mid` of the plugin that is tried is `market.mid`. */
export function qualified(name: string, { own }: CaseContext): string {
  return name.includes(".") ? name : `${own.name}.${name}`;
}

function featureOf(feature: PluginCase["features"][number], context: CaseContext): unknown {
  const { definition, name, params, deps, keys, data_source } = typeof feature === "string"
    ? { definition: feature, params: {}, deps: [] }
    : feature;
  return {
    feature_definition: qualified(definition, context),
    ...(name !== undefined && { name }),
    params: { feature: params, ...(data_source && { data_source }) },
    deps,
    ...(keys && { keys }),
  };
}

async function spineOf(
  { spine, features }: PluginCase,
  context: CaseContext,
  tables: RowTables,
): Promise<Record<string, unknown>> {
  const [first] = features;
  if (spine === undefined) {
    const definition = typeof first === "string" ? first : first!.name ?? first!.definition;
    return { spine: { feature: definition.split(".").at(-1) } };
  }
  const streamOf = (name: string) =>
    context.own.sources.some((source) => source.name === name) ? qualified(name, context) : name;
  if ("every" in spine) {
    const keys = spine.keys === undefined ? {} : { keys: streamOf(spine.keys) };
    return { spine: { every: spine.every, ...keys } };
  }
  if ("rows" in spine) return { spine: { feature: streamOf(spine.rows) } };
  const { path, names } = await tables.writeQuestions(spine.questions);
  const key = names.filter((name) => name !== "timestamp" && !isAskedAlong(name, context));
  return { spine: { path, time: "timestamp", key } };
}

/** True for a column of a request beside its keys. */
function isAskedAlong(name: string, { plugins }: CaseContext): boolean {
  return plugins.flatMap(({ requests }) => requests).some(({ keys, columns }) =>
    !keys.includes(name) && columns.some((column) => column.name === name)
  );
}

/** From the second of the first row until past that of the last, unless the case says it. */
function rangeOf(
  { from, to }: PluginCase,
  context: CaseContext,
  times: readonly number[],
): { readonly fromUs: number; readonly toUs: number } {
  const timeOf = (key: "from" | "to", word: string) =>
    Number(readCell(context, ["cases", context.index, key], { word, type: { kind: "timestamp" } }));
  const seconds = times.map((time) => Math.floor(time / SECOND_US));
  const first = seconds.reduce((least, time) => Math.min(least, time), Infinity);
  const last = seconds.reduce((most, time) => Math.max(most, time), -Infinity);
  const fromUs = from === undefined
    ? (times.length > 0 ? first * SECOND_US : 0)
    : timeOf("from", from);
  const toUs = to === undefined
    ? (times.length > 0 ? (last + 1) * SECOND_US : fromUs + SECOND_US)
    : timeOf("to", to);
  return { fromUs, toUs };
}

class RowTables {
  /** Times of all rows and questions. */
  readonly times: number[] = [];
  readonly #context: CaseContext;

  constructor(context: CaseContext) {
    this.#context = context;
  }

  /** An entry for every source of every plugin; those without rows have an empty file. */
  async writeSources({ rows }: PluginCase): Promise<readonly unknown[]> {
    const { index } = this.#context;
    const sources = this.#context.plugins.flatMap((plugin): readonly Source[] => plugin.sources);
    const nameOf = (source: Source) => `${source.plugin}.${source.name}`;
    const entries: unknown[] = [];
    for (const name of Object.keys(rows)) {
      const known = sources.map(nameOf);
      if (known.includes(qualified(name, this.#context))) continue;
      throw caseFault(this.#context.caseFile, {
        path: ["cases", index, "rows", name],
        atKey: true,
        message: `there is no source "${name}"`,
        hint: didYouMean(qualified(name, this.#context), known) ?? `There are ${known.join(", ")}.`,
      });
    }
    for (const source of sources) {
      const key = Object.keys(rows).find((each) =>
        qualified(each, this.#context) === nameOf(source)
      );
      const given = key === undefined ? [] : [rows[key]!].flat();
      const path: DocumentPath = ["cases", index, "rows", key ?? ""];
      const all = given.length === 0 ? [""] : given;
      for (const [at, entry] of all.entries()) {
        const { rows: text, attributes } = typeof entry === "string"
          ? { rows: entry, attributes: {} }
          : entry;
        const file = `${nameOf(source)}.${at}.ndjson`;
        const lines = text === "" ? [] : this.#linesOf(source, text, path);
        await Deno.writeTextFile(join(this.#context.folder, file), lines.join(""));
        entries.push({ source: nameOf(source), attributes, path: file });
      }
    }
    return entries;
  }

  /** Writes the questions of a spine table. */
  async writeQuestions(text: string): Promise<{ path: string; names: readonly string[] }> {
    const path: DocumentPath = ["cases", this.#context.index, "spine", "questions"];
    const table = readTable(this.#context, path, text);
    const types = table.names.map((name) => this.#questionType(name));
    const lines = table.rows.map((row) => this.#lineOf(table.names, types, { row, path }));
    const time = table.names.indexOf("timestamp");
    if (time < 0) {
      throw caseFault(this.#context.caseFile, {
        path,
        message: 'questions need a column "timestamp"',
      });
    }
    for (const row of table.rows) {
      this.times.push(
        Number(readCell(this.#context, path, { word: row[time]!, type: types[time]! })),
      );
    }
    await Deno.writeTextFile(join(this.#context.folder, "questions.ndjson"), lines.join(""));
    return { path: "questions.ndjson", names: table.names };
  }

  #linesOf(source: Source, text: string, path: DocumentPath): readonly string[] {
    const columns = source.columns.filter(({ computed }) => !computed);
    const table = readTable(this.#context, path, text);
    const types = table.names.map((name) => this.#columnOf(name, columns, path).type);
    const time = table.names.indexOf(source.time);
    const missing = columns.filter(({ name }) => !table.names.includes(name));
    const nulls = missing.map(({ name }) => `,${JSON.stringify(name)}:null`).join("");
    return table.rows.map((row) => {
      const at = time < 0
        ? null
        : readCell(this.#context, path, { word: row[time]!, type: types[time]! });
      if (at !== null) this.times.push(Number(at));
      return this.#lineOf(table.names, types, { row, path, nulls });
    });
  }

  #columnOf(name: string, columns: readonly SourceColumn[], path: DocumentPath): SourceColumn {
    const column = columns.find((each) => each.name === name);
    if (column !== undefined) return column;
    const names = columns.map((each) => each.name);
    throw caseFault(this.#context.caseFile, {
      path,
      message: `the source has no column "${name}"`,
      hint: didYouMean(name, names) ?? `It has ${names.join(", ")}.`,
    });
  }

  #lineOf(
    names: readonly string[],
    types: readonly ValueType[],
    { row, path, nulls = "" }: {
      readonly row: readonly string[];
      readonly path: DocumentPath;
      readonly nulls?: string;
    },
  ): string {
    const cells = row.map((word, at) => {
      const type = types[at]!;
      const cell = readCell(this.#context, path, { word, type });
      return `${JSON.stringify(names[at])}:${jsonOf(cell, type)}`;
    });
    return `{${cells.join()}${nulls}}\n`;
  }

  /** As a source or request of that name has it; text otherwise. */
  #questionType(name: string): ValueType {
    if (name === "timestamp") return { kind: "timestamp" };
    const columns = this.#context.plugins.flatMap(({ sources, requests }) =>
      [...requests, ...sources].flatMap((stream) => stream.columns)
    );
    return columns.find((column) => column.name === name)?.type ?? { kind: "string" };
  }
}

/** Reads a table of the case file; what is wrong with it is shown where it begins. */
export function readTable(context: CaseContext, path: DocumentPath, text: string): TextTable {
  try {
    return parseTable(text);
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw caseFault(context.caseFile, { path, message: error.message });
  }
}

/** Reads a cell of the case file. */
export function readCell(
  context: CaseContext,
  path: DocumentPath,
  { word, type }: { readonly word: string; readonly type: ValueType },
): Cell {
  try {
    return cellOf(word, type);
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw caseFault(context.caseFile, { path, message: error.message });
  }
}
