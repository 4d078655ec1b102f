/** Workers of generated code that start while it is still being made. */
import { bundleRuntime } from "./bundle.ts";
import {
  type LaunchOptions,
  ownLimits,
  type WorkerHandle,
  type WorkerLauncher,
  type WorkerLimits,
} from "./launcher.ts";
import { withoutSourceMap } from "./source_place.ts";

interface PreparedWorker {
  readonly options: LaunchOptions;
  readonly worker: WorkerHandle;
}

/** Hands out the prepared workers first, until it is told that no more will be needed. */
export class PreparedWorkers implements WorkerLauncher, AsyncDisposable {
  readonly #launcher: WorkerLauncher;
  readonly #ready: Promise<PreparedWorker | undefined>[];
  #ending: Promise<unknown> | undefined;

  /** Starts so many workers, with the limits that sites will be opened with. */
  constructor(launcher: WorkerLauncher, count: number, limits: WorkerLimits = {}) {
    this.#launcher = launcher;
    // One that cannot be started is started again, and its failure told, when it is needed.
    this.#ready = Array.from({ length: count }, () => this.#prepare(limits).catch(() => undefined));
  }

  async launch(options: LaunchOptions): Promise<WorkerHandle> {
    const next = this.#ready.pop();
    const prepared = await next;
    if (prepared !== undefined && isSame(prepared.options, options)) return prepared.worker;
    if (next !== undefined) this.#ready.push(next);
    return await this.#launcher.launch(options);
  }

  /** Ends those that nobody took, while others go on. */
  dismiss(): void {
    const left = this.#ready.splice(0);
    this.#ending = Promise.all(
      left.map(async (one) => await (await one)?.worker.terminate()),
    );
  }

  /** Resolves when those that nobody took are gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ending === undefined) this.dismiss();
    await this.#ending;
  }

  async #prepare(limits: WorkerLimits): Promise<PreparedWorker> {
    const code = withoutSourceMap((await bundleRuntime()).code);
    const options = { ...ownLimits(limits), code, name: "prepared" };
    return { options, worker: await this.#launcher.launch(options) };
  }
}

function isSame(left: LaunchOptions, right: LaunchOptions): boolean {
  return left.heapMb === right.heapMb && left.bufferMb === right.bufferMb &&
    left.code === right.code;
}
