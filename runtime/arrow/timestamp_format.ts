/** Timestamps to text. */

/** ISO 8601 in UTC with as many digits of the second as there are: `2001-01-01T00:01:00.5Z`. */
export function formatTimestamp(timeUs: number): string {
  const seconds = Math.floor(timeUs / 1e6);
  const microseconds = timeUs - seconds * 1e6;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return String(timeUs);
  const text = date.toISOString().slice(0, -5);
  if (microseconds === 0) return `${text}Z`;
  return `${text}.${String(microseconds).padStart(6, "0").replace(/0+$/, "")}Z`;
}
