/** Which seeds the random suites run: `FEATURIZER_SEED` is the first, `FEATURIZER_CASES` says how many. */

const CASES = Number(Deno.env.get("FEATURIZER_CASES") ?? 500);

export const FIRST_SEED = Number(Deno.env.get("FEATURIZER_SEED") ?? 1);

/** How many cases a suite runs that may take this share of all; at least one. */
export function casesOf(share: number): number {
  return Math.ceil(CASES * share);
}
