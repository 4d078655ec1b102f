/** The rows of a source as the log of a live system keeps them, to be replayed. */
import type { RowBlock } from "../../source/mod.ts";
import { openEventLog } from "../../store/mod.ts";
import { decodeRows } from "../intake/log_block.ts";
import type { DecidedRows } from "../live_intake.ts";
import { nameOf, pulledColumns, type PulledSource } from "./pulled_source.ts";

/** Rows of files, or of a log, which knows what was decided about them. */
export interface HistoryBlock extends Pick<RowBlock, "batch" | "rejected"> {
  readonly decided?: DecidedRows;
}

export interface HistoryReader {
  /** The next rows, or undefined at the end. */
  read(): Promise<HistoryBlock | undefined>;
  close(): Promise<void>;
}

/** Opens the log beside a store; it has to be there. */
export async function openLogReader(
  store: string,
  { source, symbols }: PulledSource,
): Promise<HistoryReader> {
  const log = await openEventLog(store);
  const entries = log.read(nameOf(source), 0)[Symbol.asyncIterator]();
  const columns = pulledColumns(source);
  return {
    read: async () => {
      const { value, done } = await entries.next();
      if (done) return undefined;
      const { batch, codes } = decodeRows(value.block, columns, symbols);
      return { batch, rejected: [], decided: { codes, watermarkUs: value.watermarkUs } };
    },
    close: async () => {
      await entries.return?.();
      await log.close();
    },
  };
}
