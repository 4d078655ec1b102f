/** The statements over the states of a window's keys: in the head, in records, in the tail's rows. */
import { onOperands } from "../lane_text.ts";
import type { Lane, Need } from "../lanes.ts";
import { quoteNumber } from "../quote.ts";
import type { StateWriter } from "../state.ts";
import { guarded, join } from "../window.ts";
import type { TileForm } from "./tile_forms.ts";

/** A part with its places among the words of a state. */
export interface TilePart {
  readonly name: string;
  readonly form: TileForm;
  readonly from: number;
}

export interface TileNeed {
  readonly need: Need;
  readonly parts: readonly TilePart[];
}

/** Names of a state's words: of one key's, or of one record's. */
export type Words = readonly string[];

/** Where a lane's operands stand among the values of a row. */
export interface ValuePlaces {
  readonly count: number;
  of(lane: Lane | undefined): readonly number[];
  readonly lanes: readonly Lane[];
}

export class TileStates {
  readonly #tiled: string;
  readonly #parts: readonly TileNeed[];
  readonly #empty: Words;
  readonly #values: ValuePlaces;
  /** States of each key: of its rows in the head, and of the tiles between. */
  readonly #head: Words;
  readonly #middle: Words;
  /** 1 where the key has rows in the head. */
  readonly #open: string;
  /** The key's oldest and newest record. */
  readonly #first: string;
  readonly #last: string;
  /** The key's first row of the tail that is still inside. */
  readonly #tailAt: string;
  /** The turn after which the middle was computed. */
  readonly #turn: string;
  /** Rows before it are forgotten. */
  readonly #since: string | undefined;

  constructor({ state, tiled, parts, empty, values, forgets }: {
    readonly state: StateWriter;
    readonly tiled: string;
    readonly parts: readonly TileNeed[];
    readonly empty: Words;
    readonly values: ValuePlaces;
    readonly forgets: boolean;
  }) {
    this.#tiled = tiled;
    this.#parts = parts;
    this.#empty = empty;
    this.#values = values;
    this.#head = empty.map((word) => state.perSlot("ta", word));
    this.#middle = empty.map((word) => state.perSlot("tb", word));
    this.#open = state.perSlot("to", "0", "Int32Array");
    this.#first = state.perSlot("tf", "-1", "Int32Array");
    this.#last = state.perSlot("tl", "-1", "Int32Array");
    this.#tailAt = state.perSlot("tp", "-1", "Int32Array");
    this.#turn = state.perSlot("tt", "-1", "Int32Array");
    this.#since = forgets ? state.perSlot("ts", "-Infinity") : undefined;
  }

  /** At the first row or query past the head tile. */
  turn(): string {
    const tiled = this.#tiled;
    const head = at(this.#head, "k");
    const since = this.#since;
    const isOut = since === undefined
      ? ""
      : `if (times[p] < ${since}[k]) { ${tiled}.tailNext[p] = -1; continue; }`;
    const states = this.#empty.map((_, word) => `states[${word}][p]`);
    const later = this.#empty.map((_, word) => `states[${word}][q]`);
    return [
      `if (t > ${tiled}.untilUs) {`,
      `for (let j = 0; j < ${tiled}.rows; j++) {`,
      `const k = ${tiled}.slots[j]; if (${this.#open}[k] === 0) continue;`,
      `${this.#open}[k] = 0; const r = ${tiled}.record(k, ${this.#first}, ${this.#last});`,
      ...head.map((word, j) => `${tiled}.records[${j}][r] = ${word}; ${word} = ${this.#empty[j]};`),
      "}",
      `${tiled}.turn(t, ${this.#first}, ${this.#tailAt});`,
      `const { times, slots, values } = ${tiled}.tail, states = ${tiled}.tailStates;`,
      "for (let p = slots.length - 1; p >= 0; p--) {",
      `const k = slots[p]; ${isOut}`,
      ...states.map((word, j) => `${word} = ${this.#empty[j]};`),
      ...this.#parts.map(({ need, parts }) =>
        onOperands(
          this.#values.of(need.lane).map((place) => `values[${place}][p]`),
          parts.some(({ form }) => form.readsTime) ? "times[p]" : undefined,
          join(parts.map((part) => part.form.add(wordsOf(part, states)))),
        )
      ),
      `const q = ${this.#tailAt}[k]; ${tiled}.tailNext[p] = q; ${this.#tailAt}[k] = p;`,
      `if (q >= 0) { ${this.#merge(states, later)} }`,
      "}",
      "}",
    ].join("\n");
  }

  /** The row at hand goes into the head. */
  enter(): string {
    const puts = this.#values.lanes.flatMap((lane) =>
      this.#values.of(lane).map((place, j) =>
        `${this.#tiled}.values[${place}][p] = ${lane.operands[j]!.name};`
      )
    );
    const head = at(this.#head, "k");
    return [
      `{ const p = ${this.#tiled}.put(t, k); ${puts.join(" ")} }`,
      `${this.#open}[k] = 1;`,
      ...this.#parts.map(({ need, parts }) =>
        guarded(need, join(parts.map((part) => part.form.add(wordsOf(part, head)))))
      ),
    ].join("\n");
  }

  /** The window's state at `t` for slot `k`, in variables. */
  read(now: Words, widthUs: number): string {
    const tiled = this.#tiled;
    const middle = at(this.#middle, "k");
    const records = this.#empty.map((_, word) => `${tiled}.records[${word}][r]`);
    const set = (words: Words) => join(now.map((name, j) => `${name} = ${words[j]};`));
    return [
      `if (${this.#turn}[k] !== ${tiled}.turns) {`,
      `${this.#turn}[k] = ${tiled}.turns;`,
      ...middle.map((word, j) => `${word} = ${this.#empty[j]};`),
      `for (let r = ${this.#first}[k]; r >= 0; r = ${tiled}.next[r]) { ${
        this.#merge(middle, records)
      } }`,
      "}",
      `var ${now.join(", ")};`,
      `if (${this.#tailAt}[k] >= 0) {`,
      `let p = ${this.#tailAt}[k];`,
      `while (p >= 0 && ${tiled}.tail.times[p] <= t - ${
        quoteNumber(widthUs)
      }) p = ${tiled}.tailNext[p];`,
      `${this.#tailAt}[k] = p;`,
      `if (p >= 0) { ${set(this.#empty.map((_, word) => `${tiled}.tailStates[${word}][p]`))} ${
        this.#merge(now, middle)
      } } else { ${set(middle)} }`,
      `} else { ${set(middle)} }`,
      this.#merge(now, at(this.#head, "k")),
    ].join("\n");
  }

  forget(): string {
    return join([
      ...at(this.#head, "k").map((word, j) => `${word} = ${this.#empty[j]};`),
      `${this.#open}[k] = 0; ${this.#first}[k] = -1; ${this.#tailAt}[k] = -1; ${this.#turn}[k] = -1;`,
      this.#since === undefined ? "" : `${this.#since}[k] = t;`,
    ]);
  }

  #merge(into: Words, from: Words): string {
    return join(
      this.#parts.flatMap(({ parts }) =>
        parts.map((part) => part.form.merge(wordsOf(part, into), wordsOf(part, from)))
      ),
    );
  }
}

export function wordsOf({ from, form }: TilePart, words: Words): Words {
  return words.slice(from, from + form.empty.length);
}

function at(arrays: Words, index: string): Words {
  return arrays.map((name) => `${name}[${index}]`);
}
