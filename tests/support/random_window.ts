/** Random windows. */
import type { Random } from "./random.ts";

export interface WindowParameters {
  /** Name of a parameter that holds a duration. */
  readonly width?: string;
  /** Name of a parameter that holds a small positive count. */
  readonly count?: string;
}

export type OpenKind = "sliding" | "last" | "ever";

/** An event-driven window, of one of the kinds. */
export function randomOpenWindow(
  random: Random,
  parameters: WindowParameters,
  kinds: readonly OpenKind[] = ["sliding", "sliding", "last", "ever"],
): string {
  const excluding = random.chance(0.12) ? " excluding current" : "";
  return `${openWindow(random, parameters, random.pick(kinds))}${excluding}`;
}

function openWindow(random: Random, { width, count }: WindowParameters, kind: OpenKind): string {
  switch (kind) {
    case "sliding":
      return width !== undefined && random.chance(0.5)
        ? width
        : `${random.pick([1, 2, 3, 5, 10])}s`;
    case "last":
      return `last ${count !== undefined && random.chance(0.5) ? count : random.between(1, 4)}`;
    case "ever":
      return "ever";
  }
}

export type ClosedKind = "grid" | "session" | "bar";

export interface ClosedWindow {
  readonly kind: ClosedKind;
  readonly text: string;
}

/** `operand`: a number whose sum may close a bar. */
export function randomClosedWindow(
  random: Random,
  { width, count }: WindowParameters,
  operand: string,
): ClosedWindow {
  const duration = width !== undefined && random.chance(0.5)
    ? width
    : `${random.pick([1, 3, 5, 10])}s`;
  const roll = random.int(12);
  if (roll < 4) return { kind: "grid", text: `tumbling ${duration}${gridTail(random)}` };
  if (roll < 7) {
    const step = random.pick(["1s", "2s", "3s", "5s"]);
    return { kind: "grid", text: `hopping ${duration} step ${step}${gridTail(random)}` };
  }
  if (roll < 9) {
    const gap = random.chance(0.8) ? random.pick(["1s", "2s", "3s"]) : duration;
    return { kind: "session", text: `session ${gap}` };
  }
  if (roll < 11) {
    const rows = count !== undefined && random.chance(0.5) ? count : random.between(1, 4);
    return { kind: "bar", text: `tumbling ${rows} rows` };
  }
  return { kind: "bar", text: `tumbling sum(${operand}) >= ${random.pick([1, 3, 5.5])}` };
}

function gridTail(random: Random): string {
  const offset = random.chance(0.3) ? ` offset ${random.pick(["1s", "500ms", "-2s"])}` : "";
  return `${offset}${random.chance(0.25) ? " fill" : ""}`;
}
