/**
 * States of a user's aggregate by slot. With `remove` rows leave as they came. Without, a window that drops rows keeps
 * suffixes: at an anchor, the state of each row and all behind it (`clear`, then `prepend` from the newest row to the
 * oldest); later rows go to a running state; the oldest row leaves with its suffix.
 *
 * U1 Where failures are taken, a row that cannot be added is in no state, and leaves none; rows are known by their
 *    number among those that entered since the state was last cleared.
 * U2 A state that fails when a row leaves it has no value until it is cleared or made anew from its rows.
 */
import { isNested, type ValueType } from "../../dsl/types.ts";
import { messageOf } from "./message.ts";
import { assertPlainData, StateError, StateWatch } from "./plain_data.ts";
import { StateJournal } from "./state_journal.ts";

/** What a user writes; `add`, `merge` and `remove` may change and return their first argument. */
interface UserAggregate {
  init(): unknown;
  add(state: unknown, ...values: unknown[]): unknown;
  merge?(older: unknown, newer: unknown): unknown;
  remove?(state: unknown, ...values: unknown[]): unknown;
  result(state: unknown): unknown;
}

interface UserStatesOptions {
  readonly aggregate: UserAggregate;
  readonly name: string;
  readonly arguments: readonly ValueType[];
  readonly type: ValueType;
  /** True for windows that drop rows. */
  readonly drops: boolean;
  /** Takes errors of the user's code; without it they are thrown. */
  readonly failures?: { add(error: unknown): void } | undefined;
  readonly foreign: {
    valueOf(type: ValueType, word: number, words: Float64Array): unknown;
    wordOf(type: ValueType, value: unknown, what: string): number;
  };
}

/** A row that entered or left, with its values. */
interface Step {
  readonly leaves: boolean;
  readonly values: readonly unknown[];
}

/** The running state's rows: how many entered and left, and the numbers of those that are not in it. */
interface Faults {
  entered: number;
  left: number;
  readonly missing: number[];
  /** Why the state has no value. */
  broken?: string;
}

