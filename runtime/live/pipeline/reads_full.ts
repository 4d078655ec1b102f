/** The refusal of a read for want of room. */
import { FeaturizerError } from "../../errors.ts";

export function readsFull(state: string): FeaturizerError {
  return new FeaturizerError(`Cannot read: ${state}`, {
    code: "READS_FULL",
    domain: "external",
    retry: "backoff",
    hint: "Read again in a moment, fewer at a time.",
  });
}
