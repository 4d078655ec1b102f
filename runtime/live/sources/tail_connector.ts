/** Follows files that grow: appended lines, rotation, truncation. */
import { globSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ValueType } from "../../../dsl/mod.ts";
import { clearRow, type ColumnData, createColumn, type FileBlock } from "../../arrow/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import { openPresent, spreadColumns, type TailSource } from "../../set/mod.ts";
import { formatOf, memorySource, ObjectRows, parseLine, readCsv } from "../../source/mod.ts";
import { filled } from "./attribute_fill.ts";
import type { Connector, ConnectorContext } from "./connector.ts";
import { messageOf, type Patience, persist, pushPatiently } from "./patience.ts";
import { nameOf, pulledColumns, type PulledSource, readColumns } from "./pulled_source.ts";
import { type FilePlace, type ReadLines, readNewLines } from "./tailed_file.ts";

const LINE_FEED = 0x0a;
const POLL_MS = 50;
/** Files that were renamed are followed for what is still written to them; the oldest beyond these are let go. */
const MOST_RENAMED = 8;

export function createTailConnector(
  config: TailSource,
  pulled: PulledSource,
  options: { readonly entry: number; readonly patience: Patience },
): Connector {
  const format = formatOf(config.path, config.format);
  if (format !== "csv" && format !== "ndjson") throw notFollowed(config.path, format);
  const read = format === "csv" ? csvRead(config, pulled) : ndjsonRead(config, pulled);
  return {
    source: nameOf(pulled.source),
    kind: config.kind,
    entry: options.entry,
    run: (context) =>
      persist(context, options.patience, async (onSuccess) => {
        const tail = new Tail(config, { ...options, context, read, format });
        onSuccess();
        while (!context.signal.aborted) {
          const isMore = await tail.poll();
          if (!isMore) await options.patience.wait(POLL_MS, context.signal);
        }
        return "ended";
      }),
  };
}

/** All rows of some lines as one batch. */
type ReadRows = (path: string, lines: ReadLines) => Promise<FileBlock | undefined>;

interface TailOptions {
  readonly entry: number;
  readonly patience: Patience;
  readonly context: ConnectorContext;
  readonly read: ReadRows;
  readonly format: "csv" | "ndjson";
}

interface Followed {
  readonly path: string;
  readonly place: FilePlace;
}

class Tail {
  readonly #config: TailSource;
  readonly #options: TailOptions;
  /** By file number, in the order they were met. */
  #followed: Map<number, Followed>;
  readonly #isFirstStart: boolean;
  #isFirstPoll = true;

  constructor(config: TailSource, options: TailOptions) {
    this.#config = config;
    this.#options = options;
    const cursor = options.context.cursorOf(options.entry);
    this.#isFirstStart = cursor === undefined;
    const files: readonly Followed[] = cursor === undefined ? [] : JSON.parse(cursor);
    this.#followed = new Map(files.map((file) => [file.place.inode, file]));
  }

