/** What the texts of aggregates make and call, as `env.Name`. */
import { CategoryGroups } from "./category_groups.ts";
import { listOfPlaces, packedListOfPlaces, placesAlong, placesBack } from "./chain_lists.ts";
import { DistinctCounts } from "./distinct_counts.ts";
import { DistinctSketch } from "./distinct_sketch.ts";
import { Drawdowns } from "./drawdowns.ts";
import { PackedPool } from "./packed_pool.ts";
import { kurtosisOf, skewOf } from "./power_sums.ts";
import { QuantileSketch } from "./quantile_sketch.ts";
import { SlidingDistinctSketch } from "./sliding_distinct_sketch.ts";
import { SortedCounts, wholeNumberOrder } from "./sorted_counts.ts";
import { SortedValues } from "./sorted_values.ts";
import { TiledRows } from "./tiled_rows.ts";
import { UserStates } from "./user_states.ts";
import { ValueFrequencies } from "./value_frequencies.ts";
import { ValueHash } from "./value_hash.ts";
import { PackedLists, ValueLists } from "./value_lists.ts";

export const aggregateClasses = {
  CategoryGroups,
  SortedValues,
  SortedCounts,
  wholeNumberOrder,
  PackedLists,
  ValueLists,
  PackedPool,
  placesAlong,
  placesBack,
  listOfPlaces,
  packedListOfPlaces,
  DistinctCounts,
  ValueFrequencies,
  ValueHash,
  DistinctSketch,
  SlidingDistinctSketch,
  QuantileSketch,
  Drawdowns,
  TiledRows,
  UserStates,
  skewOf,
  kurtosisOf,
} as const;
