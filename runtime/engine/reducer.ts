/**
 * A fold's reducer with the states of its keys. It is called once per row as `reduce(state, row, params)`, and
 * returns null for no row out, or an object with the declared columns.
 *
 * Every call gets a row object of its own, so a reducer may keep it in its state or change it.
 */
import type { Manifest } from "../../dsl/mod.ts";
import type { ValueType } from "../../dsl/types.ts";
import { assertPlainData, StateJournal, StateWatch } from "../kernel/mod.ts";
import { type ColumnData, isPacked } from "./column.ts";
import { absent, type ForeignValues } from "./foreign_values.ts";
import type { RowFailures } from "./row_failures.ts";

type FoldManifest = Manifest["folds"][number];

type Reduce = (state: unknown, row: unknown, params: unknown) => unknown;

type Row = Record<string, unknown>;

/** Puts a field of the row object. */
type Decode = (row: Row, i: number, t: number, reads: readonly ColumnData[]) => void;

export class Reducer {
  /** The columns of the last row that came out: numbers, codes, addresses in the heap. */
  readonly values: Float64Array;
  readonly #name: string;
  readonly #init: (params: unknown) => unknown;
  readonly #reduce: Reduce;
  readonly #params: Readonly<Record<string, unknown>>;
  readonly #outputs: FoldManifest["outputs"];
  readonly #labels: readonly string[];
  /** What a row object has, all null: copying it makes an object of one shape. */
  readonly #blank: Row = {};
  /** Fields of the row that hold a joined row. */
  readonly #joined: readonly string[];
  readonly #decoders: readonly Decode[];
  readonly #foreign: ForeignValues;
  readonly #watch: StateWatch;
  readonly #failures: RowFailures | undefined;
  readonly #journal: StateJournal<Row>;
  #states: unknown[] = [];

  constructor(
    manifest: FoldManifest,
    hole: unknown,
    { foreign, failures }: {
      readonly foreign: ForeignValues;
      readonly failures?: RowFailures | undefined;
    },
  ) {
    const { init, reduce } = reducerOf(hole, manifest.name);
    this.#name = manifest.name;
    this.#watch = new StateWatch(`the state of the reducer "${manifest.name}"`);
    this.#init = init;
    this.#reduce = reduce;
    this.#params = Object.freeze({ ...manifest.params });
    this.#outputs = manifest.outputs;
    this.#labels = manifest.outputs.map(({ name }) =>
      `"${name}" of ${whatReturned(manifest.name)}`
    );
    this.#foreign = foreign;
    this.#failures = failures;
    this.#journal = new StateJournal((state, row) => {
      this.#reduce(state, row, this.#params);
      return state;
    });
    this.values = new Float64Array(manifest.outputs.length);
    this.#decoders = manifest.row.map(({ path, type }, index) =>
      this.#decoder(path, type, manifest.reads[index]!)
    );
    this.#joined = Object.keys(this.#blank).filter((field) => this.#blank[field] !== null);
  }

  /**
   * Reduces row `i`, of slot `k` at time `t`; true if a row came out. Where failures are taken, a row that fails leaves
   * the state as it was, and is one of nulls.
   */
  step(k: number, i: number, t: number, reads: readonly ColumnData[]): boolean {
    const row = this.#rowOf(i, t, reads);
    if (!this.#failures) return this.#step(k, row);
    const isNew = this.#states[k] === undefined;
    if (!isNew) this.#journal.before(k, this.#states[k]);
    try {
      const comesOut = this.#step(k, row);
      // The reducer may keep the row it got.
      if (!isNew) this.#journal.made(k, this.#rowOf(i, t, reads));
      return comesOut;
    } catch (error) {
      this.#failures.add(error);
      this.#states[k] = isNew ? undefined : this.#journal.undo(k);
      this.#outputs.forEach(({ type }, j) => this.values[j] = absent(type));
      return true;
    }
  }

  #rowOf(i: number, t: number, reads: readonly ColumnData[]): Row {
    const row: Row = { ...this.#blank };
    for (const field of this.#joined) row[field] = { ...row[field] as Row };
    for (const decode of this.#decoders) decode(row, i, t, reads);
    return row;
  }

  #step(k: number, row: Row): boolean {
    let state = this.#states[k];
    if (state === undefined) this.#states[k] = state = this.#init(this.#params);
    const result = this.#reduce(state, row, this.#params);
    this.#watch.look(state);
    if (result === null || result === undefined) return false;
    if (!isRow(result)) {
      this.#foreign.wrongType(result, "an object with the declared columns", this.#result());
    }
    this.#outputs.forEach(({ name, type }, j) => {
      const part = (result as Record<string, unknown>)[name];
      this.values[j] = this.#foreign.wordOf(type, part, this.#labels[j]!);
    });
    return true;
  }

  forget(k: number): void {
    this.#states[k] = undefined;
    this.#journal.forget(k);
  }

  snapshot(): unknown {
    assertPlainData(this.#states, `the state of the reducer "${this.#name}"`);
    return structuredClone(this.#states);
  }

  restore(states: unknown): void {
    this.#states = states as unknown[];
    this.#journal.clear();
  }

  #result(): string {
    return whatReturned(this.#name);
  }

  #decoder([first, second]: readonly string[], type: ValueType, place: number): Decode {
    const valueAt = this.#reader(type, place);
    if (second === undefined) {
      addField(this.#blank, first!, null);
      return (row, i, t, reads) => {
        row[first!] = valueAt(i, t, reads);
      };
    }
    if (!Object.hasOwn(this.#blank, first!)) addField(this.#blank, first!, {});
    addField(this.#blank[first!] as Row, second, null);
    return (row, i, t, reads) => {
      (row[first!] as Row)[second] = valueAt(i, t, reads);
    };
  }

  #reader(
    type: ValueType,
    place: number,
  ): (i: number, t: number, reads: readonly ColumnData[]) => unknown {
    if (place < 0) return (_i, t) => t;
    const foreign = this.#foreign;
    return (i, _t, reads) => {
      const column = reads[place]!;
      return isPacked(column)
        ? foreign.valueOf(type, column.starts[i]! + 1, column.words)
        : foreign.valueOf(type, column[i]!, NO_WORDS);
    };
  }
}

/** An own field whatever its name, `__proto__` too. */
function addField(row: Row, name: string, value: unknown): void {
  Object.defineProperty(row, name, { value, writable: true, enumerable: true, configurable: true });
}

/** A list or a promise has none of the columns: it would be a row of nulls. */
function isRow(result: unknown): result is object {
  return typeof result === "object" && !Array.isArray(result) && !(result instanceof Promise);
}

function whatReturned(name: string): string {
  return name === "" ? "what the reducer returned" : `what the reducer "${name}" returned`;
}

const NO_WORDS = new Float64Array(0);

/** A function, whose state begins as `{}`, or `{ init(params), reduce }`. */
function reducerOf(
  hole: unknown,
  name: string,
): { init(params: unknown): unknown; reduce: Reduce } {
  if (typeof hole === "function") return { init: () => ({}), reduce: hole as Reduce };
  const { init, reduce } = (hole ?? {}) as { init?: unknown; reduce?: unknown };
  if (typeof init === "function" && typeof reduce === "function") {
    return {
      init: (params) => init.call(hole, params),
      reduce: (state, row, params) => reduce.call(hole, state, row, params),
    };
  }
  throw new RangeError(
    `Cannot link the reducer "${name}": it is neither a function nor an object with init and reduce`,
  );
}
