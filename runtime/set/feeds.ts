/** Opens the files of a run: one feed per source of the plan. */
import type { PhysicalPlan, SourcePlan } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import type { Admission } from "../engine/mod.ts";
import type { SetConfig } from "./config_types.ts";
import { entriesOf, openEntry, type SourceEntry } from "./entries.ts";
import { latenessError, malformedError } from "./late_report.ts";
import { type EntryReader, type PrepareColumns, SourceFeed } from "./source_feed.ts";

export interface OpenedFeeds {
  /** By source number. */
  readonly list: readonly SourceFeed[];
  readonly entries: readonly (readonly SourceEntry[])[];
}

export async function openFeeds(
  config: SetConfig,
  plan: PhysicalPlan,
  options: {
    readonly symbols: SymbolTable;
    readonly batchRows?: number;
    prepareOf(source: number): PrepareColumns | undefined;
  },
): Promise<OpenedFeeds> {
  const entries = plan.sources.map((source) => entriesOf(config, source));
  const opened: EntryReader[] = [];
  const { symbols, batchRows } = options;
  const readerOptions = { symbols, ...(batchRows === undefined ? {} : { batchRows }) };
  try {
    const list: SourceFeed[] = [];
    for (const [number, source] of plan.sources.entries()) {
      const readers: EntryReader[] = [];
      for (const entry of entries[number]!) {
        const reader = await openEntry(entry, source, readerOptions);
        opened.push(reader);
        readers.push(reader);
      }
      const prepare = options.prepareOf(number);
      list.push(
        new SourceFeed({
          plan: source,
          entries: readers,
          symbols,
          ...(prepare ? { prepare } : {}),
          onDelivered: (admission, entry) => refuse(admission, source, entries[number]![entry]!),
        }),
      );
    }
    return { list, entries };
  } catch (error) {
    await Promise.all(opened.map((reader) => reader.close()));
    throw error;
  }
}

/** `late: fail` makes a row that does not count an error. */
function refuse({ counts }: Admission, { source }: SourcePlan, { config }: SourceEntry): void {
  if (config.late !== "fail") return;
  if (counts.firstMalformed) throw malformedError(source, counts);
  if (counts.firstLate) throw latenessError(source, counts);
}
