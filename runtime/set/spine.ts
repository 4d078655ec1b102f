/** The spine of a config, as the plan wants it. */
import {
  type Column,
  columnsOf,
  type Compilation,
  type Constant,
  keysOf,
  type SetFeature,
  type Source,
  type Spine,
  storageOf,
  type Upstream,
} from "../../dsl/mod.ts";
import { type ColumnData, type SymbolTable } from "../arrow/mod.ts";
import { concatRows, gatherRows, type StreamData } from "../engine/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { openReader, openTable } from "../source/mod.ts";
import { located } from "./config_error.ts";
import { findMissing, neededColumns } from "./request_columns.ts";
import type { SetConfig, TableSpine } from "./config_types.ts";

export interface BoundSpine {
  readonly spine: Spine;
  /** Columns that the set begins with. */
  readonly columns: readonly Column[];
  /** Rows of a table. */
  readonly table?: StreamData;
}

export async function bindSpine(
  config: SetConfig,
  features: readonly SetFeature[],
  options: { readonly compilation: Compilation; readonly symbols: SymbolTable },
): Promise<BoundSpine> {
  refuseRequests(config, features);
  const { spine } = config;
  switch (spine.kind) {
    case "none":
      throw located(config, [], 'missing key "sampling" or "spine"');
    case "grid": {
      const named = spine.keys ?? config.label?.feature;
      const of = named === undefined
        ? features.find(({ feature }) => feature.form !== "request")
        : features.find(({ name }) => name === named);
      const upstream: Upstream = of
        ? { kind: "feature", feature: of.feature }
        : streamOf(config, named ?? features[0]!.name, options.compilation);
      const pins = pinsOf(of);
      const columns = keysOf(upstream).filter(({ name }) => !Object.hasOwn(pins, name));
      const bound: Spine = {
        kind: "grid",
        everyUs: spine.everyUs,
        of: upstream,
        pins,
      };
      return checked(config, features, { spine: bound, columns }, columns);
    }
    case "feature": {
      const named = features.find(({ name }) => name === spine.feature);
      const of: Upstream = named
        ? { kind: "feature", feature: named.feature }
        : streamOf(config, spine.feature, options.compilation);
      const pins = pinsOf(named);
      const columns = keysOf(of).filter(({ name }) => !Object.hasOwn(pins, name));
      return checked(
        config,
        features,
        { spine: { kind: "rows", of, pins }, columns },
        columnsOf(of),
      );
    }
    case "table": {
      const { columns, table } = await readTable(spine, features, options.symbols);
      return checked(
        config,
        features,
        { spine: { kind: "table", columns }, columns, table },
        columns,
      );
    }
  }
}

/** What stands on a request has values only where a spine brings its columns. */
function refuseRequests(config: SetConfig, features: readonly SetFeature[]): void {
  const names = features.filter(({ feature }) => feature.form === "request")
    .map(({ name }) => name);
  const refuse = (path: string, name: string, what: string): never => {
    const hint = "Name a feature on a source; a table or the rows of a stream can be the spine.";
    throw located(config, [path], `"${name}" stands on a request, so it ${what}`, hint);
  };
  const { spine, label } = config;
  const isOn = (name: string | undefined) => name !== undefined && names.includes(name);
  if (label && isOn(label.feature)) refuse("label_feature", label.feature, "is no label");
  for (const name of config.featuresToStore.filter(isOn)) {
    refuse("features_to_store", name, "has no rows to store");
  }
  const of = spine.kind === "grid" ? spine.keys : spine.kind === "feature" ? spine.feature : "";
  if (of !== undefined && isOn(of)) refuse("spine", of, "makes no spine");
}

function pinsOf(set: SetFeature | undefined): Readonly<Record<string, Constant>> {
  return Object.fromEntries(
    Object.entries(set?.keys ?? {}).flatMap(([key, from]) =>
      "pin" in from ? [[key, from.pin]] : []
    ),
  );
}

/** A `plugin.stream` that is no feature of the config. */
function streamOf(config: SetConfig, name: string, compilation: Compilation): Upstream {
  const source = compilation.plugins.flatMap(({ sources }): readonly Source[] => sources)
    .find((source) => `${source.plugin}.${source.name}` === name);
  if (source) return { kind: "source", source };
  const { feature, diagnostics } = compilation.instantiate({ definition: name });
  if (feature) return { kind: "feature", feature };
  throw located(
    config,
    ["spine"],
    diagnostics[0]?.message ?? `there is no "${name}"`,
    diagnostics[0]?.hint,
  );
}

