/** Results as JSON, for scripts. */
import { printLine, type TextStream } from "./terminal.ts";

/** Prints one value on one line; maps become objects. */
export function printJson(stream: TextStream, value: unknown): void {
  printLine(
    stream,
    JSON.stringify(value, (_key, item) => item instanceof Map ? Object.fromEntries(item) : item),
  );
}
