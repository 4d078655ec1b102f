/** Frames that have come, until the slice they belong to has run. */
import type { LeveledOperation, Operation, SitePlan } from "../../dsl/mod.ts";
import type { Frame } from "./frames.ts";

export interface Inbox {
  readonly isEmpty: boolean;
  put(frame: Frame): void;
  /** True if all frames that level needs for the slice are here. */
  has(slice: number, level: number): boolean;
  framesOf(slice: number, edge: number): readonly Frame[];
  boundsOf(
    slice: number,
    level: number,
  ): Pick<Frame, "untilUs" | "lastTimesUs" | "isLast" | "barrier" | "aside">;
  forget(slice: number): void;
}

export function createInbox(plan: SitePlan, partitions: number): Inbox {
  const frames = new Map<number, Map<number, Frame[]>>();
  const incoming = edgesByLevel(plan.operations);
  const producers = new Map(plan.edges.map(({ edge, from }) => [edge, from < 0 ? 1 : partitions]));
  const edgesOf = (level: number) => incoming.get(level) ?? [];
  const framesOf = (slice: number, edge: number) => frames.get(slice)?.get(edge) ?? [];
  return {
    framesOf,
    get isEmpty() {
      return frames.size === 0;
    },
    put(frame) {
      const ofSlice = frames.get(frame.slice) ?? new Map<number, Frame[]>();
      frames.set(frame.slice, ofSlice);
      const ofEdge = ofSlice.get(frame.edge) ?? [];
      ofSlice.set(frame.edge, ofEdge);
      ofEdge.push(frame);
      ofEdge.sort((a, b) => a.from - b.from);
    },
    has: (slice, level) =>
      edgesOf(level).every((edge) => framesOf(slice, edge).length === producers.get(edge)),
    boundsOf(slice, level) {
      const first = edgesOf(level).flatMap((edge) => framesOf(slice, edge))[0];
      if (!first) throw new RangeError(`Cannot bound slice ${slice}: level ${level} got no frame`);
      return first;
    },
    forget: (slice) => frames.delete(slice),
  };
}

function edgesByLevel(operations: readonly LeveledOperation[]): Map<number, number[]> {
  const levels = new Map<number, number[]>();
  for (const { level, operation } of operations) {
    const edge = edgeInto(operation);
    if (edge !== undefined) levels.set(level, [...(levels.get(level) ?? []), edge]);
  }
  return levels;
}

/** The edge whose frames the operation waits for. */
function edgeInto(operation: Operation): number | undefined {
  if (operation.kind === "receive" || operation.kind === "align") return operation.edge;
  return operation.kind === "kernel" ? operation.spill?.back : undefined;
}
