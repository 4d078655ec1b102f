/** Bytes in memory as a source of bytes. */
import type { ByteSource } from "./byte_source.ts";

/** Bytes that lie one after the other in several pieces; `path` is what errors call them. */
export function memorySource(path: string, pieces: readonly Uint8Array[]): ByteSource {
  const bytesTotal = pieces.reduce((sum, { length }) => sum + length, 0);
  let piece = 0;
  let at = 0;
  let bytesRead = 0;
  return {
    path,
    bytesTotal,
    get bytesRead() {
      return bytesRead;
    },
    fill(target) {
      while (piece < pieces.length && at === pieces[piece]!.length) {
        piece++;
        at = 0;
      }
      const part = pieces[piece]?.subarray(at, at + target.length) ?? new Uint8Array(0);
      target.set(part);
      at += part.length;
      bytesRead += part.length;
      return Promise.resolve(part.length);
    },
    close: () => Promise.resolve(),
  };
}
