/** What a feature keeps in memory, from the kernels that compute it. */
import { printDuration } from "./duration.ts";
import { describeHoldings } from "./explain_holdings.ts";
import { lowerSet, type SitePlan } from "./plan/mod.ts";
import type { Feature } from "./typed_ast.ts";

/** Lines for people: bytes for each key, for each row in a window, and what holds every value. */
export function describeState(feature: Feature): readonly string[] {
  if (feature.form === "request") return ["none"];
  const label = `${feature.plugin}.${feature.name}`;
  const kernels = kernelsOf(feature).filter((kernel) => kernel.feature === label);
  const sum = (of: (text: (typeof kernels)[number]["text"]) => number) =>
    kernels.reduce((total, { text }) => total + of(text), 0);
  const [perKey, perRow, perValue] = [
    sum(({ bytesPerSlot }) => bytesPerSlot),
    sum(({ bytesPerLogRow }) => bytesPerLogRow),
    sum(({ bytesPerValue }) => bytesPerValue),
  ];
  const spanUs = Math.max(0, ...kernels.map(({ text }) => text.spanUs));
  const bytes = [
    ...(perKey > 0 ? [`${perKey} bytes per key`] : []),
    ...(perRow > 0 ? [`${perRow} bytes per row of the last ${printDuration(spanUs)}`] : []),
    ...(perValue > 0 ? [`about ${perValue} bytes per value kept`] : []),
  ];
  const lines = [
    ...(bytes.length === 0 ? [] : [bytes.join(", ")]),
    ...kernels.flatMap(({ text }) => text.tiled ?? []).map((tiling) =>
      `${printDuration(tiling.widthUs)} in ${tiling.tiles} tiles of ${
        printDuration(tiling.tileUs)
      }: rows between the newest tile and the oldest wait on disk`
    ),
    ...describeHoldings(feature),
  ];
  return lines.length === 0 ? ["none"] : lines;
}

/** A plan of the feature's rows with a reader of its values. */
function kernelsOf(feature: Feature): SitePlan["kernels"] {
  const keys = Object.fromEntries(feature.keys.map(({ name }) => [name, { column: name }]));
  const plan = lowerSet({
    features: [{ name: "value", feature, keys }],
    spine: { kind: "table", columns: feature.keys },
    startUs: -Infinity,
    endUs: Infinity,
    rowsOf: [feature],
    partitions: 1,
  });
  return plan.sites.flatMap((site) => site.kernels);
}
