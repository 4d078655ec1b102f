/** Random as-of joins: a stream's value or row, on its keys or on other columns. */
import type { Random } from "./random.ts";
import { columnOf, type Stream } from "./stream.ts";
import type { Term } from "./term.ts";

export interface RandomJoin {
  readonly text: string;
  /** The right side's columns as the feature reads them. */
  readonly terms: readonly Term[];
  /** Makes pairs of rows. */
  readonly isInterval?: boolean;
}

const INTERVALS = [
  "-2s and 0s",
  "0s and 2s",
  "-1s and 1s",
  "1s and 3s",
  "-5s and -1s",
  "0s and 0s",
];

/** One or two joins; fewer where no right side's keys can be paired with the input's columns. */
export function randomJoins(
  random: Random,
  { input, rights }: { readonly input: Stream; readonly rights: readonly Stream[] },
): readonly RandomJoin[] {
  if (rights.length === 0) return [];
  const count = random.chance(0.25) ? 2 : 1;
  return Array.from(
    { length: count },
    (_, i) => randomJoin(random, input, random.pick(rights), i),
  )
    .filter((join) => join !== undefined);
}

function randomJoin(
  random: Random,
  input: Stream,
  right: Stream,
  place: number,
): RandomJoin | undefined {
  const alias = `j${place}`;
  const pairs = right.keys.map((key) => {
    const { type } = columnOf(right, key);
    const fits = input.columns.filter((column) => column.type === type).map(({ text }) => text);
    if (fits.length === 0) return undefined;
    const left = fits.includes(key) && random.chance(0.6) ? key : random.pick(fits);
    return { left, right: key };
  });
  if (pairs.includes(undefined)) return undefined;
  const named = pairs.filter((pair) => pair !== undefined);
  const needsOn = named.some((pair) => pair.left !== pair.right) || random.chance(0.2);
  const on = needsOn && named.length > 0
    ? ` on ${named.map((pair) => `${pair.left} == ${alias}.${pair.right}`).join(" and ")}`
    : "";
  const isInterval = place === 0 && !input.isUnbound && random.chance(0.2);
  const within = random.chance(0.5) ? ` within ${random.pick(["0s", "1s", "3s", "8s"])}` : "";
  const clause = isInterval ? ` between ${random.pick(INTERVALS)}` : within;
  return {
    text: `join ${right.reference} as ${alias}${clause}${on}`,
    terms: right.columns.map((column) => ({ ...column, text: `${alias}.${column.text}` })),
    ...(isInterval ? { isInterval } : {}),
  };
}
