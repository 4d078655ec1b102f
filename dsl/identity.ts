/**
 * Identity: a text that holds everything that decides a feature's values, in one way only.
 * Names of lets, order of parameters, docs and `60s` against `1m` make no difference; nor does whether a
 * feature is wanted online or in the store.
 */
import { describeWindow, ExpressionTable } from "./same_expression.ts";
import type { Expression, Feature, RequestInput, Source, Upstream } from "./typed_ast.ts";
import { printType } from "./types.ts";
import { reachableFrom } from "./visit.ts";

/** Rises when the same text comes to mean other values. */
export const semanticsVersion = 3;

/** The hash of a plugin's bundle, which is the identity of its function holes. */
export type BundleHash = (plugin: string) => string;

/** The canonical text of a feature. */
export function canonicalFeature(feature: Omit<Feature, "id">, bundleHash: BundleHash): string {
  const table = new ExpressionTable();
  const { where, outputs, window, fold } = feature;
  const bar = window?.kind === "sum_bar" ? [window.of] : [];
  const roots = [...outputs.map(({ expression }) => expression), ...(where ? [where] : []), ...bar];
  const plan = {
    semantics: semanticsVersion,
    plugin: feature.plugin,
    name: feature.name,
    params: Object.entries(feature.params).sort(([a], [b]) => (a < b ? -1 : 1)),
    form: feature.form,
    input: canonicalUpstream(feature.input, bundleHash),
    joins: feature.joins.map(({ right, withinUs, between, on }) => [
      canonicalUpstream(right, bundleHash),
      withinUs ?? null,
      between === undefined ? null : [between.fromUs, between.toUs],
      on.map((pair) => [pair.left, pair.right]),
    ]),
    members: feature.members?.map((member) => canonicalUpstream(member, bundleHash)) ?? null,
    keys: feature.keys.map(({ name, type }) => [name, printType(type)]),
    rekeyed: feature.rekeyed,
    time: feature.time,
    where: where === undefined ? null : table.add(where),
    outputs: outputs.map(({ name, type, expression }) => [
      name,
      printType(type),
      table.add(expression),
    ]),
    window: window === undefined
      ? null
      : [...describeWindow(window), ...bar.map((of) => table.add(of))],
    fold: fold?.hole ?? null,
    everyUs: feature.everyUs ?? null,
    ttlUs: feature.ttlUs ?? null,
    expressions: table.rows,
    bundle: fold !== undefined || hasHole(roots) ? bundleHash(feature.plugin) : null,
  };
  return JSON.stringify(plan);
}

function canonicalUpstream(upstream: Upstream, bundleHash: BundleHash): string {
  if (upstream.kind === "feature") return upstream.feature.id;
  if (upstream.kind === "request") return canonicalRequest(upstream.request);
  return canonicalSource(upstream.source, bundleHash);
}

function canonicalRequest({ plugin, name, columns, keys }: RequestInput): string {
  return JSON.stringify({
    semantics: semanticsVersion,
    request: [plugin, name],
    columns: columns.map((column) => [column.name, printType(column.type)]),
    keys,
  });
}

/** The canonical text of a source. */
export function canonicalSource(source: Source, bundleHash: BundleHash): string {
  const table = new ExpressionTable();
  const computed = source.columns.map((column) => column.computed).filter((each) =>
    each !== undefined
  );
  return JSON.stringify({
    semantics: semanticsVersion,
    plugin: source.plugin,
    name: source.name,
    columns: source.columns.map((column) => [
      column.name,
      printType(column.type),
      column.computed === undefined ? null : table.add(column.computed),
    ]),
    expressions: table.rows,
    time: source.time,
    keys: source.keys,
    table: source.table === undefined ? null : [source.table.deleted ?? null],
    attributes: source.attributes ?? [],
    sequence: source.sequence ?? null,
    latenessUs: source.latenessUs,
    idleUs: source.idleUs,
    unique: source.unique === undefined ? null : [source.unique.columns, source.unique.withinUs],
    selection: source.selection,
    bundle: hasHole(computed) ? bundleHash(source.plugin) : null,
  });
}

function hasHole(roots: readonly Expression[]): boolean {
  return reachableFrom(roots).some((part) =>
    part.kind === "hole" || (part.kind === "aggregate" && part.hole !== undefined)
  );
}
