/** One file that grows: its complete lines after a place, and whether it is still the file it was. */
import { open } from "node:fs/promises";
import { createHash } from "node:crypto";

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const CHUNK = 1024 * 1024;
/** A longer line stops the source, for what waits for its end must stay bounded. */
const MOST_LINE = 16 * CHUNK;
/** Bytes at the start by which a file is known again. */
const HEAD = 256;

/** Where a file was left; the head tells a file apart from another that was given its number. */
export interface FilePlace {
  readonly inode: number;
  /** Always behind a line end. */
  readonly offset: number;
  /** Bytes at the start that the hash is of. */
  readonly headLength: number;
  readonly headHash: string;
}

export interface ReadLines {
  readonly bytes: Uint8Array;
  /** First line, where it was asked for and is not among the bytes. */
  readonly header: Uint8Array | undefined;
  readonly place: FilePlace;
}

export type LineKind = "plain" | "quoted";

/**
 * The next complete lines after a place, at most about a chunk of them; undefined if there are none. A file that
 * is shorter than it was, or begins otherwise, is read from its start.
 *
 * @throws RangeError if a line is longer than can be kept.
 */
export async function readNewLines(
  path: string,
  place: FilePlace | undefined,
  { lines, wantsHeader }: { readonly lines: LineKind; readonly wantsHeader: boolean },
): Promise<ReadLines | undefined> {
  const file = await open(path, "r");
  try {
    const { ino: inode, size } = await file.stat();
    const read = async (from: number, length: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - from)));
      let count = 0;
      while (count < bytes.length) {
        const { bytesRead } = await file.read(bytes, count, bytes.length - count, from + count);
        if (bytesRead === 0) break;
        count += bytesRead;
      }
      return bytes.subarray(0, count);
    };
    const isSame = place !== undefined && size >= place.offset &&
      hashOf(await read(0, place.headLength)) === place.headHash;
    const offset = isSame ? place.offset : 0;
    const bytes = await readWhole(read, { offset, size, lines });
    if (bytes.length === 0) return undefined;
    const end = offset + bytes.length;
    const head = await read(0, Math.min(HEAD, end));
    return {
      bytes,
      header: wantsHeader && offset > 0 ? await readFirst(read) : undefined,
      place: { inode, offset: end, headLength: head.length, headHash: hashOf(head) },
    };
  } finally {
    await file.close();
  }
}

type Read = (from: number, length: number) => Promise<Uint8Array>;

/** Bytes up to the last line end that is found. */
async function readWhole(
  read: Read,
  { offset, size, lines }: {
    readonly offset: number;
    readonly size: number;
    readonly lines: LineKind;
  },
): Promise<Uint8Array> {
  for (let length = CHUNK;; length *= 2) {
    const bytes = await read(offset, length);
    const end = lines === "plain" ? bytes.lastIndexOf(LINE_FEED) + 1 : lastRecordEnd(bytes);
    if (end > 0) return bytes.subarray(0, end);
    if (offset + bytes.length >= size || bytes.length < length) return bytes.subarray(0, 0);
    if (length >= MOST_LINE) throw new RangeError("a line is longer than 16 MiB");
  }
}

/** The first line, when there is one. */
async function readFirst(read: Read): Promise<Uint8Array> {
  const bytes = await read(0, MOST_LINE);
  return bytes.subarray(0, firstRecordEnd(bytes));
}

/** Line ends inside quotes end no record. */
function lastRecordEnd(bytes: Uint8Array): number {
  let end = 0;
  let isQuoted = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) isQuoted = !isQuoted;
    else if (bytes[at] === LINE_FEED && !isQuoted) end = at + 1;
  }
  return end;
}

function firstRecordEnd(bytes: Uint8Array): number {
  let isQuoted = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) isQuoted = !isQuoted;
    else if (bytes[at] === LINE_FEED && !isQuoted) return at + 1;
  }
  return bytes.length;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 16);
}