export class UserStates {
  readonly #options: UserStatesOptions;
  readonly #aggregate: UserAggregate;
  readonly #result: string;
  readonly #watch: StateWatch;
  /** By slot; undefined where no row has come since the last reset or anchor. */
  #running: unknown[] = [];
  /** How many rows the running state holds. */
  #sizes: number[] = [];
  /** States with the oldest row's on top. */
  #suffixes: (unknown[] | undefined)[] = [];
  /** By slot, where rows failed. */
  #faults: (Faults | undefined)[] = [];
  readonly #journal = new StateJournal<Step>((state, { leaves, values }) =>
    leaves ? this.#aggregate.remove!(state, ...values) : this.#aggregate.add(state, ...values)
  );

  constructor(options: UserStatesOptions) {
    const { aggregate, name, drops } = options;
    this.#options = options;
    this.#aggregate = namingErrors(aggregate, name);
    this.#result = `what the aggregate "${name}" returned`;
    this.#watch = new StateWatch(`the state of the aggregate "${name}"`);
    if (drops && !aggregate.remove && !aggregate.merge) {
      throw new RangeError(
        `Cannot link the aggregate "${name}": a window that drops rows needs merge or remove`,
      );
    }
  }

  add(slot: number, ...words: readonly unknown[]): void {
    const { failures } = this.#options;
    if (!failures) return this.#add(slot, words);
    const error = this.#tryAdd(slot, words);
    if (error !== undefined) failures.add(error.cause);
  }

  /** The oldest row leaves. */
  remove(slot: number, ...words: readonly unknown[]): void {
    const { failures } = this.#options;
    if (!this.#aggregate.remove && this.#suffixes[slot]?.length) this.#suffixes[slot].pop();
    else if (!failures) this.#remove(slot, words);
    else this.#tryRemove(slot, words);
    if (this.#sizes[slot] || this.#suffixes[slot]?.length) return;
    if (!this.#faults[slot]?.missing.length) this.clear(slot);
  }

  clear(slot: number): void {
    this.#running[slot] = undefined;
    this.#sizes[slot] = 0;
    this.#suffixes[slot] = undefined;
    this.#faults[slot] = undefined;
    this.#journal.forget(slot);
  }

  /** At an anchor, from the oldest row to the newest: where rows leave one by one they enter anew. */
  replay(slot: number, ...words: readonly unknown[]): void {
    if (!this.#aggregate.remove) return;
    if (this.#options.failures) this.#tryAdd(slot, words);
    else this.#add(slot, words);
  }

  /** The row before all suffixes gets its own. */
  prepend(slot: number, ...words: readonly unknown[]): void {
    if (this.#aggregate.remove) return;
    const suffixes = this.#suffixes[slot] ??= [];
    const later = suffixes.at(-1);
    try {
      const state = this.#aggregate.add(this.#aggregate.init(), ...this.#values(words));
      this.#watch.look(state);
      suffixes.push(later === undefined ? state : this.#aggregate.merge!(state, later));
    } catch (error) {
      if (!this.#options.failures || error instanceof StateError) throw error;
      suffixes.push(later);
    }
  }

  /** A number or a code, NaN for null, or the address of a packed value. */
  value(slot: number): number {
    const { failures, type } = this.#options;
    if (!failures) return this.#value(slot);
    try {
      const broken = this.#faults[slot]?.broken;
      if (broken !== undefined) throw new Error(broken);
      return this.#value(slot);
    } catch (error) {
      failures.add(error);
      return isNested(type) ? 0 : NaN;
    }
  }

  #add(slot: number, words: readonly unknown[]): void {
    const state = this.#sizes[slot] ? this.#running[slot] : this.#aggregate.init();
    const added = this.#aggregate.add(state, ...this.#values(words));
    this.#watch.look(added);
    this.#running[slot] = added;
    this.#sizes[slot] = (this.#sizes[slot] ?? 0) + 1;
  }

  #remove(slot: number, words: readonly unknown[]): void {
    if (this.#aggregate.remove) {
      this.#running[slot] = this.#aggregate.remove(this.#running[slot], ...this.#values(words));
    }
    this.#sizes[slot]!--;
  }

  /** Gives the error, if there was one; the state is then what it was. */
  #tryAdd(slot: number, words: readonly unknown[]): { readonly cause: unknown } | undefined {
    const faults = this.#faults[slot] ??= { entered: 0, left: 0, missing: [] };
    const number = faults.entered++;
    const size = this.#sizes[slot] ?? 0;
    try {
      if (size > 0) this.#journal.before(slot, this.#running[slot]);
      else this.#journal.forget(slot);
      this.#add(slot, words);
      if (size > 0) this.#journal.made(slot, { leaves: false, values: this.#values(words) });
      return undefined;
    } catch (cause) {
      if (cause instanceof StateError) throw cause;
      if (size > 0) this.#running[slot] = this.#journal.undo(slot);
      faults.missing.push(number);
      return { cause };
    }
  }

  #tryRemove(slot: number, words: readonly unknown[]): void {
    const faults = this.#faults[slot]!;
    if (faults.missing[0] === faults.left++) {
      faults.missing.shift();
      return;
    }
    if (!this.#aggregate.remove) {
      this.#sizes[slot]!--;
      return;
    }
    const before = this.#sizes[slot]!;
    this.#journal.before(slot, this.#running[slot]);
    try {
      this.#remove(slot, words);
      this.#journal.made(slot, { leaves: true, values: this.#values(words) });
    } catch (error) {
      faults.broken = messageOf(error);
      this.#journal.forget(slot);
      this.#sizes[slot] = before - 1;
    }
  }

  #value(slot: number): number {
    const result = this.#aggregate.result(this.#state(slot));
    const { foreign, type } = this.#options;
    const word = foreign.wordOf(type, result, this.#result);
    const isText = type.kind === "string" || type.kind === "enum";
    return isText && word < 0 ? NaN : word;
  }

  snapshot(): unknown {
    const states = {
      ...{ running: this.#running, sizes: this.#sizes, suffixes: this.#suffixes },
      faults: this.#faults,
    };
    const what = `the state of the aggregate "${this.#options.name}"`;
    assertPlainData(this.#running, what);
    assertPlainData(this.#suffixes, what);
    return structuredClone(states);
  }

  restore(snapshot: unknown): void {
    const { running, sizes, suffixes, faults } = snapshot as {
      running: unknown[];
      sizes: number[];
      suffixes: (unknown[] | undefined)[];
      faults: (Faults | undefined)[];
    };
    this.#running = running;
    this.#sizes = sizes;
    this.#suffixes = suffixes;
    this.#faults = faults;
    this.#journal.clear();
  }

  #state(slot: number): unknown {
    const suffixes = this.#suffixes[slot];
    const hasRunning = (this.#sizes[slot] ?? 0) > 0;
    const oldest = suffixes?.at(-1);
    if (oldest === undefined) return hasRunning ? this.#running[slot] : this.#aggregate.init();
    const older = structuredClone(oldest);
    return hasRunning ? this.#aggregate.merge!(older, this.#running[slot]) : older;
  }

  /** Nested arguments come as the values they are, others as words. */
  #values(words: readonly unknown[]): unknown[] {
    const { arguments: types, foreign } = this.#options;
    return words.map((word, j) =>
      typeof word === "number" ? foreign.valueOf(types[j]!, word, NO_WORDS) : word
    );
  }
}

const NO_WORDS = new Float64Array(0);

/** The aggregate with errors that say whose and where they are. */
function namingErrors(aggregate: UserAggregate, name: string): UserAggregate {
  const failed = (method: string, cause: unknown) =>
    new Error(`${method} of the aggregate "${name}" threw: ${messageOf(cause)}`, { cause });
  const named =
    <A extends unknown[]>(method: keyof UserAggregate, call: (...args: A) => unknown) =>
    (...args: A): unknown => {
      try {
        return call.apply(aggregate, args);
      } catch (error) {
        throw failed(method, error);
      }
    };
  const { merge, remove } = aggregate;
  return {
    init: named("init", aggregate.init),
    add: named("add", aggregate.add),
    result: named("result", aggregate.result),
    ...(merge ? { merge: named("merge", merge) } : {}),
    ...(remove ? { remove: named("remove", remove) } : {}),
  };
}
