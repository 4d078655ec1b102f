/** What to say of a name that is not there. */
import { FeaturizerError } from "../errors.ts";

/** The error for a column that a file does not have. */
export function missingColumn(
  file: string,
  column: string,
  names: readonly string[],
): FeaturizerError {
  const nearest = nearestNames(column, names);
  const advice = nearest.length === 0 ? "" : `Did you mean ${nearest.map(quote).join(" or ")}? `;
  return new FeaturizerError(
    `Cannot read column "${column}" of "${file}": there is no such column`,
    {
      code: "MISSING_COLUMN",
      hint: `${advice}The file has ${names.map(quote).join(", ") || "no columns"}.`,
    },
  );
}

/** At most three names a slip of the keyboard away, nearest first. */
export function nearestNames(name: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return names
    .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Edits from one name to the other, letter case aside; a part of the other counts as one edit. */
function distanceOf(from: string, to: string): number {
  const a = from.toLowerCase();
  const b = to.toLowerCase();
  if (a === b) return 0;
  if (a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a))) return 1;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substituted));
    }
    previous = current;
  }
  return previous[b.length]!;
}

function quote(name: string): string {
  return `"${name}"`;
}
