/** Times on the command line. */
import { parseTimestamp } from "../arrow/mod.ts";

/** Microseconds of an ISO 8601 text, UTC unless it names a zone; undefined if it is none. */
export function parseTime(text: string): number | undefined {
  const bytes = new TextEncoder().encode(text.trim());
  const timeUs = parseTimestamp(bytes, { start: 0, end: bytes.length, unit: "us" });
  return Number.isNaN(timeUs) ? undefined : timeUs;
}
