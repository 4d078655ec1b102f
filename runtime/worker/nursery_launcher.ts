/** Plugin workers started by the nursery, the process main that has given up its permissions. */
import {
  BUFFER_MB,
  type LaunchOptions,
  type WorkerHandle,
  type WorkerLauncher,
} from "./launcher.ts";
import type { HostToNursery, NurseryToHost, WorkerFailure } from "./protocol.ts";

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

/** Makes a launcher whose workers have no permission to inherit. */
export function createNurseryLauncher(channel: NurseryChannel): WorkerLauncher {
  const children = new Map<number, Child>();
  let last = 0;
  channel.listen((message) => {
    if (message.kind === "failed") children.get(message.id)?.onFailed(message.failure);
    if (message.kind === "stopped") children.get(message.id)?.onStopped();
  });
  return {
    launch: (options) => Promise.resolve(launchRemotely(channel, children, ++last, options)),
  };
}

function launchRemotely(
  channel: NurseryChannel,
  children: Map<number, Child>,
  id: number,
  options: LaunchOptions,
): WorkerHandle {
  const { port1, port2 } = new MessageChannel();
  const failed = Promise.withResolvers<WorkerFailure>();
  const stopped = Promise.withResolvers<void>();
  children.set(id, { onFailed: failed.resolve, onStopped: stopped.resolve });
  const { code, name, heapMb, bufferMb = BUFFER_MB } = options;
  channel.post({ kind: "start", id, code, name, heapMb, bufferMb, port: port2 }, [port2]);
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
}
