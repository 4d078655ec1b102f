/**
 * The one place that starts a plugin worker: a `node:worker_threads` worker, because only those have a heap
 * limit and, while they hold a web lock, can be ended in the middle of an endless loop.
 */
import { Worker } from "node:worker_threads";
import { BUFFER_MB, type LaunchOptions } from "./launcher.ts";
import type { GuestBirth, WorkerFailure } from "./protocol.ts";
import type { Pulse } from "./pulse.ts";

/** A worker of this thread. */
export interface Spawned {
  /** Resolves once if the worker ends by itself. */
  readonly failed: Promise<WorkerFailure>;
  /** Ends the worker; resolves when it is gone. */
  terminate(): Promise<void>;
}

const YOUNG_HEAP_MB = 16;

/** Starts a worker with the permissions of the calling thread and hands it the port. */
export function spawnWorker(
  options: LaunchOptions & { readonly port: MessagePort; readonly pulse: Pulse },
): Spawned {
  const { port, pulse, heapMb, name, bufferMb = BUFFER_MB } = options;
  const lock = `featurizer-${crypto.randomUUID()}`;
  const birth: GuestBirth = { port, pulse, heapMb, bufferMb, lock };
  const code = URL.createObjectURL(new Blob([options.code], { type: "application/javascript" }));
  const worker = new Worker(importerOf(code), {
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
      URL.revokeObjectURL(code);
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

/**
 * Such workers take no `blob:` URL, but what they import may have one. With the code itself in their URL they start
 * three times slower, and Deno keeps that URL in its cache on disk for good.
 */
function importerOf(code: string): URL {
  return new URL(`data:application/javascript,import${JSON.stringify(code)}`);
}

function toFailure(error: unknown): WorkerFailure {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { reason: code === "ERR_WORKER_OUT_OF_MEMORY" ? "out-of-memory" : "uncaught", message };
}
