/** The port of checkpoints on top of two connections, wherever they are: one writes, one reads. */
import type { CheckpointCommands, NumberedServed } from "./checkpoint_commands.ts";
import type {
  Checkpoint,
  CheckpointDraft,
  CheckpointInfo,
  CheckpointStore,
  ErrorRow,
  RowBlockRecord,
  ServedValue,
} from "./live_store.ts";
import { readAhead } from "./read_ahead.ts";
import { joinState } from "./state_parts.ts";
import { transferablesOf } from "./transferables.ts";

export interface CheckpointConnections {
  readonly name: string;
  readonly writer: CheckpointCommands;
  /** Reads do not wait for a commit; may be the writer. */
  readonly reader: CheckpointCommands;
  /** True if they are in this thread. */
  readonly isHere: boolean;
}

const DEFAULT_ERRORS = 100;

export class CommandCheckpointStore implements CheckpointStore {
  readonly name: string;
  readonly #writer: CheckpointCommands;
  readonly #reader: CheckpointCommands;
  readonly #isHere: boolean;
  #isPrepared = false;
  #closing: Promise<void> | undefined;

  constructor({ name, writer, reader, isHere }: CheckpointConnections) {
    this.name = name;
    this.#writer = writer;
    this.#reader = reader;
    this.#isHere = isHere;
  }

  async commit(draft: CheckpointDraft): Promise<CheckpointInfo> {
    this.#checkOpen();
    checkDraft(draft);
    return await this.#writer.commit(this.#isHere ? takeStates(draft) : draft);
  }

  async newest(pipeline: string): Promise<CheckpointInfo | undefined> {
    this.#checkOpen();
    return (await this.#reads.list({ pipeline, limit: 1 }))[0];
  }

  async list(pipeline?: string): Promise<readonly CheckpointInfo[]> {
    this.#checkOpen();
    return await this.#reads.list({ ...(pipeline !== undefined && { pipeline }) });
  }

  async named(pipeline: string, savepoint: string): Promise<CheckpointInfo | undefined> {
    this.#checkOpen();
    return (await this.#reads.list({ pipeline, savepoint }))[0];
  }

  async load(id: number): Promise<Checkpoint> {
    this.#checkOpen();
    const { info, states } = await this.#reads.load(id);
    return { info, states: new Map(states.map((state) => [state.name, joinState(state)])) };
  }

  async *rows(series: string, afterRow: number): AsyncGenerator<RowBlockRecord> {
    yield* readAhead((last: RowBlockRecord | undefined) => {
      this.#checkOpen();
      return this.#reads.readRows(series, last ? last.first + last.count - 1 : afterRow);
    });
  }

  async noteServed(values: readonly ServedValue[]): Promise<void> {
    this.#checkOpen();
    if (values.length > 0) await this.#writer.noteServed(values);
  }

  async *served(pipeline: string): AsyncGenerator<ServedValue> {
    yield* readAhead((last: NumberedServed | undefined) => {
      this.#checkOpen();
      return this.#reads.readServed(pipeline, last?.id ?? 0);
    });
  }

  async errors(limit: number = DEFAULT_ERRORS): Promise<readonly ErrorRow[]> {
    this.#checkOpen();
    return await this.#reads.errors(limit);
  }

  async storedSeries(): Promise<readonly string[]> {
    this.#checkOpen();
    return await this.#reads.storedSeries();
  }

  async pruneRows(series: string, beforeUs: number): Promise<void> {
    do this.#checkOpen(); while (await this.#writer.pruneRows(series, beforeUs));
  }

  /** The writer reads until the reader is connected. */
  get #reads(): CheckpointCommands {
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

  async #close(): Promise<void> {
    try {
      if (this.#reader !== this.#writer) await this.#reader.close();
    } finally {
      await this.#writer.close();
    }
  }

  #checkOpen(): void {
    if (this.#closing) throw new TypeError(`Cannot use store "${this.name}": it is closed`);
  }
}

/** A commit takes states apart. As from another thread, their buffers move and the rest stays whole. */
function takeStates(draft: CheckpointDraft): CheckpointDraft {
  const states = structuredClone(draft.states, { transfer: transferablesOf(draft.states) });
  return { ...draft, states };
}

function checkDraft({ pipeline, retained, rows }: CheckpointDraft): void {
  if (!Number.isSafeInteger(retained) || retained < 1) {
    throw new RangeError(`Cannot commit "${pipeline}": it is to retain ${retained} checkpoints`);
  }
  const next = new Map<string, number>();
  for (const { series, first, count } of rows) {
    const expected = next.get(series) ?? first;
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || first < 1 || count < 1) {
      throw new RangeError(`Cannot commit "${pipeline}": a block has ${count} rows from ${first}`);
    }
    if (first !== expected) {
      throw new RangeError(
        `Cannot commit "${pipeline}": rows of "${series}" go on at ${first}, not at ${expected}`,
      );
    }
    next.set(series, first + count);
  }
}
