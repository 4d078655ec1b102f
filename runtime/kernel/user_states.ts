/**
 * States of a user's aggregate by slot. With `remove` rows leave as they came. Without, a window that drops rows keeps
 * suffixes: at an anchor, the state of each row and all behind it (`clear`, then `prepend` from the newest row to the
 * oldest); later rows go to a running state; the oldest row leaves with its suffix.
 */
import type { ValueType } from "../../dsl/types.ts";
import { assertPlainData } from "./plain_data.ts";

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
  readonly foreign: {
    valueOf(type: ValueType, word: number, words: Float64Array): unknown;
    wordOf(type: ValueType, value: unknown, what: string): number;
  };
}

export class UserStates {
  readonly #options: UserStatesOptions;
  readonly #aggregate: UserAggregate;
  readonly #result: string;
  /** By slot; undefined where no row has come since the last reset or anchor. */
  #running: unknown[] = [];
  /** How many rows the running state holds. */
  #sizes: number[] = [];
  /** States with the oldest row's on top. */
  #suffixes: (unknown[] | undefined)[] = [];

  constructor(options: UserStatesOptions) {
    const { aggregate, name, drops } = options;
    this.#options = options;
    this.#aggregate = aggregate;
    this.#result = `what the aggregate "${name}" returned`;
    if (drops && !aggregate.remove && !aggregate.merge) {
      throw new RangeError(
        `Cannot link the aggregate "${name}": a window that drops rows needs merge or remove`,
      );
    }
  }

  add(slot: number, ...words: readonly unknown[]): void {
    const state = this.#sizes[slot] ? this.#running[slot] : this.#aggregate.init();
    this.#running[slot] = this.#aggregate.add(state, ...this.#values(words));
    this.#sizes[slot] = (this.#sizes[slot] ?? 0) + 1;
  }

  /** The oldest row leaves. */
  remove(slot: number, ...words: readonly unknown[]): void {
    if (this.#aggregate.remove) {
      this.#running[slot] = this.#aggregate.remove(this.#running[slot], ...this.#values(words));
      this.#sizes[slot]!--;
    } else if (this.#suffixes[slot]?.length) this.#suffixes[slot].pop();
    else this.#sizes[slot]!--;
    if (!this.#sizes[slot] && !this.#suffixes[slot]?.length) this.clear(slot);
  }

  clear(slot: number): void {
    this.#running[slot] = undefined;
    this.#sizes[slot] = 0;
    this.#suffixes[slot] = undefined;
  }

  /** At an anchor, from the oldest row to the newest: where rows leave one by one they enter anew. */
  replay(slot: number, ...words: readonly unknown[]): void {
    if (this.#aggregate.remove) this.add(slot, ...words);
  }

  /** The row before all suffixes gets its own. */
  prepend(slot: number, ...words: readonly unknown[]): void {
    if (this.#aggregate.remove) return;
    const state = this.#aggregate.add(this.#aggregate.init(), ...this.#values(words));
    const suffixes = this.#suffixes[slot] ??= [];
    const later = suffixes.at(-1);
    suffixes.push(suffixes.length === 0 ? state : this.#aggregate.merge!(state, later));
  }

  /** A number or a code, NaN for null, or the address of a packed value. */
  value(slot: number): number {
    const result = this.#aggregate.result(this.#state(slot));
    const { foreign, type } = this.#options;
    const word = foreign.wordOf(type, result, this.#result);
    const isText = type.kind === "string" || type.kind === "enum";
    return isText && word < 0 ? NaN : word;
  }

  snapshot(): unknown {
    const states = { running: this.#running, sizes: this.#sizes, suffixes: this.#suffixes };
    const what = `the state of the aggregate "${this.#options.name}"`;
    assertPlainData(this.#running, what);
    assertPlainData(this.#suffixes, what);
    return structuredClone(states);
  }

  restore(snapshot: unknown): void {
    const { running, sizes, suffixes } = structuredClone(snapshot) as {
      running: unknown[];
      sizes: number[];
      suffixes: (unknown[] | undefined)[];
    };
    this.#running = running;
    this.#sizes = sizes;
    this.#suffixes = suffixes;
  }

  #state(slot: number): unknown {
    const suffixes = this.#suffixes[slot];
    const hasRunning = (this.#sizes[slot] ?? 0) > 0;
    if (!suffixes?.length) return hasRunning ? this.#running[slot] : this.#aggregate.init();
    const older = structuredClone(suffixes.at(-1));
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
