/** Rows and values of sources and features, each recomputed from the list of all admitted rows. */
import {
  type AggregateCall,
  type Column,
  driverOf,
  type Expression,
  type Feature,
  type Join,
  keysOf,
  type Source,
  type Upstream,
} from "../../dsl/typed_ast.ts";
import { type Admission, admit, type Delivery } from "./admission.ts";
import { callAggregate } from "./call.ts";
import {
  type Driven,
  drivenRows,
  inputRows,
  isDeleted,
  isExpired,
  keyCells,
  remembered,
  type Row,
} from "./driven.ts";
import { isLive, lastTick } from "./every.ts";
import { evaluate, type Scope } from "./expression.ts";
import { foldRows } from "./fold.ts";
import { pairsOf } from "./pairs.ts";
import {
  comparePositions,
  isInSight,
  isLaterInInstant,
  isSamePosition,
  type Position,
  sourceIdOf,
  type Stand,
  timeOf,
} from "./position.ts";
import { nothingOf, placesOf, timeNameOf } from "./upstream.ts";
import { type Cells, emitted, keyText, type Value } from "./value.ts";
import { closedWindows, windowed } from "./windows.ts";

export type { Row } from "./driven.ts";

export interface OracleInput {
  readonly source: Source;
  readonly entries: readonly Delivery[];
}

type HolesOf = (plugin: string) => readonly unknown[];

/** What a feature's expressions see. */
type Seen = Pick<Driven, "cells" | "matches" | "before">;

const NOTHING: Seen = { cells: {}, matches: [], before: [] };

/** The slow, obvious evaluator: asks for a value cost a walk over everything. */
export class Oracle {
  readonly #admissions = new Map<string, Admission>();
  readonly #driven = new Map<Feature, ReadonlyMap<string, readonly Driven[]>>();
  readonly #rows = new Map<Feature, readonly Row[]>();
  readonly #holesOf: HolesOf;
  readonly #untilUs: number;

  /** `untilUs`: rows that time alone makes are made up to then. */
  constructor(inputs: readonly OracleInput[], holesOf: HolesOf, untilUs: number) {
    this.#holesOf = holesOf;
    this.#untilUs = untilUs;
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
    if (upstream.kind === "request") return [];
    const { feature } = upstream;
    const known = this.#rows.get(feature);
    if (known !== undefined) return known;
    const rows = this.#computeRows(feature)
      .toSorted((a, b) => comparePositions(a.position, b.position));
    this.#rows.set(feature, rows);
    return rows;
  }

  /** The columns of a stream's value at (key, stand); null where there is nothing. */
  valueOf(upstream: Upstream, key: readonly Value[], stand: Stand): Cells {
    if (upstream.kind === "source") return this.#lastRowOf(upstream, key, stand);
    if (upstream.kind === "request") throw new RangeError("A request has values only in questions");
    const { feature } = upstream;
    // A null is no key: nothing is known of it, not even that nothing came.
    if (key.includes(null) && feature.form !== "map") return nothingOf(upstream);
    switch (feature.form) {
      case "union":
      case "pairs":
        return this.#lastRowOf(upstream, key, stand);
      case "closed": {
        const last = this.#inSight(feature, key, stand).at(-1);
        const isPast = last !== undefined && isExpired(feature, last, timeOf(stand));
        return isPast
          ? nothingOf(upstream)
          : this.#lastRowOf(upstream, key, stand, this.#inputOf(feature));
      }
      case "fold":
        return this.#foldValue(feature, key, stand);
      case "map":
        return this.#mapped(feature, this.valueOf(feature.input, key, stand));
      case "rows":
      case "sliding":
        return this.#eventValue(feature, key, stand);
      case "request":
        throw new RangeError(`Cannot ask "${feature.name}" without the columns of its request`);
    }
  }

