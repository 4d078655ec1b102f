/** One process at a time serves from a store: who comes second is refused before it touches anything. */
import { FeaturizerError } from "../errors.ts";
import { holdFile } from "./file_hold.ts";
import { parseStoreLocation } from "./location.ts";
import { DEFAULT_STORE, openOptions } from "./open_store.ts";
import { holdServer, type LeaseTimes } from "./server_hold.ts";

/** A store that is held until it is disposed of. */
export type StoreHold = AsyncDisposable;

export interface HoldOptions {
  /** Of the lease on a server. */
  readonly times?: LeaseTimes;
}

/**
 * Holds the store for this process. A file's hold ends with the process, however it ends; a server's is a lease that
 * is renewed, and taken over when nobody has renewed it for a while.
 *
 * @throws FeaturizerError `STORE_IN_USE` if another one holds it.
 */
export async function holdStore(
  location: string = DEFAULT_STORE,
  { times }: HoldOptions = {},
): Promise<StoreHold> {
  const parsed = parseStoreLocation(location);
  const held = parsed.kind === "file"
    ? await holdFile(parsed)
    : await holdServer(parsed, openOptions(parsed, {}), times);
  if ("holder" in held) throw inUse(parsed.name, held.holder);
  return held;
}

function inUse(store: string, holder: string): FeaturizerError {
  return new FeaturizerError(`Cannot serve from store "${store}": ${holder} serves from it`, {
    code: "STORE_IN_USE",
    domain: "external",
    hint: "End that one first, or give this one another store with --store.",
  });
}
