/**
 * The process's main thread once it has given up all permissions: it starts and ends plugin workers for the
 * host, which therefore inherit none, and passes signals on. Everything else happens in the host.
 */
import {
  type HostToNursery,
  type NurseryToHost,
  type Spawned,
  spawnWorker,
} from "../worker/mod.ts";

type Signal = "SIGINT" | "SIGTERM";

const EXIT_CODES: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 };
const HOST_CRASHED = 70;
const PERMISSIONS = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;

/** `inherit` copies the permissions; without it the host would lose them when they are revoked here. */
const HOST_OPTIONS: WorkerOptions & { readonly deno: { readonly permissions: "inherit" } } = {
  type: "module",
  name: "host",
  deno: { permissions: "inherit" },
};

/** Starts the host module in a worker with this thread's permissions, revokes them here, serves the host. */
export function runNursery(hostModule: URL, args: readonly string[]): void {
  // Dates of plugins must not depend on where the machine stands; threads read the zone when they start.
  Deno.env.set("TZ", "UTC");
  const host = new Worker(hostModule, HOST_OPTIONS);
  const children = new Map<number, Spawned>();
  const post = (message: NurseryToHost) => host.postMessage(message);
  host.onerror = (event) => {
    event.preventDefault();
    console.error(`Cannot go on: ${event.message}`);
    Deno.exit(HOST_CRASHED);
  };
  host.onmessage = async ({ data }: MessageEvent<HostToNursery>) => {
    switch (data.kind) {
      case "loaded":
        await revokePermissions();
        return post({ kind: "begin", args });
      case "start":
        return start(data, children, post);
      case "stop":
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

function start(
  options: Extract<HostToNursery, { kind: "start" }>,
  children: Map<number, Spawned>,
  post: (message: NurseryToHost) => void,
): void {
  const { id } = options;
  const child = spawnWorker(options);
  children.set(id, child);
  child.failed.then((failure) => post({ kind: "failed", id, failure }));
}

async function stop(
  id: number,
  children: Map<number, Spawned>,
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
