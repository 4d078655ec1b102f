/** Threads of the product's own, which it trusts; a plugin's are in `runtime/worker`. */

/** A running thread. */
export interface Thread {
  /** This side's end; not started, messages wait until it is. */
  readonly port: MessagePort;
  /** Resolves once if the thread ends by itself; stays pending after `terminate`. */
  readonly failed: Promise<{ readonly message: string }>;
  /** Ends the thread and closes the port. */
  terminate(): Promise<void>;
}

/** Starts a thread that runs the module; the first message the module gets is the port of its side. */
export type StartThread = (module: URL, name: string) => Thread;

/** `inherit` copies the permissions; else they would be lost when the calling thread gives up its own. */
const OPTIONS: WorkerOptions & { readonly deno: { readonly permissions: "inherit" } } = {
  type: "module",
  deno: { permissions: "inherit" },
};

/** Starts a worker with the permissions of the calling thread. */
export function startWorker(module: URL, name: string): Worker {
  return new Worker(module, { ...OPTIONS, name });
}

/** Starts a thread from this one. Out of a worker that takes half a second. */
export function startThread(module: URL, name: string): Thread {
  const { port1, port2 } = new MessageChannel();
  const { failed, terminate } = threadOf(startWorker(module, name), port2);
  return {
    port: port1,
    failed,
    terminate: () => {
      port1.close();
      return terminate();
    },
  };
}

/** Makes a thread of a worker, for whoever has the other end of the port. */
export function threadOf(worker: Worker, port: MessagePort): Omit<Thread, "port"> {
  worker.postMessage(port, [port]);
  return {
    failed: new Promise((resolve) => {
      worker.onerror = (event) => {
        event.preventDefault();
        resolve({ message: event.message });
      };
    }),
    terminate: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}
