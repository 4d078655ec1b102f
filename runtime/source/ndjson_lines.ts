/** Lines of NDJSON and what they hold. */
import type { TextBuffer } from "./text_buffer.ts";

const LINE_FEED = 0x0a;
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

/** The object of a line, or why there is none. */
export function parseLine(line: string): object | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "Cannot read the line: it is no JSON";
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as object : "Cannot read the line: it is no JSON object";
}
