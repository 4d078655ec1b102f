/** Opens the files of a run: one feed per source of the plan. */
import type { PhysicalPlan, SourcePlan } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import type { Admission, DeliveredRows } from "../engine/mod.ts";
import type { SetConfig } from "./config_types.ts";
import { entriesOf, openEntry, type SourceEntry } from "./entries.ts";
import { latenessError, malformedError } from "./late_report.ts";
import { type EntryReader, type PrepareColumns, SourceFeed } from "./source_feed.ts";

export interface OpenedFeeds {
  /** By source number. */
  readonly list: readonly SourceFeed[];
  readonly entries: readonly (readonly SourceEntry[])[];
}

/** The rows of a source, one reader for each data source entry. */
export type OpenReaders = (
  source: SourcePlan,
  options: { readonly entries: readonly SourceEntry[]; readonly symbols: SymbolTable },
) => Promise<readonly EntryReader[]>;

export async function openFeeds(
  config: SetConfig,
  plan: PhysicalPlan,
  options: {
    readonly symbols: SymbolTable;
    readonly batchRows?: number;
    /** The entries' files by default. */
    readonly openReaders?: OpenReaders;
    /** Called with each batch after it was admitted. */
    onDelivered?(source: SourcePlan, entry: number, rows: DeliveredRows): void;
    prepareOf(source: number): PrepareColumns | undefined;
  },
): Promise<OpenedFeeds> {
  const entries = plan.sources.map((source) => entriesOf(config, source));
  const opened: EntryReader[] = [];
  const { symbols, batchRows, openReaders = openFiles(batchRows) } = options;
  try {
    const list: SourceFeed[] = [];
    for (const [number, source] of plan.sources.entries()) {
      const readers = await openReaders(source, { entries: entries[number]!, symbols });
      opened.push(...readers);
      const prepare = options.prepareOf(number);
      list.push(
        new SourceFeed({
          plan: source,
          entries: readers,
          symbols,
          ...(prepare ? { prepare } : {}),
          onDelivered: (admission, entry, rows) => {
            refuse(admission, source, entries[number]![entry]!);
            options.onDelivered?.(source, entry, rows);
          },
        }),
      );
    }
    return { list, entries };
  } catch (error) {
    await Promise.all(opened.map((reader) => reader.close()));
    throw error;
  }
}

/** Reads the entries' files. */
export function openFiles(batchRows: number | undefined): OpenReaders {
  return async (source, { entries, symbols }) => {
    const opened: EntryReader[] = [];
    try {
      for (const entry of entries) {
        const options = { symbols, ...(batchRows === undefined ? {} : { batchRows }) };
        opened.push(await openEntry(entry, source, options));
      }
      return opened;
    } catch (error) {
      await Promise.all(opened.map((reader) => reader.close()));
      throw error;
    }
  };
}

/** `late: fail` makes a row that does not count an error. */
function refuse({ counts }: Admission, { source }: SourcePlan, { config }: SourceEntry): void {
  if (config.late !== "fail") return;
  if (counts.firstMalformed) throw malformedError(source, counts);
  if (counts.firstLate) throw latenessError(source, counts);
}