  /** The value of a feature on a request, asked with `brought`: the request's columns. */
  askedValueOf(feature: Feature, brought: Cells, stand: Stand): Cells {
    const { input } = feature;
    const keys = Object.fromEntries(feature.keys.map(({ name }) => [name, brought[name] ?? null]));
    const cells = input.kind === "feature"
      ? { ...this.askedValueOf(input.feature, brought, stand), ...keys }
      : brought;
    const matches = feature.joins.map(({ right, on }) =>
      this.valueOf(right, on.map(({ left }) => cells[left] ?? null), stand)
    );
    const scope = this.#scope(feature, { ...NOTHING, cells, matches }, () => null);
    return this.#outputs(feature, cells, scope);
  }

  #computeRows(feature: Feature): readonly Row[] {
    switch (feature.form) {
      case "map":
        return this.#inputOf(feature).map(({ position, cells }) => ({
          position,
          cells: this.#mapped(feature, cells),
        }));
      case "request":
        return [];
      case "union":
        return this.#unionRows(feature);
      case "pairs":
        return this.#pairRows(feature);
      case "closed":
        return this.#byKey(feature).flatMap((driven) => this.#closedRows(feature, driven));
      case "fold":
        return this.#byKey(feature).flatMap((driven) => this.#folded(feature, driven))
          .filter((row) => row !== undefined);
      case "rows":
      case "sliding":
        return this.#byKey(feature).flatMap((driven) =>
          feature.everyUs === undefined
            ? driven.map((row) => this.#eventRow(feature, row))
            : this.#ticks(feature, driven, feature.everyUs)
        );
    }
  }

  #byKey(feature: Feature): readonly (readonly Driven[])[] {
    return [...this.#drivenOf(feature).values()];
  }

  #inputOf(feature: Feature): readonly Row[] {
    return inputRows(feature.input, this.rowsOf(feature.input));
  }

  #eventRow(feature: Feature, row: Driven): Row {
    const { position } = row;
    const seen = [...row.before, row];
    return { position, cells: this.#valueFrom(feature, seen, position.timeUs, row) };
  }

  /** One row at each multiple of the step at which the key is live. */
  #ticks(feature: Feature, driven: readonly Driven[], stepUs: number): readonly Row[] {
    const rows: Row[] = [];
    const first = driven[0];
    const firstUs = Math.ceil((first?.position.timeUs ?? Infinity) / stepUs) * stepUs + 0;
    for (let timeUs = firstUs; timeUs <= this.#untilUs; timeUs += stepUs) {
      const inSight = driven.filter(({ position }) => position.timeUs <= timeUs);
      const last = inSight.at(-1);
      if (first === undefined || last === undefined || !isLive(feature, last, timeUs)) continue;
      const key = feature.keys.map(({ name }) => first.cells[name] ?? null);
      const cells = this.#valueFrom(feature, remembered(feature, inSight, timeUs), timeUs);
      rows.push({
        position: {
          driver: driverOf(feature.input),
          timeUs,
          sequence: Infinity,
          madeBy: feature.id,
          tie: key,
        },
        cells: { ...cells, [feature.time]: timeUs },
      });
    }
    return rows;
  }

  #eventValue(feature: Feature, key: readonly Value[], stand: Stand): Cells {
    const { everyUs } = feature;
    const at = everyUs === undefined ? stand : lastTick(stand, everyUs);
    const inSight = this.#inSight(feature, key, at);
    const seen = remembered(feature, inSight, timeOf(at));
    const last = seen.at(-1);
    const isAtLast = last !== undefined && at.kind === "row" &&
      isSamePosition(last.position, at.position);
    const cells = this.#valueFrom(feature, seen, timeOf(at), isAtLast ? last : undefined);
    if (everyUs === undefined) return cells;
    const isRow = last !== undefined && isLive(feature, last, timeOf(at));
    return { ...cells, [feature.time]: isRow ? timeOf(at) : null };
  }

  #inSight(feature: Feature, key: readonly Value[], stand: Stand): readonly Driven[] {
    const sees = this.#sight(this.#inputOf(feature), feature.keys, key, stand);
    return (this.#drivenOf(feature).get(keyText(key)) ?? []).filter(({ position }) =>
      sees(position)
    );
  }

  /** Rows made by time at one instant see each other, but rows of one key only those up to themselves. */
  #sight(
    rows: readonly Row[],
    keys: readonly Column[],
    key: readonly Value[],
    stand: Stand,
  ): (position: Position) => boolean {
    const isOwnKey = stand.kind === "row" &&
      rows.some(({ position, cells }) =>
        isSamePosition(position, stand.position) &&
        keyText(keys.map(({ name }) => cells[name] ?? null)) === keyText(key)
      );
    return (position) =>
      isInSight(position, stand) && !(isOwnKey && isLaterInInstant(position, stand.position));
  }

  #unionRows({ members = [], ...feature }: Feature): readonly Row[] {
    const sources = members.map(placesOf);
    return members.flatMap((member, i) => {
      const place = sources.slice(0, i).flat().length;
      return inputRows(member, this.rowsOf(member)).map(({ position, cells }) => ({
        position: {
          ...position,
          union: { sources: sources.flat(), place: place + (position.union?.place ?? 0) },
        },
        cells: {
          ...this.#mapped(feature, cells),
          [feature.time]: position.timeUs,
        },
      }));
    });
  }

  #pairRows(feature: Feature): readonly Row[] {
    const [join] = feature.joins;
    if (join === undefined) throw new RangeError(`Cannot pair rows of "${feature.name}": no join`);
    const rights = inputRows(join.right, this.rowsOf(join.right));
    return pairsOf(feature, this.#inputOf(feature), rights).map(({ left, right, position }) => {
      const scope = this.#scope(feature, { ...NOTHING, cells: left.cells, matches: [right.cells] });
      const cells = this.#outputs(feature, left.cells, scope);
      return { position, cells: { ...cells, [feature.time]: position.timeUs } };
    });
  }

  #closedRows(feature: Feature, driven: readonly Driven[]): readonly Row[] {
    const { window, ttlUs = Infinity } = feature;
    if (window === undefined) throw new RangeError(`Cannot close "${feature.name}": no window`);
    const key = feature.keys.map(({ name }) => driven[0]?.cells[name] ?? null);
    const windows = closedWindows(window, driven, {
      ttlUs,
      untilUs: this.#untilUs,
      valueOf: (of, row) => Number(emitted(evaluate(of, this.#rowScope(feature, row))) ?? 0),
    });
    return windows.map(({ rows, endUs, readUs, closing }) => {
      const cells = { ...keyCells(feature, key), [timeNameOf(feature.input)]: endUs };
      const scope = this.#scope(
        feature,
        { ...NOTHING, cells },
        (call) => this.#aggregate(feature, call, rows, readUs),
      );
      const driver = driverOf(feature.input);
      const made = { driver, timeUs: endUs, sequence: -Infinity, madeBy: feature.id, tie: key };
      return {
        position: closing?.position ?? made,
        cells: this.#outputs(feature, cells, scope),
      };
    });
  }

  #folded(feature: Feature, driven: readonly Driven[]): readonly (Row | undefined)[] {
    const reducer = this.#holesOf(feature.plugin)[feature.fold?.hole ?? -1];
    const made = foldRows(feature, driven, reducer as Parameters<typeof foldRows>[2]);
    return driven.map((row, i) => {
      const given = made[i];
      if (given === undefined) return undefined;
      const scope = {
        ...this.#rowScope(feature, row),
        folded: (name: string) => given[name] ?? null,
      };
      return { position: row.position, cells: this.#outputs(feature, row.cells, scope) };
    });
  }

  /** The last row made since the key was forgotten last. */
  #foldValue(feature: Feature, key: readonly Value[], stand: Stand): Cells {
    const inSight = this.#inSight(feature, key, stand);
    const seen = new Set(remembered(feature, inSight, timeOf(stand)));
    const driven = this.#drivenOf(feature).get(keyText(key)) ?? [];
    const rows = this.#folded(feature, driven);
    const last = rows.findLast((row, i) => row !== undefined && seen.has(driven[i]!));
    return last?.cells ?? nothingOf({ kind: "feature", feature });
  }

  #mapped(feature: Feature, cells: Cells): Cells {
    return this.#outputs(feature, cells, this.#scope(feature, { ...NOTHING, cells }, () => null));
  }

  /** The feature's columns when its key's rows in sight are `seen`, `current` being the one stood at. */
  #valueFrom(feature: Feature, seen: readonly Driven[], atUs: number, current?: Driven): Cells {
    const last = seen.at(-1) ?? NOTHING;
    const scope = this.#scope(feature, last, (call) => {
      const inside = windowed(call, seen, atUs)
        .filter((row) => !(call.excludesCurrent && row === current));
      return this.#aggregate(feature, call, inside, atUs);
    });
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
    const byKey = drivenRows(feature, this.#inputOf(feature), {
      match: (join, left, position) => this.#match(join, left, position),
      passes: (row) =>
        feature.where === undefined ||
        evaluate(feature.where, this.#rowScope(feature, row)) === true,
    });
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
    return isNear && !isDeleted(join.right, last) ? last.cells : undefined;
  }

  /** `among` are the rows of which one may be the row stood at. */
  #lastRow(
    upstream: Upstream,
    key: readonly Value[],
    stand: Stand,
    among = this.rowsOf(upstream),
  ): Row | undefined {
    const keys = keysOf(upstream);
    const sees = this.#sight(among, keys, key, stand);
    return this.rowsOf(upstream).findLast(({ cells, position }) =>
      keyText(keys.map(({ name }) => cells[name] ?? null)) === keyText(key) && sees(position)
    );
  }

  #lastRowOf(
    upstream: Upstream,
    key: readonly Value[],
    stand: Stand,
    among?: readonly Row[],
  ): Cells {
    const row = this.#lastRow(upstream, key, stand, among);
    return row === undefined || isDeleted(upstream, row) ? nothingOf(upstream) : row.cells;
  }

  #aggregate(
    feature: Feature,
    call: AggregateCall,
    rows: readonly Driven[],
    atUs: number,
  ): Value {
    const evaluated = rows.map((row) => ({
      timeUs: row.position.timeUs,
      evaluate: (expression: Expression) => evaluate(expression, this.#rowScope(feature, row)),
    }));
    const hole = (index: number) => this.#holesOf(feature.plugin)[index];
    return callAggregate(call, evaluated, { atUs, hole });
  }

  #rowScope(feature: Feature, row: Driven): Scope {
    return this.#scope(feature, row);
  }

  #scope(
    feature: Pick<Feature, "plugin" | "name">,
    row: Seen,
    aggregate: (call: AggregateCall) => Value = () => misplaced(feature.name, "an aggregate"),
  ): Scope {
    return {
      column: (from, name) => (from === -1 ? row.cells : row.matches[from])?.[name] ?? null,
      lag: (operand, rows) => {
        const earlier = row.before.at(-rows);
        if (earlier === undefined) return null;
        return emitted(evaluate(operand, this.#scope(feature, earlier)));
      },
      aggregate,
      folded: () => misplaced(feature.name, "a fold's output"),
      hole: this.#holes(feature.plugin),
    };
  }

  #holes(plugin: string): (index: number) => (...values: unknown[]) => unknown {
    return (index) => {
      const hole = this.#holesOf(plugin)[index];
      if (typeof hole !== "function") {
        throw new RangeError(`Cannot call hole ${index} of "${plugin}": it is no function`);
      }
      return (...values) => hole(...values);
    };
  }
}

function misplaced(feature: string, what: string): never {
  throw new RangeError(`Cannot evaluate "${feature}": ${what} inside a row expression`);
}
