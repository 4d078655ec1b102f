/** Times as the API writes them. */
import { formatTimestamp } from "../arrow/mod.ts";

/** ISO 8601 in UTC; null for what is not yet known, such as the watermark of a source without rows. */
export function timeText(us: number): string | null {
  return Number.isFinite(us) ? formatTimestamp(us) : null;
}
