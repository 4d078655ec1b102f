/** The rows of a source as a live system took them in: in the order of its log, as it decided about them. */
import type { Source, SourcePlan } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { type EventLog, openEventLog } from "../store/mod.ts";
import { decodeRows } from "./logged_rows.ts";
import type { EntryReader } from "./source_feed.ts";

/** Opens the log beside a store, which has to have every row since its start. */
export async function openStoredLog(
  store: string,
  { source, reads }: Pick<SourcePlan, "source" | "reads">,
  symbols: SymbolTable,
): Promise<EntryReader> {
  const name = nameOf(source);
  const log = await openEventLog(store, { thread: "caller" });
  try {
    await requireWhole(log, name);
  } catch (error) {
    await log.close();
    throw error;
  }
  const columns = source.columns.filter(({ computed }) => !computed);
  const places = reads.map((read) => columns.findIndex((column) => column.name === read.name));
  const entries = log.read(name, 0)[Symbol.asyncIterator]();
  let bytesRead = 0;
  return {
    get bytesRead() {
      return bytesRead;
    },
    get bytesTotal() {
      return bytesRead;
    },
    read: async () => {
      const { value, done } = await entries.next();
      if (done) return undefined;
      bytesRead += value.block.byteLength;
      const { batch: { length, columns: all }, codes } = decodeRows(value.block, columns, symbols);
      return {
        batch: { length, columns: places.map((place) => all[place]!) },
        file: store,
        firstRow: value.first,
        rejected: [],
        decided: { codes, watermarkUs: value.watermarkUs },
      };
    },
    close: async () => {
      await entries.return?.();
      await log.close();
    },
  };
}

/** What tells one content of a log from another. */
export async function storedLogContent(store: string, source: Source): Promise<unknown> {
  await using log = await openEventLog(store, { thread: "caller" });
  const end = (await log.ends()).find((each) => each.source === nameOf(source));
  return [log.name, end?.last, end?.arrivedUs, end?.watermarkUs];
}

async function requireWhole(log: EventLog, source: string): Promise<void> {
  const first = (await log.starts()).get(source);
  if (first === 1) return;
  const state = first === undefined ? "it has no rows" : `it begins at row ${first}`;
  throw new FeaturizerError(`Cannot read "${source}" from the log of "${log.name}": ${state}`, {
    code: first === undefined ? "NO_HISTORY" : "LOG_PRUNED",
    hint: first === undefined
      ? "Name the store of a server that took rows of this source in."
      : "Values would lack what earlier rows add; let the server keep more with retain_log.",
  });
}

function nameOf({ plugin, name }: Source): string {
  return `${plugin}.${name}`;
}
