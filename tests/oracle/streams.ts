/** Rows and values of sources and features, each recomputed from the list of all admitted rows. */
import {
  type AggregateCall,
  columnsOf,
  driverOf,
  type Expression,
  type Feature,
  type Join,
  keysOf,
  type Source,
  type Upstream,
} from "../../dsl/typed_ast.ts";
import { type Admission, admit, type Delivery } from "./admission.ts";
import { aggregateOf } from "./aggregate.ts";
import { evaluate, type Scope } from "./expression.ts";
import {
  comparePositions,
  isInSight,
  type Position,
  sourceIdOf,
  type Stand,
  timeOf,
} from "./position.ts";
import { type Cells, emitted, keyText, type Value } from "./value.ts";

export interface Row {
  readonly position: Position;
  readonly cells: Cells;
}

/** An input row of a feature that passed its `where`, with its matches and its place among its key's rows. */
interface Driven extends Row {
  readonly matches: readonly (Cells | undefined)[];
  readonly before: readonly Driven[];
}

export interface OracleInput {
  readonly source: Source;
  readonly entries: readonly Delivery[];
}

type HolesOf = (plugin: string) => readonly unknown[];

/** The slow, obvious evaluator: asks for a value cost a walk over everything. */
export class Oracle {
  readonly #admissions = new Map<string, Admission>();
  readonly #driven = new Map<Feature, ReadonlyMap<string, readonly Driven[]>>();
  readonly #rows = new Map<Feature, readonly Row[]>();
  readonly #holesOf: HolesOf;

  constructor(inputs: readonly OracleInput[], holesOf: HolesOf) {
    this.#holesOf = holesOf;
    for (const { source, entries } of inputs) {
      this.#admissions.set(sourceIdOf(source), admit(source, entries, this.#holes(source.plugin)));
    }
  }

  admissionOf(source: Source): Admission {
    const admission = this.#admissions.get(sourceIdOf(source));
    if (admission === undefined) {
      throw new RangeError(`Cannot read "${source.name}": no rows given`);
    }
    return admission;
  }

  /** Every row of a stream over the whole run, in order. */
  rowsOf(upstream: Upstream): readonly Row[] {
    if (upstream.kind === "source") return this.admissionOf(upstream.source).rows;
    const { feature } = upstream;
    const known = this.#rows.get(feature);
    if (known !== undefined) return known;
    const rows = this.#computeRows(feature);
    this.#rows.set(feature, rows);
    return rows;
  }

  /** The columns of a stream's value at (key, stand); null where there is nothing. */
  valueOf(upstream: Upstream, key: readonly Value[], stand: Stand): Cells {
    if (upstream.kind === "source") return this.#lastRowOf(upstream, key, stand);
    const { feature } = upstream;
    switch (feature.form) {
      case "tumbling":
        return this.#lastRowOf(upstream, key, stand);
      case "map":
        return this.#mapped(feature, this.valueOf(feature.input, key, stand));
      case "rows":
      case "sliding":
        return this.#valueFrom(
          feature,
          (this.#drivenOf(feature).get(keyText(key)) ?? [])
            .filter((row) => isInSight(row.position, stand)),
          timeOf(stand),
        );
    }
  }

