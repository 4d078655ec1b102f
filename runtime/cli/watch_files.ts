/** Changes of files, as editors make them: several events for one, by renaming too. */
import { basename, dirname, join } from "node:path";

/** So long nothing happens before a change counts: an editor writes more than once. */
const QUIET_MS = 100;

/** Watches files through their folders, which survive that a file is replaced. */
export class FileWatch implements Disposable {
  readonly #signal: AbortSignal;
  #watched: ReadonlySet<string> = new Set();
  #watcher: Deno.FsWatcher | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #changed = Promise.withResolvers<boolean>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#end);
  }

  /** From now on these files. */
  watch(files: Iterable<string>): void {
    const watched = new Set([...files].filter((file) => !isInstalled(file)).map(realPath));
    if (this.#watched.symmetricDifference(watched).size === 0) return;
    const before = this.#watcher;
    this.#watched = watched;
    const folders = [...new Set([...watched].map(dirname))];
    this.#watcher = Deno.watchFs(folders, { recursive: false });
    this.#read(this.#watcher).catch((error) => this.#changed.reject(error));
    before?.close();
    // What happened meanwhile is not known.
    if (before) this.#changed.resolve(true);
  }

  /** Resolves to true after a change, or to false when the signal comes. */
  async next(): Promise<boolean> {
    if (this.#signal.aborted) return false;
    const changed = await this.#changed.promise;
    this.#changed = Promise.withResolvers();
    return changed;
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#end);
    clearTimeout(this.#timer);
    this.#watcher?.close();
  }

  async #read(watcher: Deno.FsWatcher): Promise<void> {
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || !paths.some((path) => this.#watched.has(path))) continue;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#changed.resolve(true), QUIET_MS);
    }
  }

  readonly #end = (): void => {
    this.#changed.resolve(false);
  };
}

/** As events name it. */
function realPath(file: string): string {
  return join(Deno.realPathSync(dirname(file)), basename(file));
}

function isInstalled(path: string): boolean {
  return path.split(/[\\/]/).includes("node_modules");
}
