/**
 * Parts as partial states that can be merged: what a tile keeps of a lane. A state is a few words, each a place in
 * an array; texts are written over the names of those places. Merging keeps the order of time: `into` is the older.
 */
import { FIRST, LAST } from "../parts/extremes.ts";
import { COUNT, SUM } from "../parts/counts.ts";
import { COMOMENTS, TREND } from "../parts/comoments.ts";
import { DECAYED_PREFIX } from "../parts/decayed.ts";
import { MOMENTS } from "../parts/moments.ts";
import type { Part } from "../parts/part.ts";
import { POWERS } from "../parts/powers.ts";
import { RUN_OF_TIME, RUN_OF_X, RUN_OF_Y } from "../parts/run.ts";
import {
  comomentsForm,
  constantForm,
  decayedForm,
  MOMENTS_FORM,
  POWERS_FORM,
} from "./statistic_forms.ts";

export interface TileForm {
  /** The words of no rows. */
  readonly empty: readonly string[];
  /** Set where texts of symbols are compared. */
  readonly readsTexts?: boolean;
  /** Set where adding a row reads its time `at`. */
  readonly readsTime?: boolean;
  /** The row with operands `x` and `y` enters as the newest. */
  add(words: readonly string[]): string;
  /** `from` is put behind `into`. */
  merge(into: readonly string[], from: readonly string[]): string;
  /** What values read, by the names that the part's texts use. */
  reads(words: readonly string[]): Readonly<Record<string, string>>;
}

/** The form of a part; undefined for parts that cannot be merged in a few words. */
export function tileFormOf({ name }: Part): TileForm | undefined {
  if (name.startsWith(DECAYED_PREFIX)) return decayedForm(name.slice(DECAYED_PREFIX.length));
  return FORMS.get(name);
}

const COUNT_FORM: TileForm = {
  empty: ["0"],
  add: ([n]) => `${n}++;`,
  merge: ([n], [from]) => `${n} += ${from};`,
  reads: ([n]) => ({ n: n! }),
};

/** Two-sum, as in the windows without tiles. */
const SUM_FORM: TileForm = {
  empty: ["0", "0"],
  add: ([s, c]) => twoSum(s!, c!, "x"),
  merge: ([s, c], [fromS, fromC]) => `${twoSum(s!, c!, fromS!)} ${c} += ${fromC};`,
  reads: ([s, c]) => ({ total: `(${s} + ${c})` }),
};

function twoSum(s: string, c: string, x: string): string {
  return `{ const s = ${s}, y = ${x}, u = s + y, z = u - s; ${c} += (s - (u - z)) + (y - z); ${s} = u; }`;
}

const FIRST_FORM: TileForm = {
  empty: ["NaN"],
  add: ([m]) => `if (${m} !== ${m}) ${m} = x;`,
  merge: ([m], [from]) => `if (${m} !== ${m}) ${m} = ${from};`,
  reads: ([m]) => ({ x: m! }),
};

const LAST_FORM: TileForm = {
  empty: ["NaN"],
  add: ([m]) => `${m} = x;`,
  merge: ([m], [from]) => `if (${from} === ${from}) ${m} = ${from};`,
  reads: ([m]) => ({ x: m! }),
};

type Direction = "min" | "max";

/** True where `a` comes before `b`, which may be null. */
function beats(direction: Direction, ofTexts: boolean, [a, b]: readonly [string, string]): string {
  const sign = direction === "min" ? "<" : ">";
  return ofTexts
    ? `${a} === ${a} && (${b} !== ${b} || compareCodes(${a}, ${b}) ${sign} 0)`
    : `${a} ${sign} ${b} || ${b} !== ${b}`;
}

function extremeForm(direction: Direction, readsTexts: boolean): TileForm {
  const take = (m: string, from: string) =>
    `if (${beats(direction, readsTexts, [from, m])}) ${m} = ${from};`;
  return {
    empty: ["NaN"],
    readsTexts,
    add: ([m]) => take(m!, "x"),
    merge: ([m], [from]) => take(m!, from!),
    reads: ([m]) => ({ x: m! }),
  };
}

/** The operand and what it is chosen by; of equals the older stays. */
function argumentForm(direction: Direction, readsTexts: boolean): TileForm {
  const take = ([m, best]: readonly string[], [x, y]: readonly [string, string]) =>
    `if (${beats(direction, readsTexts, [y, best!])}) { ${best} = ${y}; ${m} = ${x}; }`;
  return {
    empty: ["NaN", "NaN"],
    readsTexts,
    add: (words) => take(words, ["x", "y"]),
    merge: (words, [x, y]) => take(words, [x!, y!]),
    reads: ([m]) => ({ x: m! }),
  };
}

const FORMS: ReadonlyMap<string, TileForm> = new Map([
  [COUNT.name, COUNT_FORM],
  [SUM.name, SUM_FORM],
  [MOMENTS.name, MOMENTS_FORM],
  [POWERS.name, POWERS_FORM],
  [COMOMENTS.name, comomentsForm("y")],
  [TREND.name, comomentsForm("at")],
  [RUN_OF_X.name, constantForm("x")],
  [RUN_OF_Y.name, constantForm("y")],
  [RUN_OF_TIME.name, constantForm("at")],
  [FIRST.name, FIRST_FORM],
  [LAST.name, LAST_FORM],
  ...(["min", "max"] as const).flatMap((direction): [string, TileForm][] => [
    [direction, extremeForm(direction, false)],
    [`${direction}:text`, extremeForm(direction, true)],
    [`arg_${direction}`, argumentForm(direction, false)],
    [`arg_${direction}:text`, argumentForm(direction, true)],
  ]),
]);
