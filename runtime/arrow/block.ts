/** Blocks of history: a batch as one Arrow IPC stream in memory, and back. */
import { type Data, RecordBatchReader } from "apache-arrow";
import type { Column } from "../../dsl/typed_ast.ts";
import type { Batch } from "./batch.ts";
import { Rejects } from "./column_spec.ts";
import { createColumnExport } from "./export_columns.ts";
import { createImports } from "./import.ts";
import { streamOf } from "./ipc_message.ts";
import { toArrowSchema } from "./schema.ts";
import type { SymbolTable } from "./symbols.ts";

/** Encodes a batch; the block carries the texts of its own symbols and stands for itself. */
export function encodeBlock(
  batch: Batch,
  columns: readonly Column[],
  symbols: SymbolTable,
): Uint8Array<ArrayBuffer> {
  const exports = columns.map(({ type }) => createColumnExport(type, symbols));
  return streamOf(batch, toArrowSchema(columns), exports);
}

/** Decodes the columns of a block that are asked for, by name. */
export function decodeBlock(
  data: Uint8Array,
  columns: readonly Column[],
  symbols: SymbolTable,
): Batch[] {
  const reader = RecordBatchReader.from(data);
  const wanted = columns.map(({ name, type }) => ({ name, type, from: name }));
  const batches: Batch[] = [];
  for (const batch of reader) {
    const imports = createImports(batch.schema, wanted, { file: "a stored block", symbols });
    const length = batch.numRows;
    const rejects = new Rejects();
    batches.push({
      length,
      columns: imports.map(({ index, read }) =>
        read(batch.data.children[index] as Data, { from: 0, length }, rejects)
      ),
    });
  }
  return batches;
}
