/** The scalars of a config document: times, durations, names, rates, and what they say when they are wrong. */
import { z } from "zod";
import { parseDuration } from "../../dsl/mod.ts";
import { parseTimeUs } from "./config_time.ts";

export const durationUs = z.string(expected("a duration like 5s, 10m or 7d")).transform((
  text,
  context,
) =>
  parseDuration(text.trim()) ??
    refuse(context, text, "expected a duration like 500us, 20ms, 5s, 1m, 2h or 7d")
);

export const positiveDurationUs = durationUs.refine(
  (us) => us > 0,
  "expected a duration above zero",
);

export const timestampUs = z.string(expected("a time like 2023-02-01 10:00:00")).transform((
  text,
  context,
) => parseTimeUs(text) ?? refuse(context, text, "expected a time like 2023-02-01 10:00:00 (UTC)"));

export const name = z.string(expected("a name")).regex(
  /^[A-Za-z_][A-Za-z0-9_-]*$/,
  "expected a name of letters, digits, _ and -",
);

export const text = z.string(expected("text")).min(1, "expected text, got an empty string");

export const member = z.string(expected("a name like plugin.name")).regex(
  /^[A-Za-z_]\w*\.[A-Za-z_]\w*$/,
  "expected a name like plugin.name",
);

export const scalar = z.union(
  [z.string(), z.number(), z.boolean()],
  expected("text, a number, true or false"),
);

export const attributes = z.record(z.string(), scalar, expected("a map of attributes"));

export const format = z.enum(
  ["csv", "ndjson", "parquet", "arrow"],
  expected("csv, ndjson, parquet or arrow"),
);

const column = z.preprocess(
  (value) => typeof value === "string" ? { from: value } : value,
  z.strictObject({
    from: text.optional(),
    unit: z.enum(["s", "ms", "us", "ns"], expected("s, ms, us or ns")).optional(),
  }),
);

export const columns = z.record(z.string(), column, expected("a map of columns"));

export const count = z.int("expected a whole number above zero").min(
  1,
  "expected a whole number above zero",
);

/** A number of bytes, or a text with a unit of 1000. */
export const byteCount = z.union([count, z.string()], expected("a size like 500MB or 10GB"))
  .transform((size, context) =>
    typeof size === "number"
      ? size
      : parseBytes(size) ?? refuse(context, size, "expected a size like 500MB or 10GB")
  );

export const number = z.number(expected("a number"));

export const positiveNumber = number.refine((value) => value > 0, "expected a number above zero");

export const flag = z.boolean(expected("true or false"));

/** Times the speed of the clock; Infinity is `max`. */
export const speed = z.string(expected("a speed like 60x, or max")).transform((text, context) =>
  parseSpeed(text) ?? refuse(context, text, "expected a speed like 60x, or max")
);

/** Events per second. */
export const rate = z.string(expected("a rate like 1000/s")).transform((text, context) =>
  parseRate(text) ?? refuse(context, text, "expected a rate like 1000/s, 30/m or 5/h")
);

/** `60x` is 60, `max` is Infinity; undefined for anything else. */
export function parseSpeed(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "max") return Infinity;
  const factor = /^(\d+(?:\.\d+)?)x$/.exec(trimmed)?.[1];
  return factor !== undefined && Number(factor) > 0 ? Number(factor) : undefined;
}

const RATE_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

function parseRate(text: string): number | undefined {
  const [, events = "0", unit = "s"] = /^(\d+(?:\.\d+)?)\/([smh])$/.exec(text.trim()) ?? [];
  const perSecond = Number(events) / RATE_SECONDS[unit]!;
  return perSecond > 0 ? perSecond : undefined;
}

const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function parseBytes(text: string): number | undefined {
  const [, size = "0", unit = "B"] = /^(\d+(?:\.\d+)?) ?(B|kB|MB|GB|TB)$/.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(size) * UNIT_BYTES[unit]!);
  return bytes > 0 ? bytes : undefined;
}

export function oneOrMore<Item extends z.ZodType>(
  item: Item,
): z.ZodUnion<[Item, z.ZodArray<Item>]> {
  return z.union([item, z.array(item).min(1)], expected("text, or a list of text"));
}

export function expected(what: string): { error: string } {
  return { error: `expected ${what}` };
}

function refuse(context: z.core.$RefinementCtx, input: string, message: string): never {
  context.issues.push({ code: "custom", message, input });
  return z.NEVER;
}
