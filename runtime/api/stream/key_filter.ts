/** Which rows of a series a subscriber wants, by values of key columns. */
import type { Column } from "../../../dsl/mod.ts";
import { NULL_SYMBOL, type SymbolTable } from "../../arrow/mod.ts";
import type { CellValue, LiveSeriesInfo } from "../../live/mod.ts";
import { RequestError } from "../problem.ts";
import { timeUs } from "../shapes.ts";
import { isSymbolColumn } from "./frame.ts";
import type { SharedRows } from "./shared_rows.ts";

type Wanted = Readonly<Record<string, CellValue | readonly CellValue[]>>;

interface ColumnFilter {
  readonly place: number;
  /** Values, or codes of the texts that were seen. */
  readonly values: Set<number>;
  /** Texts that have no code yet. */
  texts: string[];
}

export class KeyFilter {
  readonly #columns: readonly ColumnFilter[];
  readonly #symbols: SymbolTable;
  #symbolsSeen = -1;

  constructor(info: LiveSeriesInfo, wanted: Wanted, symbols: SymbolTable) {
    this.#symbols = symbols;
    this.#columns = Object.entries(wanted).map(([name, values]) => {
      const place = info.keys.findIndex((key) => key.name === name);
      if (place < 0) throw badFilter(info, `"${name}" is no key`);
      return columnFilter(info, place, Array.isArray(values) ? values : [values]);
    });
  }

  /** Rows that pass, ascending. */
  select(rows: SharedRows): number[] {
    this.#resolveTexts();
    const [first, ...rest] = this.#columns;
    if (first === undefined) return Array.from({ length: rows.batch.length }, (_, row) => row);
    return rows.rowsOf(first.place, first.values).filter((row) =>
      rest.every(({ place, values }) =>
        values.has((rows.batch.columns[place] as Float64Array | Int32Array)[row]!)
      )
    );
  }

  /** Texts get a code when a row holds them first; a filter adds none. */
  #resolveTexts(): void {
    if (this.#symbolsSeen === this.#symbols.size) return;
    this.#symbolsSeen = this.#symbols.size;
    for (const column of this.#columns) {
      column.texts = column.texts.filter((text) => {
        const code = this.#symbols.find(text);
        if (code !== NULL_SYMBOL) column.values.add(code);
        return code === NULL_SYMBOL;
      });
    }
  }
}

function columnFilter(
  info: LiveSeriesInfo,
  place: number,
  values: readonly CellValue[],
): ColumnFilter {
  const column = info.keys[place]!;
  if (!isSymbolColumn(column)) {
    return {
      place,
      texts: [],
      values: new Set(values.map((value) => numberOf(info, column, value))),
    };
  }
  const texts = values.map((value) => {
    if (typeof value === "string") return value;
    throw badFilter(info, `"${column.name}" is a text, got ${JSON.stringify(value)}`);
  });
  return { place, texts, values: new Set() };
}

function numberOf(info: LiveSeriesInfo, { name, type }: Column, value: CellValue): number {
  if (type.kind === "timestamp" && typeof value === "string") {
    const parsed = timeUs.safeParse(value);
    if (parsed.success) return parsed.data;
  }
  if (type.kind === "bool" && typeof value === "boolean") return value ? 1 : 0;
  if (type.kind !== "bool" && typeof value === "number") return value;
  throw badFilter(info, `"${name}" is of type ${type.kind}, got ${JSON.stringify(value)}`);
}

function badFilter(info: LiveSeriesInfo, state: string): RequestError {
  const keys = info.keys.map(({ name }) => name);
  return new RequestError(`Cannot filter "${info.name}": ${state}`, {
    status: 400,
    code: "BAD_KEY",
    hint: keys.length === 0 ? "The series has no keys." : `Its keys are ${keys.join(", ")}.`,
  });
}
