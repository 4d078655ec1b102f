/** The port of the event log on top of two connections, wherever they are: one writes, one reads. */
import type {
  EventLog,
  KeyedRows,
  LateRow,
  LogDraft,
  LogEnd,
  LogEntry,
  LogRetention,
} from "./event_log.ts";
import { GroupCommit } from "./group_commit.ts";
import type { LogCommands } from "./log_commands.ts";
import { readAhead } from "./read_ahead.ts";

export interface LogConnections {
  readonly name: string;
  readonly writer: LogCommands;
  /** May be the writer. */
  readonly reader: LogCommands;
}

const DEFAULT_LATE_ROWS = 100;

/** After this much the write-ahead log is moved into the file, beside the appends. */
const MOVE_WAL_BYTES = 16 << 20;
/** Under a flood it is never empty at the end of a move; beyond this, appends wait for one. */
const MAX_WAL_BYTES = 64 << 20;

export class CommandEventLog implements EventLog {
  readonly name: string;
  readonly #writer: LogCommands;
  readonly #reader: LogCommands;
  readonly #commits: GroupCommit;
  #unmovedBytes = 0;
  #moving: Promise<void> | undefined;
  #walBytes = 0;
  #isPrepared = false;
  #closing: Promise<void> | undefined;

  constructor({ name, writer, reader }: LogConnections) {
    this.name = name;
    this.#writer = writer;
    this.#reader = reader;
    this.#commits = new GroupCommit({ name, commit: (drafts) => this.#commit(drafts) });
  }

  async append(entry: LogDraft): Promise<void> {
    this.#checkOpen();
    checkDraft(entry);
    await this.#commits.append(entry);
  }

  async raiseWatermark(source: string, watermarkUs: number): Promise<void> {
    this.#checkOpen();
    await this.#writer.raiseWatermark(source, watermarkUs);
  }

  async *read(source: string, afterPosition: number): AsyncGenerator<LogEntry> {
    this.#checkOpen();
    const fetch = (last: LogEntry | undefined) => {
      this.#checkOpen();
      return this.#reads.readEntries(source, last?.last ?? afterPosition);
    };
    yield* readAhead(fetch);
  }

  async ends(): Promise<readonly LogEnd[]> {
    this.#checkOpen();
    return await this.#reads.ends();
  }

  async starts(): Promise<ReadonlyMap<string, number>> {
    this.#checkOpen();
    return await this.#reads.starts();
  }

  async excess(source: string, retention: LogRetention): Promise<number> {
    this.#checkOpen();
    return await this.#reads.excess(source, retention);
  }

  async findKey(source: string, idempotencyKey: string): Promise<KeyedRows | undefined> {
    this.#checkOpen();
    return await this.#reads.findKey(source, idempotencyKey);
  }

  async late(source?: string, limit: number = DEFAULT_LATE_ROWS): Promise<readonly LateRow[]> {
    this.#checkOpen();
    return await this.#reads.late(source, limit);
  }

  async prune(source: string, beforePosition: number): Promise<void> {
    do this.#checkOpen(); while (await this.#writer.prune(source, beforePosition));
  }

  /** The writer reads until the reader is connected. */
  get #reads(): LogCommands {
    return this.#isPrepared ? this.#reader : this.#writer;
  }

  async prepare(): Promise<void> {
    await this.#reader.prepare?.();
    this.#isPrepared = true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #commit(drafts: readonly LogDraft[]): Promise<readonly (number | undefined)[]> {
    if (this.#walBytes > MAX_WAL_BYTES) {
      this.#walBytes = 0;
      await this.#writer.emptyWal();
    }
    let bytes = 0;
    for (const { block } of drafts) bytes += block.byteLength;
    const outcomes = await this.#writer.append(drafts);
    this.#unmovedBytes += bytes;
    if (this.#unmovedBytes > MOVE_WAL_BYTES) this.#moving ??= this.#moveWal();
    return outcomes;
  }

  async #moveWal(): Promise<void> {
    this.#unmovedBytes = 0;
    try {
      this.#walBytes = await this.#reads.moveWal();
    } catch {
      // The next move does its work; what keeps failing fails an append too.
    } finally {
      this.#moving = undefined;
    }
  }

  async #close(): Promise<void> {
    await this.#commits.settled();
    await this.#moving;
    try {
      if (this.#reader !== this.#writer) await this.#reader.close();
    } finally {
      await this.#writer.close();
    }
  }

  #checkOpen(): void {
    if (this.#closing) throw new TypeError(`Cannot use log "${this.name}": it is closed`);
  }
}

function checkDraft({ first, last, admitted, late, malformed, future }: LogDraft): void {
  const rows = last - first + 1;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 1 || rows < 1) {
    throw new RangeError(`Cannot append to log: its positions are ${first} to ${last}`);
  }
  if (admitted + late + malformed + future !== rows) {
    throw new RangeError(`Cannot append to log: its ${rows} rows are not counted in full`);
  }
}
