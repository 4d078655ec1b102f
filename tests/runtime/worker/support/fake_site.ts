/** A site that answers every frame with one of its own: doubled numbers, to wherever its plan says. */
import { asFlat } from "../../../../runtime/arrow/batch.ts";
import type {
  Destination,
  Frame,
  Site,
  SiteContext,
  SiteDescription,
} from "../../../../runtime/engine/frames.ts";

export interface FakePlan {
  readonly to: Destination;
  /** Number of the function hole that maps each value; doubling without it. */
  readonly hole?: number;
  /** How often a frame goes around through the site itself before it leaves. */
  readonly rounds?: number;
  /** The slice at which the site fails; -1: it cannot be created. */
  readonly failAtSlice?: number;
}

// As the engine does: taken before the lockdown takes it away.
const CodeFunction = Function;

export function createSite(description: SiteDescription, context: SiteContext): Site {
  const plan = description.plan as FakePlan;
  if (plan.failAtSlice === -1) throw new Error("the site cannot be created");
  const map = mapOf(description, context, plan);
  const self: Destination = {
    kind: "site",
    site: description.site,
    partition: context.partition,
  };
  return {
    receive: (frame) => {
      if (frame.slice === plan.failAtSlice) {
        context.fail({ code: "SITE_FAILED", message: "Cannot go on: it was asked not to" });
        return;
      }
      try {
        const around = frame.edge < (plan.rounds ?? 0);
        context.send(around ? self : plan.to, answer(frame, around, context.partition, map));
        context.done(frame.slice);
      } catch (error) {
        const { message, stack } = error as Error;
        context.fail({ code: "HOLE_THREW", message, ...(stack ? { stack } : {}) });
      }
    },
    snapshot: () => undefined,
    close: () => {},
  };
}

function answer(
  frame: Frame,
  around: boolean,
  from: number,
  map: (value: number) => number,
): Frame {
  const { length, columns } = frame.batch;
  const batch = {
    length,
    columns: columns.map((column) => Float64Array.from(asFlat(column), map)),
  };
  return { ...frame, edge: frame.edge + (around ? 1 : 0), from, batch };
}

function mapOf(
  description: SiteDescription,
  context: SiteContext,
  plan: FakePlan,
): (value: number) => number {
  const [plugin] = description.plugins;
  if (plan.hole === undefined || plugin === undefined) {
    return CodeFunction("value", "return value * 2") as (value: number) => number;
  }
  return context.holesOf(plugin)[plan.hole] as (value: number) => number;
}
