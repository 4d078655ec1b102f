/**
 * Group commit: what is appended while a commit is under way shares the next one.
 *
 * G1 Groups are committed one after the other, in the order of calls.
 * G2 A draft that does not begin where its source ends, because one before it failed, is rejected alone.
 */
import { FeaturizerError } from "../errors.ts";
import type { LogDraft } from "./event_log.ts";

/** Answers for each draft nothing, or the position at which its source goes on. */
export type CommitGroup = (
  drafts: readonly LogDraft[],
) => Promise<readonly (number | undefined)[]>;

export interface GroupCommitOptions {
  /** For messages. */
  readonly name: string;
  readonly commit: CommitGroup;
}

interface Waiting {
  readonly draft: LogDraft;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const MAX_GROUP_BYTES = 8 << 20;
const MAX_WAITING_BYTES = 256 << 20;

/** What an append costs besides its block. */
const DRAFT_BYTES = 512;

export class GroupCommit {
  readonly #name: string;
  readonly #commit: CommitGroup;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  constructor({ name, commit }: GroupCommitOptions) {
    this.#name = name;
    this.#commit = commit;
  }

  append(draft: LogDraft): Promise<void> {
    const bytes = draft.block.byteLength + DRAFT_BYTES;
    if (this.#waiting.length > 0 && this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      return Promise.reject(fullQueue(this.#name));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, bytes, resolve, reject });
      this.#waitingBytes += bytes;
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Calls made in the same turn share a commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#running = undefined;
  }

  #takeGroup(): readonly Waiting[] {
    let bytes = 0;
    const tooMuch = this.#waiting.findIndex((waiting) =>
      (bytes += waiting.bytes) > MAX_GROUP_BYTES
    );
    const count = tooMuch < 0 ? this.#waiting.length : Math.max(1, tooMuch);
    const group = this.#waiting.splice(0, count);
    for (const waiting of group) this.#waitingBytes -= waiting.bytes;
    return group;
  }

  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#commit(group.map(({ draft }) => draft));
      group.forEach(({ draft, resolve, reject }, i) => {
        const expected = outcomes[i];
        if (expected === undefined) resolve();
        else reject(gap(this.#name, draft, expected));
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

function gap(log: string, draft: LogDraft, expected: number): FeaturizerError {
  return new FeaturizerError(
    `Cannot append to log "${log}": rows of "${draft.source}" begin at ${draft.first}, not at ${expected}`,
    {
      code: "LOG_GAP",
      domain: "external",
      retry: "backoff",
      hint: "An append before it failed; read where the log ends and go on from there.",
    },
  );
}

function fullQueue(log: string): FeaturizerError {
  return new FeaturizerError(
    `Cannot append to log "${log}": ${MAX_WAITING_BYTES} bytes wait for the disk`,
    {
      code: "LOG_QUEUE_FULL",
      domain: "external",
      retry: "backoff",
      hint: "Wait for appends under way before making more.",
    },
  );
}
