/** Which columns of every source and feature a plan reads: all others are never computed or sent. */
import type { Expression, Feature, Source, Upstream } from "../typed_ast.ts";
import { reachableFrom } from "../visit.ts";

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
    if (upstream.kind === "source") {
      this.#askComputed(upstream.source, fresh);
    } else if (fresh.length > 0 || !known) {
      this.#askInputs(upstream.feature, fresh, !known);
    }
  }

  /** What was asked of a stream. */
  of(upstream: Upstream): ReadonlySet<string> {
    return this.#names.get(identityOf(upstream)) ?? new Set();
  }

  #askInputs(feature: Feature, names: readonly string[], first: boolean): void {
    const roots = feature.outputs.filter(({ name }) => names.includes(name))
      .map(({ expression }) => expression);
    if (first && feature.where) roots.push(feature.where);
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
    this.ask(feature.input, own);
    feature.joins.forEach((join, index) => {
      const names = read.filter(({ from }) => from === index).map(({ name }) => name);
      if (first || names.length > 0) this.askValue(join.right, names);
    });
  }

  #askComputed(source: Source, names: readonly string[]): void {
    for (const { name, computed } of source.columns) {
      if (!computed || !names.includes(name)) continue;
      this.ask({ kind: "source", source }, [...columnsIn([computed])].map(({ name }) => name));
    }
  }
}

function timeOf(upstream: Upstream): string {
  return upstream.kind === "source" ? upstream.source.time : upstream.feature.time;
}

/** A text equal for equal streams. */
export function identityOf(upstream: Upstream): string {
  return upstream.kind === "source" ? sourceIdentity(upstream.source) : upstream.feature.id;
}

export function sourceIdentity({ plugin, name, selection }: Source): string {
  return `${plugin}.${name}|${selection}`;
}

type ColumnRead = Extract<Expression, { kind: "column" }>;

/** Every column read below the expressions. */
export function columnsIn(expressions: readonly Expression[]): readonly ColumnRead[] {
  return reachableFrom(expressions).filter((expression) => expression.kind === "column");
}

/** True if some expression below calls a function hole. */
export function callsHole(expressions: readonly Expression[]): boolean {
  return reachableFrom(expressions).some(({ kind }) => kind === "hole");
}
