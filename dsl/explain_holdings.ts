/** What single aggregates keep beside the rows of their windows. */
import { gridWindowOf } from "./plan/derived_feature.ts";
import type { AggregateCall, Feature } from "./typed_ast.ts";
import { aggregatesOf } from "./visit.ts";

const EVERY_VALUE = "every value of the window";

/** Lines for people: what holds every value, and what holds another amount that is not small. */
export function describeHoldings(feature: Feature): readonly string[] {
  const { outputs, fold } = feature;
  const names = new Map<string, Set<string>>();
  for (const call of aggregatesOf(outputs.map(({ expression }) => expression))) {
    const held = holdingOf(call, rowsLeave(feature, call));
    if (held === undefined) continue;
    const known = names.get(held) ?? new Set();
    names.set(held, known.add(call.hole?.name ?? call.name));
  }
  return [
    ...[...names].map(([held, of]) =>
      `${[...of].join(", ")}: hold${of.size === 1 ? "s" : ""} ${held}`
    ),
    ...(fold === undefined ? [] : [`${fold.name}: holds a state per key`]),
  ];
}

/** Windows that end only add rows, unless they are read from one that slides. */
function rowsLeave(feature: Feature, { window }: AggregateCall): boolean {
  return window.kind === "sliding" || window.kind === "last" || gridWindowOf(feature) !== undefined;
}

function holdingOf(
  { name, most = 1 }: AggregateCall,
  leave: boolean,
): string | undefined {
  switch (name) {
    case "median":
    case "quantile":
    case "count_distinct":
    case "top1_ratio":
    case "histogram":
    case "entropy":
    case "collect":
      return EVERY_VALUE;
    case "top":
    case "bottom":
      return leave ? EVERY_VALUE : `${most} values per key, 12 bytes each`;
    case "top_frequency":
      return leave ? EVERY_VALUE : "at most 4,096 different values per key, 12 bytes each";
    case "first_k":
    case "last_k":
      return leave ? undefined : `${most} values per key`;
    case "approx_distinct":
      return "a sketch of at most 4,096 registers per key";
    case "approx_quantile":
      return "8 bytes per key for each bin of 2 % with values in it";
    case "drawdown":
      return leave ? "24 bytes per row of the window" : "48 bytes per key";
    case "user":
      return leave
        ? "a state per key, or without remove one per row between two anchors"
        : "a state per key";
    default:
      return undefined;
  }
}
