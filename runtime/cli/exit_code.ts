/** What the program tells the shell. */
import { FeaturizerError } from "../errors.ts";

export const EXIT = {
  ok: 0,
  user: 1,
  usage: 2,
  external: 3,
  internal: 70,
  interrupted: 130,
} as const;

/** Code of errors about the command line itself. */
export const USAGE_ERROR = "USAGE";

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (isInterruption(error)) return EXIT.interrupted;
  if (error instanceof FeaturizerError) {
    return error.code === USAGE_ERROR ? EXIT.usage : EXIT[error.domain];
  }
  return isWorldError(error) ? EXIT.external : EXIT.internal;
}

/** True for what an aborted signal makes of a pending operation. */
export function isInterruption(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** True for errors of the operating system, which carry a code such as `ENOSPC`. */
export function isWorldError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return Object.values(Deno.errors).some((kind) => error instanceof kind) ||
    ("code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code));
}
