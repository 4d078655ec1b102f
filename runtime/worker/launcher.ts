/** The port through which plugin code gets a thread of its own. */
import type { WorkerFailure } from "./protocol.ts";

/** What a worker is started with. */
export interface LaunchOptions {
  /** The module to run: a bundle of the guest runtime and perhaps a plugin. */
  readonly code: string;
  /** For messages. */
  readonly name: string;
  /** Limit of the JavaScript heap; reaching it ends the worker, not the process. */
  readonly heapMb: number;
}

/** A running worker. */
export interface WorkerHandle {
  /** The host's end; not started, messages wait until it is. */
  readonly port: MessagePort;
  /** Resolves once if the worker ends by itself; stays pending after `terminate`. */
  readonly failed: Promise<WorkerFailure>;
  /** Ends the worker at once, busy or not, and closes the port; resolves when it is gone. */
  terminate(): Promise<void>;
}

/** Starts workers. */
export interface WorkerLauncher {
  /** Starts a worker; the promise does not wait for its module to be evaluated. */
  launch(options: LaunchOptions): Promise<WorkerHandle>;
}
