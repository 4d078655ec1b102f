/** How far back the input of a row may matter to it. */
import type { Feature, Join, Upstream, Window } from "./typed_ast.ts";
import { aggregatesOf, reachableFrom } from "./visit.ts";

/**
 * Microseconds before a row's time outside of which no input row changes its bits; Infinity where rows are
 * counted, or the last row in sight is used however old it is. A sliding window reaches over two
 * widths: its sums start anew at multiples of the width, from the rows of the window there.
 */
export function reachOf(upstream: Upstream): number {
  return reachOfInput(upstream, new Map());
}

function reachOfFeature(feature: Feature, known: Map<string, number>): number {
  const memo = known.get(feature.id);
  if (memo !== undefined) return memo;
  const { input, members = [input], joins } = feature;
  const inputs = [
    ...members.map((member) => reachOfInput(member, known)),
    ...joins.map((join) => reachOfJoin(join) + reachOfInput(join.right, known)),
  ];
  const reach = ownReach(feature) + Math.max(...inputs);
  known.set(feature.id, reach);
  return reach;
}

function reachOfInput(upstream: Upstream, known: Map<string, number>): number {
  return upstream.kind === "feature" ? reachOfFeature(upstream.feature, known) : 0;
}

function reachOfJoin({ withinUs = Infinity, between }: Join): number {
  return between ? Math.max(Math.abs(between.fromUs), Math.abs(between.toUs)) : withinUs;
}

function ownReach({ form, joins, outputs, where, window, everyUs }: Feature): number {
  if (form === "fold") return Infinity;
  if (form === "pairs") return Math.max(0, ...joins.map(({ between }) => between?.toUs ?? 0));
  const roots = outputs.map(({ expression }) => expression);
  if (where !== undefined) roots.push(where);
  if (reachableFrom(roots).some(({ kind }) => kind === "lag")) return Infinity;
  const aggregates = aggregatesOf(roots);
  if (everyUs !== undefined && aggregates.length === 0) return Infinity;
  const counted = window !== undefined && "fill" in window;
  const widths = aggregates.map((call) => reachOfWindow(call.window));
  return counted ? Infinity : Math.max(0, ...widths) + (everyUs ?? 0);
}

/** A closed window is computed from its own rows, but hopping ones from a sliding window's. */
function reachOfWindow(window: Window): number {
  switch (window.kind) {
    case "sliding":
    case "hopping":
      return 2 * window.widthUs;
    case "tumbling":
      return window.widthUs;
    default:
      return Infinity;
  }
}
