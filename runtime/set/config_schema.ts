/** The shape of a config document: keys, types and scalars, each entry on its own. */
import { z } from "zod";
import { parseDuration } from "../../dsl/mod.ts";
import { parseTimeUs } from "./config_time.ts";

const durationUs = z.string(expected("a duration like 5s, 10m or 7d")).transform((text, context) =>
  parseDuration(text.trim()) ??
    refuse(context, text, "expected a duration like 500us, 20ms, 5s, 1m, 2h or 7d")
);

const positiveDurationUs = durationUs.refine((us) => us > 0, "expected a duration above zero");

const timestampUs = z.string(expected("a time like 2023-02-01 10:00:00")).transform((
  text,
  context,
) => parseTimeUs(text) ?? refuse(context, text, "expected a time like 2023-02-01 10:00:00 (UTC)"));

const name = z.string(expected("a name")).regex(
  /^[A-Za-z_][A-Za-z0-9_-]*$/,
  "expected a name of letters, digits, _ and -",
);

const text = z.string(expected("text")).min(1, "expected text, got an empty string");

const member = z.string(expected("a name like plugin.name")).regex(
  /^[A-Za-z_]\w*\.[A-Za-z_]\w*$/,
  "expected a name like plugin.name",
);

const nameOrIndex = z.union([name, z.int().nonnegative()], expected("a feature's name or index"));

const scalar = z.union(
  [z.string(), z.number(), z.boolean()],
  expected("text, a number, true or false"),
);

const attributes = z.record(z.string(), scalar, expected("a map of attributes"));

const keys = z.record(z.string(), text, expected("a map of spine column to key column"));

const format = z.enum(
  ["csv", "ndjson", "parquet", "arrow"],
  expected("csv, ndjson, parquet or arrow"),
);

const column = z.preprocess(
  (value) => typeof value === "string" ? { from: value } : value,
  z.strictObject({
    from: text.optional(),
    unit: z.enum(["s", "ms", "us", "ns"], expected("s, ms, us or ns")).optional(),
  }),
);

const columns = z.record(z.string(), column, expected("a map of columns"));

const spine = z.strictObject({
  every: positiveDurationUs.optional(),
  keys: text.optional(),
  feature: z.union([text, z.int().nonnegative()], expected("a feature's name or index")).optional(),
  path: text.optional(),
  format: format.optional(),
  key: oneOrMore(text).optional(),
  time: text.optional(),
  columns: columns.optional(),
});

const dataSource = z.strictObject({
  source: member,
  kind: z.enum(["file"], {
    error: ({ input }) =>
      LIVE_KINDS.includes(String(input))
        ? `sources of kind ${input} are not built yet; only files are`
        : "expected file",
  }).optional(),
  attributes: attributes.default({}),
  path: oneOrMore(text),
  format: format.optional(),
  columns: columns.default({}),
  late: z.enum(["drop", "fail"], expected("drop or fail")).default("drop"),
});

const LIVE_KINDS: readonly string[] = ["http", "websocket", "kafka", "replay"];

const dependency = z.union(
  [text, z.int().nonnegative()],
  expected("a feature, or feature.column"),
);

const feature = z.strictObject({
  feature_definition: member,
  name: name.optional(),
  params: z.strictObject({
    feature: z.record(z.string(), scalar, expected("a map of parameters")).default({}),
    data_source: z.array(attributes, expected("a list of attribute maps")).min(
      1,
      "expected at least one entry",
    ).optional(),
  }).default({ feature: {} }),
  deps: z.union(
    [z.array(dependency), z.record(z.string(), dependency)],
    expected("a list of features, or a map of input to feature.column"),
  ).default([]),
  keys: keys.optional(),
});

/** The document as its keys are written; what holds between entries is checked by `resolveConfig`. */
export const configSchema = z.strictObject({
  plugins: z.array(text, expected("a list of plugins")).min(1, "expected at least one plugin"),
  start_date: timestampUs,
  end_date: timestampUs,
  label_feature: nameOrIndex.optional(),
  label_lookahead: durationUs.optional(),
  label_only: z.boolean(expected("true or false")).optional(),
  label_nulls: z.enum(["keep", "drop"], expected("keep or drop")).optional(),
  features_to_store: z.array(nameOrIndex, expected("a list of names or indices")).default([]),
  sampling: positiveDurationUs.optional(),
  spine: spine.optional(),
  keys: keys.optional(),
  data_sources: z.array(dataSource, expected("a list of data sources")).default([]),
  feature_configs: z.array(feature, expected("a list of features")).min(
    1,
    "expected at least one feature",
  ),
  output: z.strictObject({
    path: text.optional(),
    format: z.enum(["arrow", "parquet", "csv"], expected("arrow, parquet or csv")).optional(),
  }).optional(),
}, expected("a map of config keys"));

export type ConfigDocument = z.infer<typeof configSchema>;

/** The keys that the map at a path of the document may have. */
export function keysAllowedAt(path: readonly (string | number)[]): readonly string[] {
  let schema: unknown = configSchema;
  for (const step of path) schema = memberOf(schema, step);
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function memberOf(schema: unknown, step: string | number): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape[step];
  if (inner instanceof z.ZodArray) return inner.element;
  return inner instanceof z.ZodRecord ? inner.valueType : undefined;
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unwrap(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.out) : schema;
}

function oneOrMore<Item extends z.ZodType>(item: Item): z.ZodUnion<[Item, z.ZodArray<Item>]> {
  return z.union([item, z.array(item).min(1)], expected("text, or a list of text"));
}

function expected(what: string): { error: string } {
  return { error: `expected ${what}` };
}

function refuse(context: z.core.$RefinementCtx, input: string, message: string): never {
  context.issues.push({ code: "custom", message, input });
  return z.NEVER;
}
