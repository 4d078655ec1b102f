/** How far back the input of a row may matter to it. */
import type { Feature, Upstream, Window } from "./typed_ast.ts";
import { aggregatesOf, reachableFrom } from "./visit.ts";

/**
 * Microseconds before a row's time outside of which no input row changes its bits; Infinity where rows are
 * counted, or the last row in sight is used however old it is. A sliding window reaches over two
 * widths: its sums start anew at multiples of the width, from the rows of the window there.
 */
export function reachOf(upstream: Upstream): number {
  return upstream.kind === "source" ? 0 : reachOfFeature(upstream.feature, new Map());
}

function reachOfFeature(feature: Feature, known: Map<string, number>): number {
  const memo = known.get(feature.id);
  if (memo !== undefined) return memo;
  const { input, joins } = feature;
  const inputs = [
    reachOfInput(input, known),
    ...joins.map(({ right, withinUs }) => (withinUs ?? Infinity) + reachOfInput(right, known)),
  ];
  const reach = ownReach(feature) + Math.max(...inputs);
  known.set(feature.id, reach);
  return reach;
}

function reachOfInput(upstream: Upstream, known: Map<string, number>): number {
  return upstream.kind === "source" ? 0 : reachOfFeature(upstream.feature, known);
}

function ownReach({ outputs, where }: Feature): number {
  const roots = outputs.map(({ expression }) => expression);
  if (where !== undefined) roots.push(where);
  if (reachableFrom(roots).some(({ kind }) => kind === "lag")) return Infinity;
  return Math.max(0, ...aggregatesOf(roots).map(({ window }) => reachOfWindow(window)));
}

function reachOfWindow(window: Window): number {
  if (window.kind === "sliding") return 2 * window.widthUs;
  return window.kind === "tumbling" ? window.widthUs : Infinity;
}
