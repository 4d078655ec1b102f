/** Times as configs write them. */
import { parseTimestamp } from "../arrow/mod.ts";

/** Microseconds of an ISO 8601 date or time, UTC unless it states an offset; undefined for anything else. */
export function parseTimeUs(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^\d{4}-\d\d-\d\d/.test(trimmed)) return undefined;
  const bytes = new TextEncoder().encode(trimmed);
  const timeUs = parseTimestamp(bytes, { start: 0, end: bytes.length, unit: "us" });
  return Number.isSafeInteger(timeUs) ? timeUs : undefined;
}
