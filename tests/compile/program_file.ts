/**
 * What `deno compile` put behind its runtime, read back from the file: the section begins with a mark and
 * the lengths of its parts, the metadata and the tree of files are JSON, the files' bytes follow.
 */
import { dirname, join } from "node:path";

/** The baked settings that the tests look at. */
export interface ProgramMetadata {
  readonly entrypoint_key: string;
  readonly permissions: Readonly<Record<string, readonly string[] | boolean | null>>;
  readonly self_extracting: unknown;
  readonly unstable_config: { readonly features: readonly string[] };
}

/** An embedded file; its path is from the root of what is embedded. */
export interface EmbeddedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

export interface EmbeddedLink {
  readonly path: string;
  /** What it leads to, from the same root. */
  readonly target: string;
}

export interface ProgramFile {
  readonly metadata: ProgramMetadata;
  readonly files: readonly EmbeddedFile[];
  readonly links: readonly EmbeddedLink[];
}

interface TreeDirectory {
  readonly n: string;
  readonly e: readonly TreeEntry[];
}

interface TreeFile {
  readonly n: string;
  readonly o: readonly [offset: number, length: number];
  readonly x?: boolean;
}

interface TreeLink {
  readonly n: string;
  readonly p: readonly string[];
}

interface TreeEntry {
  readonly Dir?: TreeDirectory;
  readonly File?: TreeFile;
  readonly Symlink?: TreeLink;
}

const MARK = new TextEncoder().encode("d3n0l4nd");
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
/** Between the metadata and the tree stands the list of packages, whose form is not read. */
const MOST_BETWEEN = 1 << 20;

/** Reads a compiled program; throws if it is none, or cut short. */
export function readProgramFile(bytes: Uint8Array): ProgramFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthAt = (at: number) => Number(view.getBigUint64(at, true));
  const begin = findSection(bytes);
  const metadataEnd = begin + 16 + lengthAt(begin + 8);
  const metadata = parse(bytes.subarray(begin + 16, metadataEnd)) as ProgramMetadata;
  const treeAt = findTree(bytes, lengthAt, metadataEnd);
  const treeEnd = treeAt + 8 + lengthAt(treeAt);
  const tree = parse(bytes.subarray(treeAt + 8, treeEnd)) as readonly TreeEntry[];
  const dataEnd = treeEnd + 8 + lengthAt(treeEnd);
  if (!isMark(bytes, dataEnd)) throw new Error("Cannot read the program: it is cut short");
  const files: EmbeddedFile[] = [];
  const links: EmbeddedLink[] = [];
  collect(tree, "", { data: bytes.subarray(treeEnd + 8, dataEnd), files, links });
  return { metadata, files, links };
}

/** Writes the embedded files as the program does when it unpacks itself. */
export async function unpack({ files, links }: ProgramFile, folder: string): Promise<void> {
  for (const parent of new Set([...files, ...links].map(({ path }) => dirname(path)))) {
    await Deno.mkdir(join(folder, parent), { recursive: true });
  }
  for (const { path, bytes, isExecutable } of files) {
    await Deno.writeFile(`${folder}/${path}`, bytes, isExecutable ? { mode: 0o755 } : {});
  }
  for (const { path, target } of links) {
    await Deno.symlink(`${folder}/${target}`, `${folder}/${path}`);
  }
}

function collect(
  entries: readonly TreeEntry[],
  folder: string,
  into: { data: Uint8Array; files: EmbeddedFile[]; links: EmbeddedLink[] },
): void {
  for (const { Dir, File, Symlink } of entries) {
    if (Dir) collect(Dir.e, `${folder}${Dir.n}/`, into);
    if (File) {
      const [offset, length] = File.o;
      into.files.push({
        path: folder + File.n,
        bytes: into.data.subarray(offset, offset + length),
        isExecutable: File.x ?? false,
      });
    }
    if (Symlink) into.links.push({ path: folder + Symlink.n, target: Symlink.p.join("/") });
  }
}

function findSection(bytes: Uint8Array): number {
  const first = MARK[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (bytes[at + 16] === OPENING_BRACE && isMark(bytes, at)) return at;
  }
  throw new Error("Cannot read the program: it holds no embedded files");
}

function findTree(bytes: Uint8Array, lengthAt: (at: number) => number, from: number): number {
  for (let at = from; at < from + MOST_BETWEEN && at + 16 < bytes.length; at++) {
    if (bytes[at + 8] !== OPENING_BRACKET) continue;
    const end = at + 8 + lengthAt(at);
    if (end < bytes.length && bytes[end - 1] === OPENING_BRACKET + 2) return at;
  }
  throw new Error("Cannot read the program: it holds no tree of files");
}

function isMark(bytes: Uint8Array, at: number): boolean {
  return MARK.every((byte, index) => bytes[at + index] === byte);
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
