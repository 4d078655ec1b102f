/** Opens a store for checkpoints: a file's in workers of its own, a server's from this thread. */
import type { CheckpointCommands } from "./checkpoint_commands.ts";
import { CommandCheckpointStore } from "./command_checkpoint_store.ts";
import { LibsqlCheckpoints } from "./libsql_checkpoints.ts";
import type { CheckpointStore } from "./live_store.ts";
import { parseStoreLocation } from "./location.ts";
import { DEFAULT_STORE, openOptions, type StoreOptions } from "./open_store.ts";
import { WorkerCheckpoints } from "./worker_checkpoints.ts";

/** Opens and if need be creates the store; its history is the one that `openStore` opens. */
export async function openCheckpointStore(
  location: string = DEFAULT_STORE,
  options: StoreOptions = {},
): Promise<CheckpointStore> {
  const parsed = parseStoreLocation(location);
  const settings = openOptions(parsed, options);
  const { name, kind } = parsed;
  const isHere = kind === "server" || options.thread === "caller";
  const open = isHere ? LibsqlCheckpoints.open : WorkerCheckpoints.open;
  const writer: CheckpointCommands = await open(parsed, settings);
  try {
    const reader = kind === "server" ? writer : await open(parsed, settings);
    return new CommandCheckpointStore({ name, writer, reader, isHere });
  } catch (error) {
    await writer.close();
    throw error;
  }
}
