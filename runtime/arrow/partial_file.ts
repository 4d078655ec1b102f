/**
 * A file that appears under its name only when it is whole.
 *
 * W1: until `commit`, nothing exists at the target; all bytes are in `<target>.partial-<random>` beside it.
 * W2: after `commit` the bytes are on disk before the name is; after `abort` nothing is left.
 */
import { FeaturizerError } from "../errors.ts";

/** The file being written. Owns the handle; after `commit` or `abort` it may not be written. */
export class PartialFile {
  readonly target: string;
  readonly #path: string;
  readonly #handle: Deno.FsFile;
  #length = 0;
  #isOpen = true;

  private constructor(target: string, path: string, handle: Deno.FsFile) {
    this.target = target;
    this.#path = path;
    this.#handle = handle;
  }

  /** Makes the file; throws `FeaturizerError` if its folder cannot be written. */
  static create(target: string): PartialFile {
    const path = `${target}.partial-${crypto.randomUUID().slice(0, 8)}`;
    try {
      return new PartialFile(
        target,
        path,
        Deno.openSync(path, { write: true, createNew: true }),
      );
    } catch (cause) {
      throw unwritable(target, cause);
    }
  }

  /** Bytes written so far: the place of the next one. */
  get length(): number {
    return this.#length;
  }

  write(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += this.#handle.writeSync(bytes.subarray(at));
    } catch (cause) {
      throw unwritable(this.target, cause);
    }
    this.#length += bytes.length;
  }

  /** Gives the file its name, in place of one that has it. A failure aborts. */
  async commit(): Promise<{ readonly bytes: number }> {
    try {
      await this.#handle.syncData();
      this.#close();
      await Deno.rename(this.#path, this.target);
    } catch (cause) {
      this.#close();
      removeIfThere(this.#path);
      throw unwritable(this.target, cause);
    }
    return { bytes: this.#length };
  }

  /** Removes what was written; may be called at any time, also after `commit`, which it does not undo. */
  abort(): void {
    const wasOpen = this.#isOpen;
    this.#close();
    if (wasOpen) removeIfThere(this.#path);
  }

  #close(): void {
    if (this.#isOpen) this.#handle.close();
    this.#isOpen = false;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): FeaturizerError {
  return new FeaturizerError(
    `Cannot write "${path}": ${cause instanceof Error ? cause.message : cause}`,
    {
      code: "UNWRITABLE_FILE",
      domain: "external",
      cause,
      hint: "Check that the folder exists, that it may be written and that the disk has room.",
    },
  );
}
