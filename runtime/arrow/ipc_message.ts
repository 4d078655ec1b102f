/** Arrow IPC messages: metadata, then buffers, every one at a multiple of 64 bytes. */
import { Message, type Schema } from "apache-arrow";
import {
  BufferRegion,
  DictionaryBatch,
  FieldNode,
  RecordBatch,
} from "apache-arrow/ipc/metadata/message";
import type { Batch } from "./batch.ts";
import type { ColumnExport, ExportedColumn } from "./export_columns.ts";
import type { LocalDictionary } from "./local_dictionary.ts";

const ALIGNMENT = 64;
const PADDING = new Uint8Array(ALIGNMENT);
const NOTHING = new Uint8Array(0);

/** Behind the last message of a stream or file. */
export const END_OF_STREAM: Uint8Array = new Uint8Array(Int32Array.of(-1, 0).buffer);

/** A message as the pieces to write, in order. */
export interface IpcMessage {
  readonly pieces: readonly Uint8Array[];
  readonly headLength: number;
  readonly bodyLength: number;
}

/** `position` is where the message will begin; its metadata is padded so that the body is aligned. */
export function schemaMessage(schema: Schema, position: number): IpcMessage {
  return assemble(Message.from(schema), [], position);
}

/** The rows of a batch, exported column by column. */
export function batchMessage(
  batch: Batch,
  exports: readonly ColumnExport[],
  position: number,
): IpcMessage {
  const nodes: FieldNode[] = [];
  const buffers: Uint8Array[] = [];
  const add = ({ length, nullCount, buffers: own, children }: ExportedColumn) => {
    nodes.push(new FieldNode(length, nullCount));
    buffers.push(...own);
    children.forEach(add);
  };
  exports.forEach((column, index) => add(column.export(batch.columns[index]!)));
  const { regions, bodyLength } = layOut(buffers);
  const header = new RecordBatch(batch.length, nodes, regions, null);
  return assemble(Message.from(header, bodyLength), buffers, position);
}

/** All strings of a dictionary. */
export function dictionaryMessage(
  dictionary: LocalDictionary,
  id: number,
  position: number,
): IpcMessage {
  const { offsets, bytes } = dictionary.utf8();
  const buffers = [NOTHING, new Uint8Array(offsets.buffer), bytes];
  const { regions, bodyLength } = layOut(buffers);
  const nodes = [new FieldNode(dictionary.size, 0)];
  const data = new RecordBatch(dictionary.size, nodes, regions, null);
  return assemble(Message.from(new DictionaryBatch(data, id), bodyLength), buffers, position);
}

/** The rows as an Arrow stream of its own, with the strings they have and no others. */
export function streamOf(
  batch: Batch,
  schema: Schema,
  exports: readonly ColumnExport[],
): Uint8Array<ArrayBuffer> {
  const dictionaries = exports.flatMap((column) => column.dictionaries);
  for (const dictionary of dictionaries) dictionary.clear();
  const rows = batchMessage(batch, exports, 0);
  const messages = [
    schemaMessage(schema, 0),
    ...dictionaries.map((dictionary, id) => dictionaryMessage(dictionary, id, 0)),
    rows,
  ];
  return join([...messages.flatMap(({ pieces }) => pieces), END_OF_STREAM]);
}

function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function assemble(message: Message, buffers: readonly Uint8Array[], position: number): IpcMessage {
  const metadata = Message.encode(message);
  const end = position + 8 + metadata.length;
  const padding = aligned(end) - end;
  const prefix = new Uint8Array(Int32Array.of(-1, metadata.length + padding).buffer);
  return {
    pieces: [
      prefix,
      metadata,
      PADDING.subarray(0, padding),
      ...buffers.flatMap((buffer) => [buffer, PADDING.subarray(0, -buffer.length & ALIGNMENT - 1)]),
    ].filter(({ length }) => length > 0),
    headLength: 8 + metadata.length + padding,
    bodyLength: message.bodyLength,
  };
}

function layOut(
  buffers: readonly Uint8Array[],
): { readonly regions: BufferRegion[]; readonly bodyLength: number } {
  let at = 0;
  const regions = buffers.map(({ length }) => {
    const region = new BufferRegion(at, length);
    at += aligned(length);
    return region;
  });
  return { regions, bodyLength: at };
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
