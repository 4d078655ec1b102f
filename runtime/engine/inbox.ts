/** Frames that have come, until the slice they belong to has run. */
import type { LeveledOperation, SitePlan } from "../../dsl/mod.ts";
import type { Frame } from "./frames.ts";

export interface Inbox {
  put(frame: Frame): void;
  /** True if all frames that level needs for the slice are here. */
  has(slice: number, level: number): boolean;
  framesOf(slice: number, edge: number): readonly Frame[];
  boundsOf(slice: number, level: number): Pick<Frame, "untilUs" | "lastTimesUs" | "isLast">;
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
    if (operation.kind !== "receive" && operation.kind !== "align") continue;
    levels.set(level, [...(levels.get(level) ?? []), operation.edge]);
  }
  return levels;
}
