/**
 * The process's main thread: it starts and ends threads for the host and passes signals on; everything else happens
 * in the host. Before the first worker of a plugin it gives up all permissions, so that such workers inherit none.
 */
import { startWorker, threadOf } from "../threads.ts";
import type { HostToNursery, NurseryToHost, WorkerFailure } from "../worker/mod.ts";
import { spawnWorker } from "../worker/spawn.ts";

interface Child {
  readonly failed: Promise<WorkerFailure>;
  terminate(): Promise<void>;
}

type Signal = "SIGINT" | "SIGTERM";

const EXIT_CODES: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 };
const HOST_CRASHED = 70;
const PERMISSIONS = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;

/** Threads of the host's own that it will ask for. */
export interface ThreadsAhead {
  readonly module: URL;
  readonly threads: number;
}

/** Starts the host module in a worker with this thread's permissions, and serves the host. */
export function runNursery(
  hostModule: URL,
  args: readonly string[],
  { ahead }: { readonly ahead?: ThreadsAhead | undefined } = {},
): void {
  // Dates of plugins must not depend on where the machine stands; threads read the zone when they start.
  Deno.env.set("TZ", "UTC");
  const host = startWorker(hostModule, "host");
  const own = new OwnThreads(ahead);
  const children = new Map<number, Child>();
  const post = (message: NurseryToHost) => host.postMessage(message);
  let revoking: Promise<void> | undefined;
  host.onerror = (event) => {
    event.preventDefault();
    console.error(`Cannot go on: ${event.message}`);
    Deno.exit(HOST_CRASHED);
  };
  host.onmessage = async ({ data }: MessageEvent<HostToNursery>) => {
    switch (data.kind) {
      case "loaded":
        return post({ kind: "begin", args });
      case "start own":
        return keep(data.id, own.start(data), children, post);
      case "start":
        own.close();
        await (revoking ??= revokePermissions());
        return keep(data.id, spawnWorker(data), children, post);
      case "stop":
        await revoking;
        return await stop(data.id, children, post);
      case "exit":
        return Deno.exit(data.code);
    }
  };
  passSignals(post);
}

async function revokePermissions(): Promise<void> {
  for (const name of PERMISSIONS) {
    const { state } = await Deno.permissions.revoke({ name });
    if (state === "granted") throw new Error(`Cannot revoke "${name}": it is still granted`);
  }
}

/** Threads of the host's own: those that it will ask for start while it loads. */
class OwnThreads {
  readonly #module: string | undefined;
  readonly #ready: Worker[] = [];

  constructor(ahead: ThreadsAhead | undefined) {
    this.#module = ahead?.module.href;
    for (let i = 0; ahead && i < ahead.threads; i++) {
      this.#ready.push(startWorker(ahead.module, "ahead"));
    }
  }

  start({ port, module, name }: Extract<HostToNursery, { kind: "start own" }>): Child {
    const ready = module === this.#module ? this.#ready.shift() : undefined;
    const { failed, terminate } = threadOf(ready ?? startWorker(new URL(module), name), port);
    return {
      failed: failed.then(({ message }) => ({ reason: "uncaught", message })),
      terminate,
    };
  }

  /** Ends those that nobody asked for. */
  close(): void {
    for (const worker of this.#ready.splice(0)) worker.terminate();
  }
}

function keep(
  id: number,
  child: Child,
  children: Map<number, Child>,
  post: (message: NurseryToHost) => void,
): void {
  children.set(id, child);
  child.failed.then((failure) => post({ kind: "failed", id, failure }));
}

async function stop(
  id: number,
  children: Map<number, Child>,
  post: (message: NurseryToHost) => void,
): Promise<void> {
  await children.get(id)?.terminate();
  children.delete(id);
  post({ kind: "stopped", id });
}

/** The first signal asks the host to end, the second ends the process. */
function passSignals(post: (message: NurseryToHost) => void): void {
  let signals = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (++signals > 1) Deno.exit(EXIT_CODES[signal]);
      post({ kind: "abort", signal });
    });
  }
}
