/** LZ4 frames, unpacked: what Arrow files are most often packed with, and nothing in the platform reads. */

const MAGIC = 0x184d2204;
const STORED = 0x80000000;

/** The content of one or more LZ4 frames; checksums are passed over. */
export function decodeLz4Frame(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let out = new Uint8Array(packed.length * 4);
  let length = 0;
  for (let at = 0; at < packed.length;) {
    if (view.getUint32(at, true) !== MAGIC) throw new RangeError("The bytes are no LZ4 frame");
    const flags = packed[at + 4]!;
    const blockSize = 1 << (8 + 2 * ((packed[at + 5]! >> 4) & 7));
    at += 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
    for (let word = view.getUint32(at, true); word !== 0; word = view.getUint32(at, true)) {
      const block = packed.subarray(at + 4, at + 4 + (word & 0x7fffffff));
      out = roomFor(out, length, Math.max(blockSize, block.length));
      length = word >= STORED ? store(block, out, length) : decodeBlock(block, out, length);
      at += 4 + block.length + (flags & 0x10 ? 4 : 0);
    }
    at += 4 + (flags & 0x04 ? 4 : 0);
  }
  return out.subarray(0, length);
}

function roomFor(
  out: Uint8Array<ArrayBuffer>,
  length: number,
  more: number,
): Uint8Array<ArrayBuffer> {
  if (out.length - length >= more) return out;
  const grown = new Uint8Array(Math.max(out.length * 2, length + more));
  grown.set(out.subarray(0, length));
  return grown;
}

function store(block: Uint8Array, out: Uint8Array, start: number): number {
  out.set(block, start);
  return start + block.length;
}

/** A block is sequences of: literals, then a copy of earlier output; the last has no copy. */
function decodeBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let to = start;
  for (let at = 0; at < block.length;) {
    const token = block[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) literals += more = byteAt(block, at++);
    }
    if (literals > block.length - at || literals > out.length - to) throw tooLong();
    for (const end = at + literals; at < end;) out[to++] = block[at++]!;
    if (at === block.length) break;
    const distance = byteAt(block, at) | (byteAt(block, at + 1) << 8);
    at += 2;
    let copy = (token & 15) + 4;
    if (copy === 19) {
      let more = 255;
      while (more === 255) copy += more = byteAt(block, at++);
    }
    if (distance === 0 || distance > to || copy > out.length - to) throw tooLong();
    for (const end = to + copy; to < end; to++) out[to] = out[to - distance]!;
  }
  return to;
}

function byteAt(block: Uint8Array, at: number): number {
  if (at >= block.length) throw tooLong();
  return block[at]!;
}

function tooLong(): RangeError {
  return new RangeError("The LZ4 block does not fit its frame");
}
