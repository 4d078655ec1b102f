/** Opens a store for checkpoints: a file's in workers of its own, a server's from this thread. */
import type { CheckpointCommands } from "./checkpoint_commands.ts";
import { CommandCheckpointStore } from "./command_checkpoint_store.ts";
import { LibsqlCheckpoints } from "./libsql_checkpoints.ts";
import type { CheckpointStore } from "./live_store.ts";
import { parseStoreLocation } from "./location.ts";
import { DEFAULT_STORE, openOptions, type StoreOptions } from "./open_store.ts";
import { openTwoHere, openTwoWorkers } from "./open_two.ts";
import { WorkerCheckpoints } from "./worker_checkpoints.ts";

/** Opens and if need be creates the store; its history is the one that `openStore` opens. */
export async function openCheckpointStore(
  location: string = DEFAULT_STORE,
  options: StoreOptions = {},
): Promise<CheckpointStore> {
  const parsed = parseStoreLocation(location);
  const settings = openOptions(parsed, options);
  const { name, kind } = parsed;
  if (kind === "server") {
    const only = await LibsqlCheckpoints.open(parsed, settings);
    return new CommandCheckpointStore({ name, writer: only, reader: only, isHere: true });
  }
  const isHere = options.thread === "caller";
  const place = { location: parsed, options: settings, startThread: options.startThread };
  const connections =
    await (isHere
      ? openTwoHere<CheckpointCommands>(() => LibsqlCheckpoints.open(parsed, settings))
      : openTwoWorkers<CheckpointCommands>(
        () => WorkerCheckpoints.open(place),
        () => WorkerCheckpoints.late(place),
      ));
  return new CommandCheckpointStore({ name, ...connections, isHere });
}
