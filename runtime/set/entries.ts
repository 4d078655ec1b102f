/** The data source entries of a config as readers of a source's columns. */
import { type SourcePlan, storageOf, type ValueType } from "../../dsl/mod.ts";
import {
  asFlat,
  type Batch,
  type ColumnData,
  createColumn,
  type FlatColumn,
  numberOfInteger,
  type SymbolTable,
} from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { expandPaths, openReader, type RowBlock } from "../source/mod.ts";
import { located } from "./config_error.ts";
import { hasHistory, type HistorySource } from "./config_source_types.ts";
import type { SetConfig } from "./config_types.ts";
import { checkAttributes } from "./entry_attributes.ts";
import { matches, parseSelection } from "./set_features.ts";
import type { EntryReader } from "./source_feed.ts";
import { openStoredLog } from "./stored_log.ts";
import { openSyntheticHistory } from "./synthetic_history.ts";

/** An entry of the config with the files it names. */
export interface SourceEntry {
  readonly index: number;
  readonly config: HistorySource;
  readonly files: readonly string[];
}

/** The entries that feed a source, in the config's order. */
export function entriesOf(
  config: SetConfig,
  { source }: Pick<SourcePlan, "source">,
): readonly SourceEntry[] {
  const name = `${source.plugin}.${source.name}`;
  const wanted = parseSelection(source.selection);
  const found = config.dataSources.flatMap((entry, index) => {
    if (entry.source !== name) return [];
    checkAttributes(config, entry, { index, source });
    if (!wanted.some((one) => matches(one, entry.attributes, source))) return [];
    if (!hasHistory(entry)) {
      const path = ["data_sources", index, "kind"];
      throw located(config, path, `a source of kind ${entry.kind} has no files`);
    }
    return [{ index, config: entry, files: filesOf(config, entry, index) }];
  });
  if (found.length > 0) return found;
  const known = [...new Set(config.dataSources.map((entry) => entry.source))].join(", ");
  throw located(
    config,
    ["data_sources"],
    `no data source feeds "${name}"`,
    `Add an entry with \`source: ${name}\` and a path; there are entries for ${
      known || "nothing"
    }.`,
  );
}

function filesOf(config: SetConfig, { path }: HistorySource, index: number): readonly string[] {
  const patterns = typeof path === "string" ? [path] : path;
  return patterns.flatMap((pattern) => {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(pattern)) {
      throw located(
        config,
        ["data_sources", index, "path"],
        "only `run` and `replay` fetch files from URLs",
      );
    }
    return expandPaths(pattern, config.folder);
  });
}

/** Opens an entry; columns that only its attributes know are filled with them. */
export async function openEntry(
  { config, files }: Pick<SourceEntry, "config" | "files">,
  { source, reads }: Pick<SourcePlan, "source" | "reads">,
  options: { readonly symbols: SymbolTable; readonly batchRows?: number },
): Promise<EntryReader> {
  if (config.kind === "replay" && config.log !== undefined) {
    return await openStoredLog(config.log, { source, reads }, options.symbols);
  }
  if (config.kind === "replay" && config.synthetic) {
    return openSyntheticHistory(config.synthetic, { source, reads }, options);
  }
  const columns = reads.map(({ name, type }) => {
    const { from = name, unit } = config.columns[name] ?? {};
    return { name, type, from, ...(unit === undefined ? {} : { unit }) };
  });
  const attributes = reads.filter(({ name }) => Object.hasOwn(config.attributes, name));
  const format = config.format === undefined ? {} : { format: config.format };
  const open = (wanted: typeof columns) =>
    openReader({ paths: files, columns: wanted, ...format, ...options });
  const present = await openPresent(open, columns, new Set(attributes.map(({ name }) => name)));
  const { reader } = present;
  if (attributes.length === 0) return reader;
  const fill = attributes.map(({ name, type }) => ({
    place: reads.findIndex((column) => column.name === name),
    name,
    value: attributeValue(name, type, { text: config.attributes[name]!, symbols: options.symbols }),
    type,
  }));
  const label = `${source.plugin}.${source.name}`;
  return {
    get bytesRead() {
      return reader.bytesRead;
    },
    get bytesTotal() {
      return reader.bytesTotal;
    },
    close: () => reader.close(),
    async read() {
      const block = await reader.read();
      if (!block) return undefined;
      const spread = spreadColumns(block.batch, reads.length, present.places);
      for (const each of fill) {
        spread[each.place] = filled(spread[each.place], { ...each, block, label });
      }
      return { ...block, batch: { length: block.batch.length, columns: spread as ColumnData[] } };
    },
  };
}

