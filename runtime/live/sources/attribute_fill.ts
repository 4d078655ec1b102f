/** Columns that the attributes of an entry know. */
import { storageOf, type ValueType } from "../../../dsl/mod.ts";
import {
  asFlat,
  type FileBlock,
  isNull,
  type RejectedRow,
  type SymbolTable,
} from "../../arrow/mod.ts";

interface Filling {
  readonly attributes: Readonly<Record<string, string>>;
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[];
  readonly symbols: SymbolTable;
}

/** Fills cells that are null with the attribute of their column's name; a row that says otherwise is rejected. */
export function filled(block: FileBlock, { attributes, columns, symbols }: Filling): FileBlock {
  const rejected: RejectedRow[] = [...block.rejected];
  columns.forEach(({ name, type }, place) => {
    const text = attributes[name];
    if (text === undefined || storageOf(type) === "packed") return;
    const value = storageOf(type) === "symbol" ? symbols.intern(text) : Number(text);
    const column = asFlat(block.batch.columns[place]!);
    for (let row = 0; row < column.length; row++) {
      if (isNull(column, row)) column[row] = value;
      else if (column[row] !== value) {
        const reason = `Cannot read the row: it has another "${name}" than the attribute says`;
        rejected.push({ row, reason });
      }
    }
  });
  return { ...block, rejected };
}
