/** A source's rows in the log, and what came of them so far. */
import type { Source, SourcePlan } from "../../../dsl/mod.ts";
import { asFlat, type ColumnData, type SymbolTable } from "../../arrow/mod.ts";
import { gatherRows, type StreamData } from "../../engine/mod.ts";
import type { DecisionCounts, EventLog, LogEntry } from "../../store/mod.ts";
import type { PublishedRows } from "../pipeline/source_tail.ts";
import { admittedRows } from "./decide_rows.ts";
import { decodeRows } from "./log_block.ts";
import type { WholeColumns } from "./whole_columns.ts";

/** Rows at their positions, with all columns; those that count. */
export function placedRows(
  source: Source,
  columns: readonly ColumnData[],
  { first, codes }: { readonly first: number; readonly codes: Float64Array<ArrayBuffer> },
): StreamData {
  const numbers = (name: string) => {
    const place = source.columns.findIndex((column) => column.name === name);
    return asFlat(columns[place]!) as Float64Array<ArrayBuffer>;
  };
  const sequence = new Float64Array(codes.length);
  for (let i = 0; i < sequence.length; i++) sequence[i] = first + i;
  if (source.sequence !== undefined) {
    const named = numbers(source.sequence);
    for (let i = 0; i < named.length; i++) if (named[i] === named[i]) sequence[i] = named[i]!;
  }
  const all = { length: codes.length, time: numbers(source.time), sequence, columns };
  const admitted = admittedRows(codes);
  return admitted ? gatherRows(all, admitted) : all;
}

export interface LoggedSource {
  readonly name: string;
  readonly plan: SourcePlan;
  readonly whole: WholeColumns;
  readonly symbols: SymbolTable;
  readonly log: EventLog;
}

/** What an entry of the log holds, with the columns computed again. */
export async function* readLogged(
  { name, plan, whole, symbols, log }: LoggedSource,
  after: number,
): AsyncGenerator<PublishedRows & { readonly entry: LogEntry }, undefined> {
  for await (const entry of log.read(name, after)) {
    const { batch, codes } = decodeRows(entry.block, plan.reads, symbols);
    const columns = await whole.of(batch, entry.first);
    // A decision that no row has: the rows up to there were taken in before.
    if (after >= entry.first) codes.fill(-1, 0, after + 1 - entry.first);
    const rows = placedRows(plan.source, columns, { first: entry.first, codes });
    yield { rows, lastPosition: entry.last, watermarkUs: entry.watermarkUs, entry };
  }
  return undefined;
}

export function addCounts(a: DecisionCounts, b: DecisionCounts): DecisionCounts {
  return {
    admitted: a.admitted + b.admitted,
    late: a.late + b.late,
    malformed: a.malformed + b.malformed,
    future: a.future + b.future,
  };
}
