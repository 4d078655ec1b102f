/** All families of aggregates: the one list to add to. */
import type { AggregateCall, AggregateName } from "../../typed_ast.ts";
import { ARGUMENTS, ENDS } from "./chosen_rows.ts";
import { CORRELATIONS, COVARIANCES, SLOPES } from "./comoments.ts";
import { COUNTS, SUMS } from "./counts.ts";
import { DECAYED } from "./decayed.ts";
import { DRAWDOWNS } from "./drawdown.ts";
import { DELTAS, EXTREMES } from "./extremes.ts";
import { FREQUENCY_SHAPES } from "./frequencies.ts";
import { VARIANCES } from "./moments.ts";
import type { Family } from "./part.ts";
import { SHAPES } from "./powers.ts";
import { RANKINGS } from "./rankings.ts";
import { ROW_LISTS } from "./row_lists.ts";
import { DISTINCT_ESTIMATES, QUANTILE_ESTIMATES } from "./sketches.ts";
import { USER_AGGREGATES } from "./user.ts";
import { VALUE_COUNTS } from "./value_counts.ts";
import { DISTINCT_COUNTS, QUANTILES } from "./value_sets.ts";

const FAMILIES: readonly Family[] = [
  COUNTS,
  SUMS,
  VARIANCES,
  SHAPES,
  COVARIANCES,
  CORRELATIONS,
  SLOPES,
  DECAYED,
  EXTREMES,
  ARGUMENTS,
  ENDS,
  DELTAS,
  QUANTILES,
  DISTINCT_COUNTS,
  FREQUENCY_SHAPES,
  DRAWDOWNS,
  RANKINGS,
  VALUE_COUNTS,
  ROW_LISTS,
  DISTINCT_ESTIMATES,
  QUANTILE_ESTIMATES,
  USER_AGGREGATES,
];

const BY_NAME = new Map<AggregateName, Family>(
  FAMILIES.flatMap((family) => family.calls.map((name) => [name, family] as const)),
);

/** The family that serves a call. */
export function familyOf({ name }: AggregateCall): Family {
  const family = BY_NAME.get(name);
  if (!family) throw new RangeError(`Cannot write "${name}": no family of aggregates serves it`);
  return family;
}
