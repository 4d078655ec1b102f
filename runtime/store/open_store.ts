/** Opens a store wherever it is: a file in a worker of its own, a server from this thread. */
import { CommandStore } from "./command_store.ts";
import type { StoreCommands } from "./commands.ts";
import { LibsqlCommands, type OpenOptions } from "./libsql_commands.ts";
import { parseStoreLocation, type StoreLocation } from "./location.ts";
import type { Store } from "./store.ts";
import type { StartThread } from "../threads.ts";
import { WorkerCommands } from "./worker_commands.ts";

export interface StoreOptions {
  /** `caller` keeps a file store in this thread, which it blocks while it works. Default `worker`. */
  readonly thread?: "worker" | "caller";
  /** Who starts the threads of workers; the calling thread by default. */
  readonly startThread?: StartThread | undefined;
  /** How long to wait for another process's lock on a file; default 5 seconds. */
  readonly busyTimeoutMs?: number;
  /** A file does not grow beyond it: what does not fit is refused as on a full disk. */
  readonly maxBytes?: number;
  /** Wall clock. */
  readonly nowUs?: () => number;
}

/** The store of the working folder. */
export const DEFAULT_STORE = "file:.featurizer/store.db";

/** Opens and if need be creates a store. A server's token is read from `FEATURIZER_STORE_TOKEN`. */
export async function openStore(
  location: string = DEFAULT_STORE,
  options: StoreOptions = {},
): Promise<Store> {
  const parsed = parseStoreLocation(location);
  const commands = await openCommands(parsed, options);
  return new CommandStore(commands, { name: parsed.name, nowUs: options.nowUs ?? wallClockUs });
}

/** What a connection is opened with, wherever it is. */
export function openOptions(location: StoreLocation, options: StoreOptions): OpenOptions {
  const authToken = location.kind === "server" ? Deno.env.get("FEATURIZER_STORE_TOKEN") : undefined;
  return {
    nowUs: (options.nowUs ?? wallClockUs)(),
    busyTimeoutMs: options.busyTimeoutMs ?? 5000,
    ...(authToken !== undefined && { authToken }),
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
  };
}

function wallClockUs(): number {
  return Date.now() * 1000;
}

/** The client of a server waits without blocking and needs no worker. */
function openCommands(
  location: StoreLocation,
  { thread = "worker", startThread, ...rest }: StoreOptions,
): Promise<StoreCommands> {
  const options = openOptions(location, rest);
  return location.kind === "file" && thread === "worker"
    ? WorkerCommands.open({ location, options, startThread })
    : LibsqlCommands.open(location, options);
}
