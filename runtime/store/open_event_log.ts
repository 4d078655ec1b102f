/** Opens the event log of a store: a file's in workers of its own, a server's from this thread. */
import { CommandEventLog } from "./command_event_log.ts";
import type { EventLog } from "./event_log.ts";
import { LibsqlLog } from "./libsql_log.ts";
import { parseStoreLocation, siblingFile } from "./location.ts";
import type { LogCommands } from "./log_commands.ts";
import { DEFAULT_STORE, openOptions, type StoreOptions } from "./open_store.ts";
import { openTwoHere, openTwoWorkers } from "./open_two.ts";
import { WorkerLog } from "./worker_log.ts";

/**
 * Opens and if need be creates the log of the store at `location`: of a file `store.db` it is `store.log.db`,
 * on a server it shares the database. One process at a time appends to a log.
 */
export async function openEventLog(
  location: string = DEFAULT_STORE,
  options: StoreOptions = {},
): Promise<EventLog> {
  const parsed = parseStoreLocation(location);
  const settings = openOptions(parsed, options);
  if (parsed.kind === "server") {
    const only = await LibsqlLog.open(parsed, settings);
    return new CommandEventLog({ name: parsed.name, writer: only, reader: only });
  }
  const file = siblingFile(parsed, "log");
  const place = { location: file, options: settings, startThread: options.startThread };
  const connections =
    await (options.thread === "caller"
      ? openTwoHere<LogCommands>(() => LibsqlLog.open(file, settings))
      : openTwoWorkers<LogCommands>(() => WorkerLog.open(place), () => WorkerLog.late(place)));
  return new CommandEventLog({ name: file.name, ...connections });
}
