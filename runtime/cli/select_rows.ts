/** Choosing rows and columns of a dataset. */
import { type Column, isNested, parseDuration, storageOf } from "../../dsl/mod.ts";
import {
  asFlat,
  type Batch,
  type ColumnData,
  gather,
  numberOfInteger,
  type SymbolTable,
} from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { type Dataset, requireColumn } from "./dataset.ts";
import { parseTime } from "./parse_time.ts";

export interface RowSelection {
  /** In this order; all without it. */
  readonly columns?: readonly string[];
  /** Time from here on. */
  readonly fromUs?: number;
  /** Time before this. */
  readonly toUs?: number;
  /** Columns that must have a value, all of them. */
  readonly where: readonly { readonly column: string; readonly value: string }[];
  /** Of what remains each n-th row, the first one included. */
  readonly everyN?: number;
  readonly limit?: number;
}

export interface SelectedRows {
  readonly columns: readonly Column[];
  batches(): AsyncGenerator<Batch, void>;
}

/** Tests a row of a batch. */
type Condition = (columns: readonly ColumnData[], row: number) => boolean;

/** The chosen rows; names that are not there fail at once. */
export function selectRows(dataset: Dataset, selection: RowSelection): SelectedRows {
  const names = selection.columns ?? dataset.columns.map(({ name }) => name);
  const columns = names.map((name) => requireColumn(dataset, name));
  const read = [...names];
  const slotOf = (name: string) => {
    const slot = read.indexOf(name);
    return slot < 0 ? read.push(name) - 1 : slot;
  };
  const conditions = [
    ...timeConditions(dataset, selection, slotOf),
    ...selection.where.map(({ column, value }) =>
      valueCondition(dataset, requireColumn(dataset, column), value, slotOf(column))
    ),
  ];
  return {
    columns,
    batches: () => filterBatches(dataset, { ...selection, names, read, conditions }),
  };
}

interface Filter {
  readonly names: readonly string[];
  readonly read: readonly string[];
  readonly conditions: readonly Condition[];
  readonly everyN?: number;
  readonly limit?: number;
}

async function* filterBatches(dataset: Dataset, filter: Filter): AsyncGenerator<Batch, void> {
  const { conditions, everyN = 1, limit = Infinity } = filter;
  let matched = 0;
  let taken = 0;
  for await (const { length, columns } of dataset.batches(filter.read)) {
    const rows: number[] = [];
    for (let row = 0; row < length && taken < limit; row++) {
      if (!conditions.every((holds) => holds(columns, row))) continue;
      if (matched++ % everyN !== 0) continue;
      rows.push(row);
      taken++;
    }
    const own = columns.slice(0, filter.names.length);
    if (rows.length > 0) {
      const chosen = Int32Array.from(rows);
      yield { length: rows.length, columns: own.map((column) => gather(column, chosen)) };
    }
    if (taken >= limit) return;
  }
}

function timeConditions(
  dataset: Dataset,
  { fromUs = -Infinity, toUs = Infinity }: RowSelection,
  slotOf: (name: string) => number,
): Condition[] {
  if (fromUs === -Infinity && toUs === Infinity) return [];
  if (dataset.time === undefined) {
    throw new FeaturizerError(
      `Cannot select times of "${dataset.name}": no column is a timestamp`,
      {
        code: "NO_TIME_COLUMN",
        hint: "leave --from and --to out",
      },
    );
  }
  const slot = slotOf(dataset.time);
  return [(columns, row) => {
    const time = (columns[slot] as Float64Array)[row] ?? NaN;
    return time >= fromUs && time < toUs;
  }];
}

function valueCondition(
  dataset: Dataset,
  { name, type }: Column,
  text: string,
  slot: number,
): Condition {
  if (isNested(type)) {
    throw new FeaturizerError(`Cannot compare column "${name}" with "${text}": it is nested`, {
      code: "BAD_VALUE",
      hint: "give a column of numbers, texts or times",
    });
  }
  const isSymbol = storageOf(type) === "symbol";
  if (type.kind === "i64") {
    const number = wideNumber(text, dataset.symbols);
    if (number !== undefined) return (columns, row) => asFlat(columns[slot]!)[row] === number;
  }
  const value = isSymbol ? undefined : parseNumber(type.kind, text);
  if (value !== undefined && Number.isNaN(value)) {
    throw new FeaturizerError(
      `Cannot compare column "${name}" with "${text}": it is a ${type.kind}`,
      {
        code: "BAD_VALUE",
        hint: `give a ${type.kind}, for example --where ${name}=${EXAMPLES[type.kind] ?? "1.5"}`,
      },
    );
  }
  const wanted = value ?? dataset.symbols.intern(text);
  return (columns, row) => asFlat(columns[slot]!)[row] === wanted;
}

/** The number of a whole number in text, be it wider than a double. */
function wideNumber(text: string, symbols: SymbolTable): number | undefined {
  return /^-?\d+$/.test(text.trim()) ? numberOfInteger(BigInt(text.trim()), symbols) : undefined;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  bool: "true",
  timestamp: "2001-01-02T10:00:00",
  duration: "5m",
};

function parseNumber(kind: string, text: string): number {
  if (kind === "timestamp") return parseTime(text) ?? NaN;
  if (kind === "duration") return parseDuration(text) ?? NaN;
  if (kind === "bool") return text === "true" ? 1 : text === "false" ? 0 : NaN;
  return text.trim() === "" ? NaN : Number(text);
}
