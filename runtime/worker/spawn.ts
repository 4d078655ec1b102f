/**
 * The one place that starts a plugin worker: a `node:worker_threads` worker, because only those have a heap
 * limit and, while they hold a web lock, can be ended in the middle of an endless loop.
 */
import { Buffer } from "node:buffer";
import { Worker } from "node:worker_threads";
import { BUFFER_MB, type LaunchOptions } from "./launcher.ts";
import type { GuestBirth, WorkerFailure } from "./protocol.ts";

/** A worker of this thread. */
export interface Spawned {
  /** Resolves once if the worker ends by itself. */
  readonly failed: Promise<WorkerFailure>;
  /** Ends the worker; resolves when it is gone. */
  terminate(): Promise<void>;
}

const YOUNG_HEAP_MB = 16;

/** Starts a worker with the permissions of the calling thread and hands it the port. */
export function spawnWorker(options: LaunchOptions & { readonly port: MessagePort }): Spawned {
  const { port, heapMb, name, bufferMb = BUFFER_MB } = options;
  const birth: GuestBirth = { port, heapMb, bufferMb, lock: `featurizer-${crypto.randomUUID()}` };
  const url = `data:application/javascript;base64,${Buffer.from(options.code).toString("base64")}`;
  const worker = new Worker(new URL(url), {
    name,
    env: {},
    workerData: birth,
    // Deno's own MessagePort is what Node's type calls one here.
    transferList: [port as unknown as import("node:worker_threads").MessagePort],
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
  });
  let stopping = false;
  const failed = new Promise<WorkerFailure>((resolve) => {
    worker.on("error", (error) => resolve(toFailure(error)));
    worker.on("exit", () => {
      if (!stopping) resolve({ reason: "ended", message: "the worker ended by itself" });
    });
  });
  return {
    failed,
    terminate: async () => {
      stopping = true;
      await worker.terminate();
    },
  };
}

function toFailure(error: unknown): WorkerFailure {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { reason: code === "ERR_WORKER_OUT_OF_MEMORY" ? "out-of-memory" : "uncaught", message };
}