function attributeValue(
  name: string,
  type: ValueType,
  { text, symbols }: { readonly text: string; readonly symbols: SymbolTable },
): number {
  switch (storageOf(type)) {
    case "symbol":
      return symbols.intern(text);
    case "number":
      return type.kind === "i64" && /^-?\d+$/.test(text)
        ? numberOfInteger(BigInt(text), symbols) ?? NaN
        : Number(text);
    case "packed":
      throw new FeaturizerError(
        `Cannot fill "${name}" with the attribute "${text}": it is a ${type.kind}`,
        { code: "ATTRIBUTE_NESTED", hint: "Name the attribute otherwise, or leave it out." },
      );
  }
}

type Wanted = Parameters<typeof openReader>[0]["columns"][number];

/** Opens with all columns; where the file lacks one that an attribute gives, without it. `places` are those it has. */
export async function openPresent<Reader>(
  open: (columns: Wanted[]) => Promise<Reader>,
  columns: readonly Wanted[],
  optional: ReadonlySet<string>,
): Promise<{ reader: Reader; places: readonly number[] }> {
  const all = columns.map((_, place) => place);
  try {
    return { reader: await open([...columns]), places: all };
  } catch (error) {
    const isMissing = error instanceof FeaturizerError && error.code === "MISSING_COLUMN";
    if (!isMissing || optional.size === 0) throw error;
    const missing = columns.find(({ name, from }) =>
      optional.has(name) && error.message.includes(`"${from}"`)
    );
    if (!missing) throw error;
    const rest = columns.filter((column) => column !== missing);
    const inner = await openPresent(
      open,
      rest,
      new Set([...optional].filter((name) => name !== missing.name)),
    );
    const places = inner.places.map((place) => columns.indexOf(rest[place]!));
    return { reader: inner.reader, places };
  }
}

/** Columns at their places among all; those that are not there are undefined. */
export function spreadColumns(
  batch: Batch,
  count: number,
  places: readonly number[],
): (ColumnData | undefined)[] {
  const spread: (ColumnData | undefined)[] = Array.from({ length: count }, () => undefined);
  places.forEach((place, index) => {
    spread[place] = batch.columns[index];
  });
  return spread;
}

/** The attribute's value in every row; a row that says otherwise is an error. */
function filled(
  column: ColumnData | undefined,
  fill: {
    readonly name: string;
    readonly value: number;
    readonly type: Parameters<typeof createColumn>[0];
    readonly block: RowBlock;
    readonly label: string;
  },
): ColumnData {
  const { name, value, type, block, label } = fill;
  const full = asFlat(createColumn(type, block.batch.length)).fill(value) as FlatColumn;
  if (!column) return full;
  const given = asFlat(column);
  for (let row = 0; row < given.length; row++) {
    const own = given[row]!;
    const isNull = given instanceof Int32Array ? own < 0 : own !== own;
    if (isNull || own === value) continue;
    throw new FeaturizerError(
      `Cannot read "${block.file}" as "${label}": row ${
        block.firstRow + row
      } has another "${name}" than the attribute says`,
      {
        code: "ATTRIBUTE_DISAGREES",
        hint: "Correct the attribute of the data source, or leave it out.",
      },
    );
  }
  return full;
}