/** Every feature's keys must be there. */
function checked(
  config: SetConfig,
  features: readonly SetFeature[],
  bound: BoundSpine,
  available: readonly Column[],
): BoundSpine {
  features.forEach((set, index) => {
    const { feature, name, keys } = set;
    requireRequest(config, { set, index, available });
    for (const key of feature.keys) {
      const from = keys[key.name];
      if (!from || "pin" in from) continue;
      const column = available.find((each) => each.name === from.column);
      if (column && storageOf(column.type) === storageOf(key.type)) continue;
      const state = column ? `as ${column.type.kind}, not ${key.type.kind}` : "not at all";
      throw located(
        config,
        ["feature_configs", index],
        `feature "${name}" is keyed by "${key.name}", which the spine has ${state}`,
        `The spine has ${
          available.map((each) => `"${each.name}"`).join(", ")
        }; rename one with \`keys: {column: ${key.name}}\`, or pin it with data_source.`,
      );
    }
  });
  return bound;
}

/** Every column of a feature's request must be there. */
function requireRequest(
  config: SetConfig,
  { set, index, available }: {
    readonly set: SetFeature;
    readonly index: number;
    readonly available: readonly Column[];
  },
): void {
  const missing = findMissing(set, available);
  if (missing === undefined) return;
  const { column: { name }, state } = missing;
  throw located(
    config,
    ["feature_configs", index],
    `the request of feature "${set.name}" has "${name}", which the spine has ${state}`,
    `The spine has ${
      available.map((each) => `"${each.name}"`).join(", ")
    }; rename one with \`keys: {column: ${name}}\`, or take a spine that has it.`,
  );
}

/** The whole table in memory, in order of time; equal times keep the order of the file. */
async function readTable(
  spine: TableSpine,
  features: readonly SetFeature[],
  symbols: SymbolTable,
): Promise<{ columns: readonly Column[]; table: StreamData }> {
  const { path, time } = spine;
  const found = await openTable(path, spine.format);
  const keyTypes = new Map(
    features.flatMap(({ feature, keys }) =>
      feature.keys.flatMap(({ name, type }) => {
        const from = keys[name];
        return from && "column" in from ? [[from.column, type] as const] : [];
      })
    ),
  );
  const originOf = (name: string) => spine.columns[name]?.from ?? name;
  const requestTypes = new Map(
    features.flatMap(neededColumns).map(({ column, from }) => [from, column.type] as const),
  );
  const others = found.columns.filter(({ name }) =>
    name !== originOf(time) && !spine.keys.some((key) => originOf(key) === name)
  ).map(({ name, type }) => ({ name, type: requestTypes.get(name) ?? type }));
  const keys: Column[] = spine.keys.map((name) => ({
    name,
    type: keyTypes.get(name) ?? { kind: "string" },
  }));
  const columns = [...keys, ...others];
  const unit = spine.columns[time]?.unit;
  const wanted = [
    {
      name: time,
      type: { kind: "timestamp" } as const,
      from: originOf(time),
      ...(unit ? { unit } : {}),
    },
    ...columns.map(({ name, type }) => ({ name, type, from: originOf(name) })),
  ];
  const format = spine.format === undefined ? {} : { format: spine.format };
  const reader = await openReader({ paths: [path], columns: wanted, symbols, ...format });
  try {
    const parts: StreamData[] = [];
    let row = 0;
    for (let block = await reader.read(); block; block = await reader.read()) {
      const [first] = block.rejected;
      if (first) throw malformed(path, block.firstRow + first.row, first.reason);
      const [times, ...rest] = block.batch.columns as [Float64Array<ArrayBuffer>, ...ColumnData[]];
      const missing = times.findIndex((value) => value !== value);
      if (missing >= 0) {
        throw malformed(path, block.firstRow + missing, `the time "${time}" is missing`);
      }
      const sequence = Float64Array.from(times, () => row++);
      parts.push({ length: block.batch.length, time: times, sequence, columns: rest });
    }
    return { columns, table: byTime(concatRows(parts)) };
  } finally {
    await reader.close();
  }
}

function byTime(rows: StreamData): StreamData {
  const order = Int32Array.from({ length: rows.length }, (_, row) => row)
    .sort((a, b) => rows.time[a]! - rows.time[b]! || a - b);
  return gatherRows(rows, order);
}

function malformed(path: string, row: number, reason: string): FeaturizerError {
  return new FeaturizerError(`Cannot use row ${row} of spine table "${path}": ${reason}`, {
    code: "SPINE_ROW_MALFORMED",
    hint: "Every row of a spine table needs a time and readable cells.",
  });
}
