/** Lines of NDJSON and what they hold. */
import type { TextBuffer } from "./text_buffer.ts";

const LINE_FEED = 0x0a;
/** Finds every integer beyond 2^53, and little else: times in microseconds and fractions are common. */
const LONG_INTEGER = /(?<![.\d])(?:9\d{15}|\d{17})/;
const WHOLE = /^-?\d+$/;
const decoder = new TextDecoder();

/** The lines that are in the buffer and not blank; each is used up before it is given. */
export function* readLines(buffer: TextBuffer): Generator<string, undefined> {
  while (buffer.start < buffer.limit) {
    const end = buffer.bytes.indexOf(LINE_FEED, buffer.start);
    const line = decoder.decode(buffer.bytes.subarray(buffer.start, end));
    buffer.start = end + 1;
    if (line.trim() !== "") yield line;
  }
  return undefined;
}

/** The value of a JSON text, whole numbers exactly; throws if it is none. */
export function parseJson(text: string): unknown {
  return LONG_INTEGER.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text);
}

/** Whole numbers that a double does not hold become a bigint. */
function exactInteger(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return source !== undefined && WHOLE.test(source) ? BigInt(source) : value;
}

/** The object of a line, or why there is none. */
export function parseLine(line: string): object | string {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    return "Cannot read the line: it is no JSON";
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as object : "Cannot read the line: it is no JSON object";
}
