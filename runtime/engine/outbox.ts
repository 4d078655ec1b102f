/** Frames on their way out of a site. */
import { copyColumn, isPacked } from "./column.ts";
import type { Destination, Frame, SiteContext } from "./frames.ts";
import type { RetainedBuffers } from "./retained.ts";

export type Outgoing = { destination: Destination; frame: Frame };

/** Frames to other sites leave now, frames to the host wait. */
export function split(outbox: readonly Outgoing[]): [Outgoing[], Outgoing[]] {
  return [
    outbox.filter(({ destination }) => destination.kind === "site"),
    outbox.filter(({ destination }) => destination.kind === "host"),
  ];
}

/**
 * A buffer can be given away once: what stands in several columns or frames, is a part, or is kept for later
 * slices is copied, all of it before the first frame leaves; returns the buffers given away. Without `retained` each column was made for its
 * frame alone.
 */
export function sendAll(
  outbox: readonly Outgoing[],
  send: SiteContext["send"],
  retained: RetainedBuffers | undefined,
): ReadonlySet<ArrayBuffer> {
  const given = new Set<ArrayBuffer>();
  const ready = outbox.map(({ destination, frame }) => {
    const columns = frame.batch.columns.map((column) => {
      // Rows of a nested column share their words with other rows.
      if (isPacked(column)) return copyColumn(column);
      const { buffer } = column;
      const isWhole = column.byteLength === buffer.byteLength;
      if (!retained || (isWhole && !given.has(buffer) && !retained.has(buffer))) {
        given.add(buffer);
        return column;
      }
      return column.slice();
    });
    return { destination, frame: { ...frame, batch: { length: frame.batch.length, columns } } };
  });
  for (const { destination, frame } of ready) send(destination, frame);
  return given;
}
