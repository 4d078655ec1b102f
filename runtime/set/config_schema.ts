/** The shape of a config document: keys, types and scalars, each entry on its own. */
import { z } from "zod";
import {
  attributes,
  columns,
  durationUs,
  expected,
  flag,
  format,
  member,
  name,
  oneOrMore,
  positiveDurationUs,
  scalar,
  text,
  timestampUs,
} from "./config_scalars.ts";
import { limits } from "./config_limits.ts";
import { dataSource, live } from "./config_source_schema.ts";

const nameOrIndex = z.union([name, z.int().nonnegative()], expected("a feature's name or index"));

const keys = z.record(z.string(), text, expected("a map of spine column to key column"));

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

/** The document of a live run as its keys are written; what holds between entries is checked by `resolveConfig`. */
export const configSchema = z.strictObject({
  plugins: z.array(text, expected("a list of plugins")).min(1, "expected at least one plugin"),
  start_date: timestampUs.optional(),
  end_date: timestampUs.optional(),
  label_feature: nameOrIndex.optional(),
  label_lookahead: durationUs.optional(),
  label_only: flag.optional(),
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
  live: live.prefault({}),
  limits: limits.optional(),
  output: z.strictObject({
    path: text.optional(),
    format: z.enum(["arrow", "parquet", "csv"], expected("arrow, parquet or csv")).optional(),
  }).optional(),
}, expected("a map of config keys"));

/** The document of a bounded run, which says its range. */
export const boundedSchema = configSchema.extend({
  start_date: timestampUs,
  end_date: timestampUs,
});

export type ConfigDocument = z.infer<typeof configSchema>;

/** The keys that the map at a path of the document may have; what it holds there chooses among kinds. */
export function keysAllowedAt(
  path: readonly (string | number)[],
  document: unknown,
  root: z.ZodType = configSchema,
): readonly string[] {
  let schema: unknown = root;
  let value = document;
  for (const step of path) {
    schema = memberOf(unwrap(schema, value), step);
    value = typeof value === "object" && value !== null
      ? (value as Record<string | number, unknown>)[step]
      : undefined;
  }
  const inner = unwrap(schema, value);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function memberOf(schema: unknown, step: string | number): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[step];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

/** The schema under defaults, transformations and choices. */
function unwrap(schema: unknown, value: unknown): unknown {
  if (
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) return unwrap(schema.unwrap(), value);
  if (schema instanceof z.ZodPipe) return unwrap(schema.out, value);
  if (!(schema instanceof z.ZodUnion)) return schema;
  const options = schema.options.map((option) => unwrap(option, value))
    .filter((option) => option instanceof z.ZodObject);
  return options.find((option) => isOfKind(option, value)) ?? options[0];
}

function isOfKind(option: z.ZodObject, value: unknown): boolean {
  const kind = (value as { readonly kind?: unknown } | undefined)?.kind;
  const own = option.shape["kind"];
  return own instanceof z.ZodType && own.safeParse(kind).success;
}
