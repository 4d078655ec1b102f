/** Which windows keep tiles instead of rows. */
import type { AggregateCall, Window } from "../../typed_ast.ts";
import { familyOf } from "../parts/registry.ts";
import type { Part } from "../parts/part.ts";
import { tileFormOf } from "./tile_forms.ts";

/** Sliding windows at least this long keep tiles, if all their aggregates can be merged. */
export const TILED_FROM_US = 86_400_000_000;

const MOST_TILES = 64;
const LEAST_TILES = 32;

/** How a window (q - w, q] is cut: tile i holds the times (i * tileUs, (i + 1) * tileUs]. */
export interface Tiling {
  readonly widthUs: number;
  readonly tileUs: number;
  /** Tiles of a window's length. */
  readonly tiles: number;
}

/**
 * The tiles of a window over these calls; undefined where it keeps its rows: it is short, has no even tiles, or some
 * call needs every value.
 */
export function tiledWindowOf(
  window: Window,
  calls: readonly AggregateCall[],
  fromUs = TILED_FROM_US,
): Tiling | undefined {
  if (window.kind !== "sliding" || window.widthUs < fromUs) return undefined;
  const key = JSON.stringify(window);
  const own = calls.filter((call) => JSON.stringify(call.window) === key);
  if (own.length === 0 || !own.every(isMergeable)) return undefined;
  const { widthUs } = window;
  for (let tiles = MOST_TILES; tiles >= LEAST_TILES; tiles--) {
    if (widthUs % tiles === 0) return { widthUs, tileUs: widthUs / tiles, tiles };
  }
  return undefined;
}

/** True if a few words per tile are enough for the call. */
export function isMergeable(call: AggregateCall): boolean {
  if (call.per || call.name === "user") return false;
  const hasForm = (part: Part): boolean =>
    tileFormOf(part) !== undefined && (part.requires ?? []).every(hasForm);
  return familyOf(call).partsOf(call).every(hasForm);
}
