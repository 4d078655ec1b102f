/** Blocks of history: a batch as one Arrow IPC stream in memory, and back. */
import {
  type Data,
  makeData,
  makeVector,
  RecordBatch,
  RecordBatchReader,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  type Vector,
} from "apache-arrow";
import type { Column } from "../../dsl/typed_ast.ts";
import type { Batch } from "./batch.ts";
import { Rejects } from "./column_spec.ts";
import { createColumnExport } from "./export_columns.ts";
import { createImports } from "./import.ts";
import type { LocalDictionary } from "./local_dictionary.ts";
import { toArrowSchema } from "./schema.ts";
import type { SymbolTable } from "./symbols.ts";

/** Encodes a batch; the block carries the texts of its own symbols and stands for itself. */
export function encodeBlock(
  batch: Batch,
  columns: readonly Column[],
  symbols: SymbolTable,
): Uint8Array<ArrayBuffer> {
  const schema = toArrowSchema(columns);
  const children = columns.map(({ type }, place) => {
    const exporter = createColumnExport(type, symbols);
    const { nullCount, validity, values } = exporter.export(batch.columns[place]!);
    const arrowType = schema.fields[place]!.type;
    const { dictionary } = exporter;
    return makeData(
      {
        type: arrowType,
        length: batch.length,
        nullCount,
        nullBitmap: nullCount === 0 ? null : validity.slice(),
        data: values.slice(),
        ...(dictionary ? { dictionary: textVector(dictionary) } : {}),
      } as Parameters<typeof makeData>[0],
    );
  });
  const struct = makeData({
    type: new Struct(schema.fields),
    length: batch.length,
    nullCount: 0,
    children,
  });
  return new Uint8Array(tableToIPC(new Table(new RecordBatch(schema, struct)), "stream"));
}

function textVector(dictionary: LocalDictionary): Vector<Utf8> {
  const { offsets, bytes } = dictionary.utf8();
  const type = new Utf8();
  return makeVector(
    makeData({ type, length: dictionary.size, nullCount: 0, valueOffsets: offsets, data: bytes }),
  );
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
