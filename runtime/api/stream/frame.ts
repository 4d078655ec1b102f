/**
 * Messages of a socket that hold rows. JSON frames are texts. Arrow frames are binary: the length of the header
 * (u32, little endian), the header as JSON, padded with blanks so that what follows is aligned to 8 bytes, and an
 * Arrow IPC stream of the rows.
 */
import { type Column, storageOf } from "../../../dsl/mod.ts";
import { type Batch, encodeBlock, type SymbolTable } from "../../arrow/mod.ts";
import type { LiveSeriesInfo } from "../../live/mod.ts";
import { createJsonRows } from "./json_rows.ts";
import type { FrameFormat } from "./messages.ts";

export type Message = string | Uint8Array<ArrayBuffer>;

/** What a frame says of its rows; a snapshot has no row numbers, `snapshot_end` says up to which row it is. */
export type FrameHeader =
  | {
    readonly kind: "rows";
    readonly id: string;
    readonly series: string;
    /** Row numbers that the frame covers: a subscriber that has seen it goes on after `last`. */
    readonly first: number;
    readonly last: number;
    /** Numbers of the rows, where others between `first` and `last` were left out. */
    readonly numbers?: readonly number[];
  }
  | {
    readonly kind: "snapshot";
    readonly id: string;
    readonly series: string;
  };

/** The columns of a series' frames: keys, the time, the others. */
export interface FrameSchema {
  readonly columns: readonly Column[];
  /** Name of the time column: `timestamp`, unless another column is called so. */
  readonly time: string;
}

export function frameSchemaOf({ keys, columns }: LiveSeriesInfo): FrameSchema {
  const taken = new Set([...keys, ...columns].map(({ name }) => name));
  let time = "timestamp";
  while (taken.has(time)) time = `_${time}`;
  return { columns: [...keys, { name: time, type: { kind: "timestamp" } }, ...columns], time };
}

/** Encodes rows without a header, in columns of the schema. */
export type BodyEncoder = (batch: Batch) => Message;

export function createBodyEncoders(
  { columns }: FrameSchema,
  symbols: SymbolTable,
): Readonly<Record<FrameFormat, BodyEncoder>> {
  return {
    json: createJsonRows(columns, symbols),
    arrow: (batch) => encodeBlock(batch, columns, symbols),
  };
}

/** Puts the header before the rows. */
export function frameOf(header: FrameHeader, body: Message): Message {
  const text = JSON.stringify(header);
  if (typeof body === "string") return `${text.slice(0, -1)},"rows":${body}}`;
  const bytes = new TextEncoder().encode(text);
  const headed = Math.ceil((4 + bytes.length) / 8) * 8;
  const frame = new Uint8Array(headed + body.length).fill(0x20, 4, headed);
  new DataView(frame.buffer).setUint32(0, headed - 4, true);
  frame.set(bytes, 4);
  frame.set(body, headed);
  return frame;
}

/** Bytes that a message takes while it waits; a text is taken for ASCII. */
export function sizeOf(message: Message): number {
  return message.length;
}

/** True for the storage whose values are codes of texts. */
export function isSymbolColumn({ type }: Column): boolean {
  return storageOf(type) === "symbol";
}
