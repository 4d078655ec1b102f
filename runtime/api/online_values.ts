/** Answers of online reads as JSON. */
import { z } from "zod";
import type { ValueType } from "../../dsl/mod.ts";
import type { CellValue, LiveSeriesInfo, OnlineValue } from "../live/mod.ts";
import { cell, time } from "./shapes.ts";
import { timeText } from "./times.ts";

export const valueShape = z.object({
  status: z.enum(["OK", "NOT_FOUND", "STALE", "OUTSIDE_HISTORY", "FAILED"]),
  values: z.record(z.string(), cell),
  event_time: time,
  watermark: time,
  position: z.record(z.string(), z.int()).meta({
    description: "by source, the log position up to which rows were in sight",
  }),
  final: z.boolean().meta({ description: "no later row can change the value" }),
});

/** One value of a feature for one entity. */
export function valueJson(
  { columns }: LiveSeriesInfo,
  value: OnlineValue,
): z.output<typeof valueShape> {
  return {
    status: value.status,
    values: Object.fromEntries(
      columns.map(({ name, type }) => [name, cellJson(type, value.values[name] ?? null)]),
    ),
    event_time: timeText(value.eventTimeUs),
    watermark: timeText(value.watermarkUs),
    position: { ...value.position },
    final: value.final,
  };
}

/** Times as text, everything else as it is. */
export function cellJson(type: ValueType, value: CellValue): z.output<typeof cell> {
  if (type.kind === "timestamp" && typeof value === "number") return timeText(value);
  return value as z.output<typeof cell>;
}
