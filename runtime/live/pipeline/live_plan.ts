/** The plan of a pipeline of features: their rows, and answers to questions about them. */
import {
  type Column,
  type Feature,
  lowerSet,
  type PhysicalPlan,
  type SetFeature,
} from "../../../dsl/mod.ts";

/** A plan, and where a question's columns go. */
export interface FeaturesPlan {
  /** Its `rows` are the features' in order; its result answers rows of the spine table. */
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
  }));
  const plan = lowerSet({
    features: asked,
    spine: { kind: "table", columns },
    startUs: -Infinity,
    endUs: Infinity,
    rowsOf: features.map(({ feature }): Feature => feature),
    partitions: shards,
  });
  return { plan, features: asked };
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
