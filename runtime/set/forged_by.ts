/** What a site sent that it cannot have had to send: its plugin did. */
import { FeaturizerError } from "../errors.ts";

/** The error that names the site and what it sent. */
export function forgedBy(site: string, what: string, cause?: unknown): FeaturizerError {
  return new FeaturizerError(`Cannot run "${site}": it sent ${what}`, {
    code: "PLUGIN_FORGED_MESSAGE",
    hint: "The run has been stopped; a plugin returns values and sends nothing itself.",
    cause,
  });
}
