/** A site that sends the host what its plan puts into a frame, and a state that nobody asked for. */
import type { Site, SiteContext, SiteDescription } from "../../../../runtime/engine/frames.ts";

export function createSite(description: SiteDescription, context: SiteContext): Site {
  const change = description.plan as object;
  return {
    receive: (frame) => {
      if ("state" in change) context.snapshot?.(frame.slice, change.state);
      context.send({ kind: "host" }, { ...frame, ...change });
    },
    snapshot: () => undefined,
    close: () => {},
  };
}
