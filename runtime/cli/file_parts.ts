/** Files in parts that can be pushed one by one. */
import { extname } from "node:path";
import { usageError } from "./invocation.ts";

const NDJSON = "application/x-ndjson";
const PART_BYTES = 4 << 20;
const NEWLINE = 10;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".ndjson": NDJSON,
  ".jsonl": NDJSON,
  ".json": "application/json",
  ".arrow": "application/vnd.apache.arrow.file",
  ".arrows": "application/vnd.apache.arrow.stream",
};

/** The media type that a file's ending stands for. */
export function mediaTypeOfFile(path: string): string {
  const type = MEDIA_TYPES[extname(path).toLowerCase()];
  if (type !== undefined) return type;
  const known = Object.keys(MEDIA_TYPES).join(", ");
  throw usageError(undefined, `Cannot push "${path}": expected a file that ends in ${known}`);
}

/** Parts of whole lines of an NDJSON file; any other file is one part. */
export async function* fileParts(
  file: Deno.FsFile,
  mediaType: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { size } = await file.stat();
  const isLines = mediaType === NDJSON;
  let rest = new Uint8Array(0);
  for (;;) {
    const chunk = new Uint8Array(isLines ? PART_BYTES : size);
    const read = await readFull(file, chunk);
    const all = joined(rest, chunk.subarray(0, read));
    const end = read < chunk.length || !isLines ? all.length : all.lastIndexOf(NEWLINE) + 1;
    if (end > 0) yield all.subarray(0, end);
    rest = all.slice(end);
    if (read < chunk.length || !isLines) return;
  }
}

async function readFull(file: Deno.FsFile, into: Uint8Array): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const read = await file.read(into.subarray(done));
    if (read === null) break;
    done += read;
  }
  return done;
}

function joined(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
