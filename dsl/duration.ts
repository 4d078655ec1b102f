/** Durations as the language writes them: `500us 20ms 5s 1m 2h 7d`; inside, whole microseconds. */

/** Microseconds of each unit, largest first. */
export const durationUnits: ReadonlyMap<string, number> = new Map([
  ["d", 86_400_000_000],
  ["h", 3_600_000_000],
  ["m", 60_000_000],
  ["s", 1_000_000],
  ["ms", 1_000],
  ["us", 1],
]);

/** Microseconds of a text like `1m`, or undefined if it is no duration of whole microseconds. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d[\d_]*(?:\.\d+)?)(us|ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  const amount = Number((match[1] ?? "").replaceAll("_", ""));
  const micros = amount * (durationUnits.get(match[2] ?? "") ?? NaN);
  const whole = Math.round(micros);
  return Number.isSafeInteger(whole) && Math.abs(micros - whole) < 1e-6 ? whole : undefined;
}

/** The one way to write a duration: `60s` is `1m`. */
export function printDuration(micros: number): string {
  if (micros === 0) return "0s";
  for (const [unit, size] of durationUnits) {
    if (micros % size === 0) return `${micros / size}${unit}`;
  }
  return `${micros}us`;
}
