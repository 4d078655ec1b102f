/** Where an `every` feature has rows, and which of them one sees. */
import type { Feature } from "../../dsl/typed_ast.ts";
import { aggregatesOf } from "../../dsl/visit.ts";
import { isExpired, type Row } from "./driven.ts";
import { type Stand, timeOf } from "./position.ts";

/** Whether an `every` feature has a row for the key at the time, its last input row being this. */
export function isLive(feature: Feature, last: Row, timeUs: number): boolean {
  const widths = aggregatesOf(feature.outputs.map(({ expression }) => expression))
    .flatMap(({ window }) => window.kind === "sliding" ? [window.widthUs] : []);
  const isInWindow = widths.length === 0 ||
    widths.some((width) => last.position.timeUs > timeUs - width);
  return isInWindow && !isExpired(feature, last, timeUs);
}

/** The last multiple that one sees from a stand: an `every` row comes after all rows of its time. */
export function lastTick(stand: Stand, stepUs: number): Stand {
  const atUs = timeOf(stand);
  const timeUs = Math.floor(atUs / stepUs) * stepUs + 0;
  const isBefore = stand.kind === "row" && stand.position.sequence !== Infinity && timeUs === atUs;
  return { kind: "query", timeUs: isBefore ? timeUs - stepUs : timeUs };
}
