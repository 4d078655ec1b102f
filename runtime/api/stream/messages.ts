/** What clients say over a socket. */
import { z } from "zod";
import { cell } from "../shapes.ts";

const id = z.string().min(1).max(128);
const row = z.record(z.string(), cell);
const oneOrMore = z.union([cell, z.array(cell).min(1).max(10_000)]);

export const FORMATS = ["json", "arrow"] as const;
export const POLICIES = ["drop-oldest", "conflate", "disconnect"] as const;

export type FrameFormat = typeof FORMATS[number];
export type SlowPolicy = typeof POLICIES[number];

const subscribe = z.strictObject({
  kind: z.literal("subscribe"),
  id,
  series: z.string(),
  /** Only rows of these keys: values by key column. */
  keys: z.record(z.string(), oneOrMore).optional(),
  format: z.enum(FORMATS).default("json"),
  /** The last row number that was seen; rows go on behind it. */
  after: z.int().nonnegative().optional(),
  snapshot: z.boolean().default(false),
  policy: z.enum(POLICIES).default("drop-oldest"),
  /** Bytes of rows that may wait for a slow reader. */
  buffer: z.int().min(1024).default(4 << 20),
});

const push = z.strictObject({
  kind: z.literal("push"),
  id,
  source: z.string(),
  rows: z.union([row, z.array(row)]),
  idempotency_key: z.string().min(1).max(256).optional(),
});

export const clientMessage = z.discriminatedUnion("kind", [
  subscribe,
  z.strictObject({ kind: z.literal("unsubscribe"), id }),
  push,
  z.strictObject({ kind: z.literal("ping"), id: id.optional() }),
  z.strictObject({ kind: z.literal("pong"), id: id.optional() }),
]);

export type SubscribeMessage = z.output<typeof subscribe>;
export type PushMessage = z.output<typeof push>;