  #computeRows(feature: Feature): readonly Row[] {
    if (feature.form === "map") {
      return this.rowsOf(feature.input).map(({ position, cells }) => ({
        position,
        cells: this.#mapped(feature, cells),
      }));
    }
    const rows = [...this.#drivenOf(feature).values()].flatMap((driven) =>
      feature.form === "tumbling" ? this.#closedWindows(feature, driven) : driven.map((row, i) => ({
        position: row.position,
        cells: this.#valueFrom(feature, driven.slice(0, i + 1), row.position.timeUs),
      }))
    );
    return rows.toSorted((a, b) => comparePositions(a.position, b.position));
  }

  #mapped(feature: Feature, cells: Cells): Cells {
    const scope = this.#scope(feature, { cells, matches: [], before: [] }, () => null);
    return this.#outputs(feature, cells, scope);
  }

  /** The feature's columns when its key's rows in sight are `seen`. */
  #valueFrom(feature: Feature, seen: readonly Driven[], atUs: number): Cells {
    const last = seen.at(-1) ?? { cells: {}, matches: [], before: [] };
    const scope = this.#scope(
      feature,
      last,
      (call) => this.#aggregate(feature, call, windowed(call, seen, atUs)),
    );
    return this.#outputs(feature, last.cells, scope);
  }

  #outputs(feature: Feature, cells: Cells, scope: Scope): Cells {
    const result: Record<string, Value> = {};
    for (const { name } of feature.keys) result[name] = cells[name] ?? null;
    result[feature.time] = cells[timeNameOf(feature.input)] ?? null;
    for (const { name, expression } of feature.outputs) {
      result[name] = emitted(evaluate(expression, scope));
    }
    return result;
  }

  /** The feature's input rows that passed `where`, by key. */
  #drivenOf(feature: Feature): ReadonlyMap<string, readonly Driven[]> {
    const known = this.#driven.get(feature);
    if (known !== undefined) return known;
    const byKey = new Map<string, Driven[]>();
    for (const { position, cells } of this.rowsOf(feature.input)) {
      const key = feature.keys.map(({ name }) => cells[name] ?? null);
      if (key.includes(null)) continue;
      const earlier = byKey.get(keyText(key)) ?? [];
      const matches = feature.joins.map((join) => this.#match(join, cells, position));
      const row: Driven = { position, cells, matches, before: [...earlier] };
      if (!this.#passes(feature, feature.where, row)) continue;
      byKey.set(keyText(key), [...earlier, row]);
    }
    this.#driven.set(feature, byKey);
    return byKey;
  }

  #match(join: Join, left: Cells, position: Position): Cells | undefined {
    const key = join.on.map((pair) => left[pair.left] ?? null);
    if (key.includes(null)) return undefined;
    const stand: Stand = { kind: "row", position };
    if (join.withinUs === undefined) return this.valueOf(join.right, key, stand);
    const last = this.#lastRow(join.right, key, stand);
    const isNear = last !== undefined && last.position.timeUs >= position.timeUs - join.withinUs;
    return isNear ? last.cells : undefined;
  }

  #lastRow(upstream: Upstream, key: readonly Value[], stand: Stand): Row | undefined {
    const names = keysOf(upstream).map((column) => column.name);
    return this.rowsOf(upstream).findLast(({ cells, position }) =>
      keyText(names.map((name) => cells[name] ?? null)) === keyText(key) &&
      isInSight(position, stand)
    );
  }

  #lastRowOf(upstream: Upstream, key: readonly Value[], stand: Stand): Cells {
    const row = this.#lastRow(upstream, key, stand);
    if (row !== undefined) return row.cells;
    return Object.fromEntries(columnsOf(upstream).map((column) => [column.name, null]));
  }

  /** One row per window [a, b) with rows in it, at time b. */
  #closedWindows(feature: Feature, driven: readonly Driven[]): readonly Row[] {
    const { window } = feature;
    if (window === undefined) throw new RangeError(`Cannot close "${feature.name}": no window`);
    const byEnd = Map.groupBy(
      driven,
      ({ position: { timeUs } }) =>
        (Math.floor((timeUs - window.offsetUs) / window.widthUs) + 1) * window.widthUs +
        window.offsetUs,
    );
    return [...byEnd].map(([endUs, rows]) => {
      const scope = this.#scope(
        feature,
        { cells: keyCells(feature, rows), matches: [], before: [] },
        (call) => this.#aggregate(feature, call, rows),
      );
      const cells = { ...keyCells(feature, rows), [timeNameOf(feature.input)]: endUs };
      const key = feature.keys.map(({ name }) => cells[name] ?? null);
      const driver = driverOf(feature.input);
      return {
        position: { driver, timeUs: endUs, sequence: -Infinity, tie: key },
        cells: this.#outputs(feature, cells, scope),
      };
    });
  }

  #aggregate(feature: Feature, call: AggregateCall, rows: readonly Driven[]): Value {
    const counted = rows.filter((row) => this.#passes(feature, call.where, row));
    const { operand } = call;
    if (operand === undefined) return aggregateOf(call, counted.map(() => true));
    return aggregateOf(
      call,
      counted.map((row) => emitted(evaluate(operand, this.#rowScope(feature, row)))),
    );
  }

  #passes(feature: Feature, where: Expression | undefined, row: Driven): boolean {
    return where === undefined || evaluate(where, this.#rowScope(feature, row)) === true;
  }

  #rowScope(feature: Feature, row: Driven): Scope {
    return this.#scope(feature, row, () => {
      throw new RangeError(
        `Cannot evaluate "${feature.name}": an aggregate inside a row expression`,
      );
    });
  }

  #scope(
    feature: Feature,
    row: Pick<Driven, "cells" | "matches" | "before">,
    aggregate: (call: AggregateCall) => Value,
  ): Scope {
    return {
      column: (from, name) => (from === -1 ? row.cells : row.matches[from])?.[name] ?? null,
      lag: (operand, rows) => {
        const earlier = row.before.at(-rows);
        if (earlier === undefined) return null;
        return emitted(evaluate(operand, this.#rowScope(feature, earlier)));
      },
      aggregate,
      hole: this.#holes(feature.plugin),
    };
  }

  #holes(plugin: string): (index: number) => (...values: Value[]) => unknown {
    return (index) => {
      const hole = this.#holesOf(plugin)[index];
      if (typeof hole !== "function") {
        throw new RangeError(`Cannot call hole ${index} of "${plugin}": it is no function`);
      }
      return (...values) => hole(...values);
    };
  }
}

function windowed(call: AggregateCall, seen: readonly Driven[], atUs: number): readonly Driven[] {
  const { window } = call;
  switch (window.kind) {
    case "sliding":
      return seen.filter(({ position }) => position.timeUs > atUs - window.widthUs);
    case "last":
      return seen.slice(-window.rows);
    case "ever":
      return seen;
    case "tumbling":
      throw new RangeError("Cannot evaluate a closed window at a row");
  }
}

function keyCells(feature: Feature, rows: readonly Driven[]): Cells {
  return Object.fromEntries(feature.keys.map(({ name }) => [name, rows[0]?.cells[name] ?? null]));
}

/** The name under which a stream's rows carry their time. */
export function timeNameOf(upstream: Upstream): string {
  return upstream.kind === "source" ? upstream.source.time : upstream.feature.time;
}
