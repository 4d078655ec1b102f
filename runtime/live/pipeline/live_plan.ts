/** The plan of a pipeline of features: their rows, and answers to questions about them. */
import {
  type Column,
  type Feature,
  lowerSet,
  type PhysicalPlan,
  requestOf,
  type SetFeature,
} from "../../../dsl/mod.ts";

/** A plan, and where a question's columns go. */
export interface FeaturesPlan {
  /** Its `rows` are those of the features that have rows, in order; its result answers rows of the spine table. */
  readonly plan: PhysicalPlan;
  readonly features: readonly SetFeature[];
}

/** Plans features that read the same sources; pinned keys stay pinned, all others come from the question. */
export function planFeatures(features: readonly SetFeature[], shards: number): FeaturesPlan {
  const columns: Column[] = [];
  const asked = features.map((set): SetFeature => ({
    ...set,
    keys: Object.fromEntries(set.feature.keys.map((key) => {
      const from = set.keys[key.name];
      return [key.name, from && "pin" in from ? from : { column: columnFor(key, columns) }];
    })),
    ...(hasRows(set) ? {} : { request: requestIn(set, columns) }),
  }));
  const plan = lowerSet({
    features: asked,
    spine: { kind: "table", columns },
    startUs: -Infinity,
    endUs: Infinity,
    rowsOf: features.filter(hasRows).map(({ feature }): Feature => feature),
    partitions: shards,
  });
  return { plan, features: asked };
}

/** Features on requests have values at questions only. */
export function hasRows({ feature }: SetFeature): boolean {
  return feature.form !== "request";
}

/** The question's columns for those of a request that are no keys. */
function requestIn({ feature }: SetFeature, columns: Column[]): NonNullable<SetFeature["request"]> {
  const { columns: brought = [], keys = [] } = requestOf({ kind: "feature", feature }) ?? {};
  return Object.fromEntries(
    brought.filter(({ name }) => !keys.includes(name))
      .map((column) => [column.name, columnFor(column, columns)]),
  );
}

/** Keys of one name and type are one column of the question. */
function columnFor({ name, type }: Column, columns: Column[]): string {
  for (let other = name;; other += "'") {
    const known = columns.find((column) => column.name === other);
    if (known && JSON.stringify(known.type) !== JSON.stringify(type)) continue;
    if (!known) columns.push({ name: other, type });
    return other;
  }
}
