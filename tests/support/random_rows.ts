/** Random arrivals of a source: few keys, many ties, nulls, late rows and repeats. */
import type { Cells, Value } from "../oracle/value.ts";
import { SIDES, TEXTS } from "./random_text.ts";
import type { Random } from "./random.ts";
import type { RandomSource } from "./random_source.ts";

export const SECOND_US = 1_000_000;

const STEPS_SECONDS = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 5, 11] as const;

const KEYS = ["a", "a", "b", "b", "😀", "Ａ", ""] as const;

/** Around the last integers that a double holds. */
const BIG = [
  2n ** 53n,
  1,
  -(2n ** 63n),
  2n ** 53n + 1n,
  Number.MAX_SAFE_INTEGER,
  2n ** 63n - 1n,
  null,
] as const;

export interface RowOptions {
  readonly baseUs: number;
  readonly rows: number;
  /** Number of the entry among the source's. */
  readonly entry: number;
  /** Floats are decimal fractions instead of quarters. */
  readonly isRough: boolean;
}

/** One entry's rows in order of arrival. */
export function randomRows(
  random: Random,
  source: RandomSource,
  options: RowOptions,
): readonly Cells[] {
  const rows: Cells[] = [];
  let clockUs = options.baseUs + random.int(4) * SECOND_US;
  for (let i = 0; i < options.rows; i++) {
    clockUs += random.pick(STEPS_SECONDS) * SECOND_US;
    const repeated = rows.length > 0 && random.chance(0.06);
    const row = repeated ? random.pick(rows.slice(-5)) : randomRow(random, source, {
      timeUs: clockUs - disorder(random, source) * SECOND_US,
      isRough: options.isRough,
    });
    rows.push(row);
  }
  const hasSequence = source.delivered.some(({ type }) => type === "sequence");
  return hasSequence ? withSequence(random, rows, options.entry) : rows;
}

/** Gives each row its own number; most count down, against the order of arrival. */
function withSequence(random: Random, rows: readonly Cells[], entry: number): readonly Cells[] {
  return rows.map((row, i) => {
    const place = random.chance(0.8) ? 2000 - 2 * i : 4000 + 2 * i;
    return { ...row, place: place + entry };
  });
}

/** Seconds a row comes after its turn; beyond the lateness now and then. */
function disorder(random: Random, { latenessSeconds }: RandomSource): number {
  if (random.chance(0.03)) return latenessSeconds + random.between(1, 4);
  return random.chance(0.4) ? random.between(0, latenessSeconds) : 0;
}

function randomRow(
  random: Random,
  source: RandomSource,
  at: { readonly timeUs: number; readonly isRough: boolean },
): Cells {
  const cells: Record<string, Value> = {};
  for (const { name, type, draw } of source.delivered) {
    const isKey = source.stream.keys.includes(name);
    const nullChance = isKey || name === source.time ? 0.02 : 0.12;
    if (type === "sequence") continue;
    else if (random.chance(nullChance)) cells[name] = null;
    else if (draw !== undefined) cells[name] = draw(random);
    else if (type === "big") cells[name] = random.pick(isKey ? BIG.slice(0, 3) : BIG);
    else if (name === source.time) cells[name] = at.timeUs;
    else if (type === "int") cells[name] = isKey ? random.int(3) : random.between(-3, 6);
    else if (type === "float") cells[name] = randomFloat(random, at.isRough);
    else if (type === "duration") cells[name] = random.between(-2, 6) * SECOND_US / 2;
    else if (type === "bool") cells[name] = random.chance(name === "gone" ? 0.2 : 0.5);
    else if (type === "side") cells[name] = random.pick(SIDES);
    else cells[name] = random.pick(isKey ? KEYS : TEXTS);
  }
  return cells;
}

function randomFloat(random: Random, isRough: boolean): number {
  if (random.chance(0.02)) return -0;
  if (random.chance(0.04)) return NaN;
  return isRough ? random.between(-20, 60) / 10 : random.between(-8, 24) / 4;
}
