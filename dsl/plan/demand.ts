/** Which columns of every source and feature a plan reads: all others are never computed or sent. */
import {
  columnsOf,
  type Expression,
  type Feature,
  type Join,
  type Source,
  timeOf,
  type Upstream,
} from "../typed_ast.ts";
import { reachableFrom } from "../visit.ts";
import { askedFeature, isTicked, passingFeature, tableFeature } from "./derived_feature.ts";
import { identityOf } from "./identity.ts";

export class Demand {
  readonly #names = new Map<string, Set<string>>();

  readonly #values = new Map<string, Set<string>>();

  /** Asks for columns of a stream's value, as queries read it. */
  askValue(upstream: Upstream, names: Iterable<string>): void {
    const owner = identityOf(upstream);
    const list = [...names];
    this.#values.set(owner, new Set([...this.#values.get(owner) ?? [], ...list]));
    this.ask(upstream, list);
  }

  /** What was asked of a stream's value; only for sources, whose values are remembered column by column. */
  valueOf(upstream: Upstream): ReadonlySet<string> {
    return this.#values.get(identityOf(upstream)) ?? new Set();
  }

  /** Asks for columns of a stream, by name; keys and time may be among them. */
  ask(upstream: Upstream, names: Iterable<string>): void {
    const owner = identityOf(upstream);
    const known = this.#names.get(owner);
    const asked = known ?? new Set<string>();
    this.#names.set(owner, asked);
    const fresh = [...names].filter((name) => !asked.has(name));
    fresh.forEach((name) => asked.add(name));
    if (upstream.kind === "request") return;
    if (upstream.kind === "source") {
      if (fresh.length > 0 || !known) this.#askSource(upstream.source, fresh);
    } else if (fresh.length > 0 || !known) {
      this.#askInputs(upstream.feature, fresh, !known);
      this.#askDerived(upstream.feature, fresh);
    }
  }

  /** What was asked of a stream. */
  of(upstream: Upstream): ReadonlySet<string> {
    return this.#names.get(identityOf(upstream)) ?? new Set();
  }

  #askSource(source: Source, names: readonly string[]): void {
    this.#askComputed(source, names);
    const rows = tableFeature(source);
    if (!rows || source.table?.deleted === undefined) return;
    const upstream: Upstream = { kind: "source", source };
    this.askValue(upstream, [source.table.deleted]);
    this.ask({ kind: "feature", feature: rows }, names);
  }

  #askDerived(feature: Feature, names: readonly string[]): void {
    if (!isTicked(feature)) return;
    this.ask({ kind: "feature", feature: askedFeature(feature) }, names);
    const passing = passingFeature(feature);
    if (feature.where) this.ask({ kind: "feature", feature: passing }, []);
    if (feature.ttlUs !== undefined) {
      this.ask({ kind: "feature", feature: passing }, [feature.time]);
    }
  }

  #askInputs(feature: Feature, names: readonly string[], first: boolean): void {
    const roots = feature.outputs.filter(({ name }) => names.includes(name))
      .map(({ expression }) => expression);
    if (first) roots.push(...conditionsOf(feature));
    const read = [...columnsIn(roots)];
    const own = read.filter(({ from }) => from === -1).map(({ name }) => name);
    // The time of a value is that of the row it comes from.
    if (names.includes(feature.time)) own.push(timeOf(feature.input));
    const valueNames = [...own];
    if (first) {
      own.push(...feature.keys.map(({ name }) => name));
      own.push(...feature.joins.flatMap(({ on }) => on.map(({ left }) => left)));
    }
    if (feature.form === "map") {
      const passed = names.filter((name) => feature.keys.some((key) => key.name === name));
      this.askValue(feature.input, [...valueNames, ...passed]);
    }
    // A reducer is handed its whole row.
    if (feature.fold && first) own.push(...columnsOf(feature.input).map(({ name }) => name));
    for (const member of feature.members ?? [feature.input]) this.ask(member, own);
    feature.joins.forEach((join, index) => {
      const names = read.filter(({ from }) => from === index).map(({ name }) => name);
      const all = feature.fold && first ? columnsOf(join.right).map(({ name }) => name) : names;
      if (first || names.length > 0) this.#askJoin(join, all);
    });
  }

  #askJoin({ right, on, between }: Join, names: readonly string[]): void {
    if (between) this.ask(right, [...names, ...on.map((pair) => pair.right)]);
    else this.askValue(right, names);
  }

  #askComputed(source: Source, names: readonly string[]): void {
    for (const { name, computed } of source.columns) {
      if (!computed || !names.includes(name)) continue;
      this.ask({ kind: "source", source }, [...columnsIn([computed])].map(({ name }) => name));
    }
  }
}

/** What decides whether a row counts, or when a window is full. */
function conditionsOf({ where, window }: Feature): Expression[] {
  return [
    ...(where ? [where] : []),
    ...(window?.kind === "sum_bar" ? [window.of] : []),
  ];
}

type ColumnRead = Extract<Expression, { kind: "column" }>;

/** Every column read below the expressions. */
export function columnsIn(expressions: readonly Expression[]): readonly ColumnRead[] {
  return reachableFrom(expressions).filter((expression) => expression.kind === "column");
}

/** True if some expression runs what only the plugin answers for. */
export function runsForeignCode({ outputs, where, window, fold }: Feature): boolean {
  const roots = outputs.map(({ expression }) => expression);
  if (where) roots.push(where);
  if (window?.kind === "sum_bar") roots.push(window.of);
  return fold !== undefined || isForeign(roots);
}

const MATCHERS: ReadonlySet<string> = new Set(["matches", "extract"]);

/** True if some expression below calls a hole, or a regular expression, which can take for ever. */
export function isForeign(expressions: readonly Expression[]): boolean {
  return reachableFrom(expressions).some((expression) =>
    expression.kind === "hole" ||
    (expression.kind === "aggregate" && expression.name === "user") ||
    (expression.kind === "call" && MATCHERS.has(expression.name))
  );
}
