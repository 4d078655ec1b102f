/**
 * Identity: a text that holds everything that decides a feature's values, in one way only.
 * Names of lets, order of parameters, docs and `60s` against `1m` make no difference.
 */
import type { Expression, Feature, Source, Upstream } from "./typed_ast.ts";
import { printType } from "./types.ts";
import { childrenOf, reachableFrom } from "./visit.ts";

/** Rises when the same text comes to mean other values. */
export const semanticsVersion = 1;

/** The hash of a plugin's bundle, which is the identity of its function holes. */
export type BundleHash = (plugin: string) => string;

/** The canonical text of a feature. */
export function canonicalFeature(feature: Omit<Feature, "id">, bundleHash: BundleHash): string {
  const table = new ExpressionTable();
  const { where, outputs } = feature;
  const roots = [...outputs.map(({ expression }) => expression), ...(where ? [where] : [])];
  const plan = {
    semantics: semanticsVersion,
    plugin: feature.plugin,
    name: feature.name,
    params: Object.entries(feature.params).sort(([a], [b]) => (a < b ? -1 : 1)),
    form: feature.form,
    input: canonicalUpstream(feature.input, bundleHash),
    joins: feature.joins.map(({ right, withinUs, on }) => [
      canonicalUpstream(right, bundleHash),
      withinUs ?? null,
      on.map((pair) => [pair.left, pair.right]),
    ]),
    keys: feature.keys.map(({ name, type }) => [name, printType(type)]),
    time: feature.time,
    where: where === undefined ? null : table.add(where),
    outputs: outputs.map(({ name, type, expression }) => [
      name,
      printType(type),
      table.add(expression),
    ]),
    window: feature.window ?? null,
    expressions: table.rows,
    bundle: hasHole(roots) ? bundleHash(feature.plugin) : null,
  };
  return JSON.stringify(plan);
}

function canonicalUpstream(upstream: Upstream, bundleHash: BundleHash): string {
  if (upstream.kind === "feature") return upstream.feature.id;
  return canonicalSource(upstream.source, bundleHash);
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
    sequence: source.sequence ?? null,
    latenessUs: source.latenessUs,
    idleUs: source.idleUs,
    unique: source.unique === undefined ? null : [source.unique.columns, source.unique.withinUs],
    selection: source.selection,
    bundle: hasHole(computed) ? bundleHash(source.plugin) : null,
  });
}

function hasHole(roots: readonly Expression[]): boolean {
  return reachableFrom(roots).some(({ kind }) => kind === "hole");
}

/** Expressions as rows that name each other by number: equal ones are one row, however they are shared. */
class ExpressionTable {
  readonly rows: string[] = [];
  readonly #byText = new Map<string, number>();
  readonly #known = new Map<Expression, number>();

  add(expression: Expression): number {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    const children = childrenOf(expression).map((child) => this.add(child));
    const text = JSON.stringify([...describe(expression), ...children]);
    const number = this.#byText.get(text) ?? this.rows.push(text) - 1;
    this.#byText.set(text, number);
    this.#known.set(expression, number);
    return number;
  }
}

function describe(expression: Expression): readonly unknown[] {
  const head = [expression.kind, printType(expression.type)];
  switch (expression.kind) {
    case "literal":
      return [...head, expression.value];
    case "column":
      return [...head, expression.from, expression.name];
    case "unary":
    case "binary":
      return [...head, expression.operator];
    case "if":
      return head;
    case "call":
      return [...head, expression.name];
    case "hole":
      return [...head, expression.hole];
    case "lag":
      return [...head, expression.rows];
    case "aggregate": {
      const { name, quantile, operand, where, window } = expression;
      const { kind } = window;
      const size = kind === "last"
        ? [window.rows]
        : kind === "sliding"
        ? [window.widthUs]
        : kind === "tumbling"
        ? [window.widthUs, window.offsetUs]
        : [];
      const has = [operand !== undefined, where !== undefined];
      return [...head, name, quantile ?? null, ...has, kind, ...size];
    }
  }
}
