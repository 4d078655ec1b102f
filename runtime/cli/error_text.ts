/** Errors as people read them, and as programs do. */
import { FeaturizerError } from "../errors.ts";
import { isInterruption, isWorldError } from "./exit_code.ts";
import { paint } from "./style.ts";
import type { TextStream } from "./terminal.ts";

/** An error as data: what `--json` prints. */
export interface ErrorRecord {
  readonly code: string;
  readonly domain: "user" | "external" | "internal" | "interrupted";
  readonly message: string;
  readonly frame?: string;
  readonly hint?: string;
}

/** What an error says of itself. */
export function errorRecord(error: unknown): ErrorRecord {
  if (isInterruption(error)) {
    return { code: "INTERRUPTED", domain: "interrupted", message: "Interrupted" };
  }
  if (error instanceof FeaturizerError) {
    const { code, domain, message, frame, hint } = error;
    return { code, domain, message, ...(frame && { frame }), ...(hint && { hint }) };
  }
  if (isWorldError(error)) return { code: "WORLD", domain: "external", message: error.message };
  return {
    code: "INTERNAL",
    domain: "internal",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    hint: "this is a mistake in Featurizer itself; please report it with the command that led here",
  };
}

/** Lines for the terminal: code and message, the frame, the hint. */
export function errorLines(stream: TextStream, error: unknown): string[] {
  const { code, message, frame, hint } = errorRecord(error);
  if (code === "INTERRUPTED") return ["Interrupted; nothing half-written was left behind"];
  const head = paint(stream, "red", paint(stream, "bold", `error ${code}`));
  return [
    `${head}: ${message}`,
    ...(frame === undefined ? [] : ["", ...frame.split("\n").map((line) => `  ${line}`), ""]),
    ...(hint === undefined ? [] : [`${paint(stream, "cyan", "hint")}: ${hint}`]),
  ];
}
