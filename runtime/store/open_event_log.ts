/** Opens the event log of a store: a file's in workers of its own, a server's from this thread. */
import { CommandEventLog } from "./command_event_log.ts";
import type { EventLog } from "./event_log.ts";
import { LibsqlLog } from "./libsql_log.ts";
import { parseStoreLocation, siblingFile } from "./location.ts";
import type { LogCommands } from "./log_commands.ts";
import { DEFAULT_STORE, openOptions, type StoreOptions } from "./open_store.ts";
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
  const { name } = file;
  if (options.thread === "caller") {
    const opening = LibsqlLog.open(file, settings);
    const [writer, reader] = await allOrNone([
      opening,
      opening.then(() => LibsqlLog.open(file, settings)),
    ]);
    return new CommandEventLog({ name, writer, reader });
  }
  // The first makes the tables; both threads start at once.
  const writing = WorkerLog.open(file, settings);
  const [writer, reader] = await allOrNone([writing, WorkerLog.open(file, settings, writing)]);
  return new CommandEventLog({ name, writer, reader });
}

/** All that were opened; after a failure none stays open. */
async function allOrNone(
  opening: readonly [Promise<LogCommands>, Promise<LogCommands>],
): Promise<readonly [LogCommands, LogCommands]> {
  try {
    return await Promise.all(opening);
  } catch (error) {
    const outcomes = await Promise.allSettled(opening);
    for (const outcome of outcomes) if (outcome.status === "fulfilled") await outcome.value.close();
    throw error;
  }
}
