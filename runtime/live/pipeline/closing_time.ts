/** How long after the last row of its sources a feature may still have rows, which time alone makes. */
import { aggregatesOf, type Feature, type Upstream } from "../../../dsl/mod.ts";

/** The longest time of several features. */
export function closingTimeUs(features: readonly Feature[]): number {
  return Math.max(0, ...features.map(ofFeature));
}

function ofFeature(feature: Feature): number {
  const { input, joins, members = [] } = feature;
  const above = [input, ...joins.map(({ right }) => right), ...members].map(ofUpstream);
  return Math.max(...above) + ownTimeUs(feature);
}

function ofUpstream(upstream: Upstream): number {
  return upstream.kind === "feature" ? ofFeature(upstream.feature) : 0;
}

/** From an input row to the last row that is made for its sake; endless ones end with the sources. */
function ownTimeUs({ window, everyUs, ttlUs = 0, outputs }: Feature): number {
  switch (window?.kind) {
    case "tumbling":
      return window.widthUs + ttlUs;
    case "hopping":
      return window.widthUs + window.stepUs + ttlUs;
    case "session":
      return window.gapUs;
  }
  if (everyUs === undefined) return 0;
  const widths = aggregatesOf(outputs.map(({ expression }) => expression))
    .map((call) => call.window.kind === "sliding" ? call.window.widthUs : 0);
  return everyUs + Math.max(ttlUs, ...widths);
}