  /** Reads what is new in each file; true if there may be more. */
  async poll(): Promise<boolean> {
    const isStart = this.#isFirstPoll && this.#isFirstStart;
    this.#isFirstPoll = false;
    const files = this.#find();
    let isMore = false;
    for (const [inode, path] of files) {
      if (this.#options.context.signal.aborted) break;
      const skips = isStart && this.#config.from === "end";
      if (await this.#readFile(path, { inode, skips })) isMore = true;
    }
    return isMore;
  }

  /** Files to read by number: those known first, also under new names, then the others by name. */
  #find(): Map<number, string> {
    const matched = new Map<number, string>();
    for (const path of matches(this.#config.path)) {
      const inode = inodeOf(path);
      if (inode !== undefined && !matched.has(inode)) matched.set(inode, path);
    }
    const renamed = new Map<number, string>();
    for (const [inode, { path }] of this.#followed) {
      const now = matched.has(inode) ? undefined : findByInode(dirname(path), inode);
      if (now !== undefined) renamed.set(inode, now);
      else if (!matched.has(inode)) this.#followed.delete(inode);
    }
    for (const inode of [...renamed.keys()].slice(0, -MOST_RENAMED)) {
      renamed.delete(inode);
      this.#followed.delete(inode);
    }
    return new Map([...renamed, ...matched]);
  }

  async #readFile(
    path: string,
    { inode, skips }: { readonly inode: number; readonly skips: boolean },
  ): Promise<boolean> {
    const lines = await this.#readLines(path, this.#followed.get(inode)?.place);
    if (lines === undefined || lines.place.inode !== inode) return false;
    const next = new Map(this.#followed).set(inode, { path, place: lines.place });
    const { context, entry, patience, read } = this.#options;
    const block = skips ? undefined : await read(path, lines);
    if (block !== undefined) {
      const cursor = JSON.stringify([...next.values()]);
      const isPushed = await pushPatiently(context, { ...block, entry, cursor }, patience);
      if (!isPushed) return false;
    }
    this.#followed = next;
    return skips ? await this.#readFile(path, { inode, skips }) : true;
  }

  async #readLines(path: string, place: FilePlace | undefined): Promise<ReadLines | undefined> {
    try {
      return await readNewLines(path, place, {
        lines: this.#options.format === "csv" ? "quoted" : "plain",
        wantsHeader: this.#options.format === "csv",
      });
    } catch (cause) {
      // Renamed or removed between being found and being opened; it is looked for again.
      if (cause instanceof Deno.errors.NotFound || isMissing(cause)) return undefined;
      throw unreadable(path, cause);
    }
  }
}

function ndjsonRead(config: TailSource, pulled: PulledSource): ReadRows {
  const rows = new ObjectRows(readColumns(pulled.source, config.columns), pulled.symbols);
  const fill = fillOf(config, pulled);
  const decoder = new TextDecoder();
  return (_path, { bytes }) => {
    const objects = decoder.decode(bytes).split("\n").filter((line) => line.trim() !== "")
      .map(parseLine);
    return Promise.resolve(objects.length === 0 ? undefined : fill(rows.read(objects)));
  };
}

function csvRead(config: TailSource, pulled: PulledSource): ReadRows {
  const { symbols, source } = pulled;
  const columns = readColumns(source, config.columns);
  const optional = new Set(Object.keys(config.attributes));
  const fill = fillOf(config, pulled);
  return async (path, { bytes, header }) => {
    const batchRows = bytes.reduce((count, byte) => byte === LINE_FEED ? count + 1 : count, 1);
    const pieces = header === undefined ? [bytes] : [header, bytes];
    const { reader, places } = await openPresent(
      (present) => readCsv(memorySource(path, pieces), { columns: present, symbols, batchRows }),
      columns,
      optional,
    );
    try {
      const block = await reader.next();
      if (block === undefined) return undefined;
      const spread = spreadColumns(block.batch, columns.length, places);
      const full = spread.map((column, place) => column ?? nulls(columns[place]!.type, block));
      return fill({ ...block, batch: { length: block.batch.length, columns: full } });
    } finally {
      await reader.close();
    }
  };
}

function nulls(type: ValueType, { batch }: FileBlock): ColumnData {
  const column = createColumn(type, batch.length);
  for (let row = 0; row < batch.length; row++) clearRow(column, row);
  return column;
}

function fillOf(config: TailSource, pulled: PulledSource): (block: FileBlock) => FileBlock {
  const columns = pulledColumns(pulled.source);
  return (block) =>
    filled(block, { attributes: config.attributes, columns, symbols: pulled.symbols });
}

function matches(path: string): readonly string[] {
  if (inodeOf(path) !== undefined) return [path];
  return globSync(path).sort();
}

function inodeOf(path: string): number | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.ino : undefined;
}

function findByInode(folder: string, inode: number): string | undefined {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  return readdirSync(folder).map((name) => join(folder, name))
    .find((path) => inodeOf(path) === inode);
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

function unreadable(path: string, cause: unknown): FeaturizerError {
  return new FeaturizerError(`Cannot follow "${path}": ${messageOf(cause)}`, {
    code: "TAIL_UNREADABLE",
    domain: "external",
    cause,
    hint: "Check that the file can be read and has a row in each line.",
  });
}

function notFollowed(path: string, format: string): FeaturizerError {
  return new FeaturizerError(`Cannot follow "${path}": ${format} files do not grow by lines`, {
    code: "TAIL_FORMAT",
    hint: "Only csv and ndjson can be followed; say kind: replay for other files.",
  });
}
