/** The port through which plugin code gets a thread of its own. */
import type { WorkerFailure } from "./protocol.ts";
import type { Pulse } from "./pulse.ts";

/** What a worker may have outside its heap, unless it is told otherwise. */
export const BUFFER_MB = 1024;
/** The same of its heap. */
const HEAP_MB = 512;
/** The engine's own code has a limit nowhere. */
const NO_BUFFER_LIMIT_MB = 2 ** 24;
/** How long it may take to load, unless it is told otherwise. */
export const LOAD_MS = 5000;

export interface MemoryLimits {
  readonly heapMb: number;
  readonly bufferMb: number;
}

/** What a plugin's worker may use. */
export interface WorkerLimits {
  /** How long one call into it, or evaluating its modules, may take; 1 s by default. */
  readonly callMs?: number;
  /** How long it may stay without an answer once it is loaded; 10 s by default. */
  readonly silenceMs?: number;
  /** How long it may take to start and to evaluate its modules; 5 s by default. */
  readonly loadMs?: number;
  /** Limit of its JavaScript heap; 512 by default. */
  readonly heapMb?: number;
  /** Limit of what it has outside its heap, and of each of its buffers; 1024 by default. */
  readonly bufferMb?: number;
}

/** What workers with a plugin's code may use. */
export function foreignLimits(
  { heapMb = HEAP_MB, bufferMb = BUFFER_MB }: WorkerLimits,
): MemoryLimits {
  return { heapMb, bufferMb };
}

/** What workers of generated code alone may use. */
export function ownLimits({ heapMb = HEAP_MB }: WorkerLimits): MemoryLimits {
  return { heapMb, bufferMb: NO_BUFFER_LIMIT_MB };
}

/** What a worker is started with. */
export interface LaunchOptions {
  /** The module to run: a bundle of the guest runtime and perhaps a plugin. */
  readonly code: string;
  /** For messages. */
  readonly name: string;
  /** Limit of the JavaScript heap; reaching it ends the worker, not the process. */
  readonly heapMb: number;
  /** Limit of the memory outside the heap; 1024 by default. */
  readonly bufferMb?: number;
}

/** A running worker. */
export interface WorkerHandle {
  /** The host's end; not started, messages wait until it is. */
  readonly port: MessagePort;
  /** Tells when code of the plugin runs. */
  readonly pulse: Pulse;
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
