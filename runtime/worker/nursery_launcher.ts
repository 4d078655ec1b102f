/** Threads started by the nursery, the process main that gives up its permissions before it starts a plugin's. */
import { type StartThread, startThread } from "../threads.ts";
import {
  BUFFER_MB,
  type LaunchOptions,
  type WorkerHandle,
  type WorkerLauncher,
} from "./launcher.ts";
import type { HostToNursery, NurseryToHost, WorkerFailure } from "./protocol.ts";
import { createPulse } from "./pulse.ts";

/** The host's way to the nursery: its own worker scope. */
export interface NurseryChannel {
  /** Sends the nursery a message. */
  post(message: HostToNursery, transfer: Transferable[]): void;
  /** Calls the listener with every message of the nursery from now on. */
  listen(listener: (message: NurseryToHost) => void): void;
}

interface Child {
  readonly onFailed: (failure: WorkerFailure) => void;
  readonly onStopped: () => void;
}

/** What the nursery does for the host. */
export interface Nursery {
  /** Its workers have no permission to inherit. */
  readonly launcher: WorkerLauncher;
  /**
   * Starts a thread of the product's own, with the permissions of the process. The host does it itself, slowly,
   * once the nursery has given them up.
   */
  readonly startThread: StartThread;
}

/** The host's side of the nursery. */
export function createNursery(channel: NurseryChannel): Nursery {
  const children = new Map<number, Child>();
  let last = 0;
  let hasPlugins = false;
  channel.listen((message) => {
    if (message.kind === "failed") children.get(message.id)?.onFailed(message.failure);
    if (message.kind === "stopped") children.get(message.id)?.onStopped();
  });
  const start = (ask: (id: number, port: MessagePort) => HostToNursery) => {
    const id = ++last;
    const { port1, port2 } = new MessageChannel();
    const failed = Promise.withResolvers<WorkerFailure>();
    const stopped = Promise.withResolvers<void>();
    children.set(id, { onFailed: failed.resolve, onStopped: stopped.resolve });
    channel.post(ask(id, port2), [port2]);
    return {
      port: port1,
      failed: failed.promise,
      terminate: async () => {
        if (!children.has(id)) return;
        port1.close();
        channel.post({ kind: "stop", id }, []);
        await stopped.promise;
        children.delete(id);
      },
    };
  };
  const launch = ({ code, name, heapMb, bufferMb = BUFFER_MB }: LaunchOptions): WorkerHandle => {
    hasPlugins = true;
    const pulse = createPulse();
    const thread = start((id, port) => {
      return { kind: "start", id, code, name, heapMb, bufferMb, port, pulse };
    });
    return { ...thread, pulse };
  };
  return {
    launcher: { launch: (options) => Promise.resolve(launch(options)) },
    startThread: (module, name) => {
      if (hasPlugins) return startThread(module, name);
      return start((id, port) => ({ kind: "start own", id, name, module: module.href, port }));
    },
  };
}
