/** The rows of a synthetic source between two times: those that a server started at the first would make. */
import type { SourcePlan } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import type { SyntheticHistory } from "./config_source_types.ts";
import type { EntryReader } from "./source_feed.ts";
import { SyntheticRows } from "./synthetic_rows.ts";
import { SyntheticTimes } from "./synthetic_times.ts";

const MOST_ROWS = 8192;

export function openSyntheticHistory(
  { config, fromUs, untilUs }: SyntheticHistory,
  { source, reads }: Pick<SourcePlan, "source" | "reads">,
  options: { readonly symbols: SymbolTable; readonly batchRows?: number },
): EntryReader {
  const rows = new SyntheticRows(config, { source, symbols: options.symbols });
  const columns = source.columns.filter(({ computed }) => computed === undefined);
  const places = reads.map((read) => columns.findIndex(({ name }) => name === read.name));
  const mostRows = Math.min(MOST_ROWS, options.batchRows ?? MOST_ROWS);
  const times = new SyntheticTimes(config, { index: 0, nextUs: fromUs }, mostRows);
  return {
    bytesRead: 0,
    bytesTotal: 0,
    read: () => {
      const { index } = times.place;
      const due = times.take(untilUs - 1);
      if (due.length === 0) return Promise.resolve(undefined);
      const { length, columns: all } = rows.make(index, due);
      return Promise.resolve({
        batch: { length, columns: places.map((place) => all[place]!) },
        file: `synthetic ${config.generator}`,
        firstRow: index + 1,
        rejected: [],
      });
    },
    close: () => Promise.resolve(),
  };
}
