/** The shapes of requests and answers: what is checked, and what `/openapi.json` says. */
import { z } from "zod";
import { parseDuration } from "../../dsl/mod.ts";
import { parseTimestamp } from "../arrow/mod.ts";
import { type Fault, RequestError } from "./problem.ts";

const EXPECTED_TIME = "a time as 2023-02-01T10:00:00.000000Z";
const EXPECTED_DURATION = "a duration as 500ms, 5s or 1m";

/** Microseconds of a time as text. */
export const timeUs = z.string().transform((text, context) => {
  const bytes = new TextEncoder().encode(text);
  const us = parseTimestamp(bytes, { start: 0, end: bytes.length, unit: "us" });
  if (Number.isNaN(us)) context.addIssue({ code: "custom", message: `expected ${EXPECTED_TIME}` });
  return us;
}).meta({ description: EXPECTED_TIME, examples: ["2023-02-01T10:00:00.000000Z"] });

/** Microseconds of a duration as the language writes it. */
export const durationUs = z.string().transform((text, context) => {
  const us = parseDuration(text);
  if (us === undefined) {
    context.addIssue({ code: "custom", message: `expected ${EXPECTED_DURATION}` });
  }
  return us ?? 0;
}).meta({ description: EXPECTED_DURATION, examples: ["5s"] });

/** A whole number as a query writes it. */
export const count = z.string().regex(/^\d{1,9}$/, "expected a whole number").transform(Number);

/** Any JSON value. */
export const cell = z.json().meta({ description: "a value of the column's type" });

export const time = z.string().nullable().meta({
  description: "ISO 8601 in UTC, to the microsecond",
  examples: ["2023-02-01T10:00:00.123456Z"],
});

/** Checks a value; the error names every place that is wrong. */
export function parseShape<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  what: string,
): z.output<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(faultOf);
  const [first] = faults;
  const place = first?.at === "" ? "" : ` at "${first?.at}"`;
  throw new RequestError(`Cannot read ${what}: ${first?.expected}${place}`, {
    status: 400,
    code: "BAD_REQUEST",
    hint: "The shape of every request is at /openapi.json.",
    faults,
  });
}

/** Checks the parameters after the question mark. */
export function parseQuery<Shape extends z.ZodObject>(
  shape: Shape,
  query: URLSearchParams,
): z.output<Shape> {
  return parseShape(shape, Object.fromEntries(query), "the query");
}

function faultOf(issue: z.core.$ZodIssue): Fault {
  const at = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return { at, expected: `unknown ${issue.keys.map((key) => `"${key}"`).join(", ")}` };
  }
  const { message } = issue;
  return { at, expected: message.replace(/^Invalid input: /, "") };
}
