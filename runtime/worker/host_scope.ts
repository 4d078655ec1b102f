/** The host's conversation with the nursery that started it. */
import { createNursery, type Nursery } from "./nursery_launcher.ts";
import type { HostToNursery, NurseryToHost } from "./protocol.ts";

/** What a command is given by the process it runs in. */
export interface HostContext extends Nursery {
  /** Aborts when the user asks the program to end; its reason is the name of the signal. */
  readonly signal: AbortSignal;
  /** Called by a command that a signal ends in the normal way: the process then exits with the command's own code. */
  acceptSignal(): void;
}

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Runs the command for the nursery's arguments and ends the process with its exit code. */
export function runInHost(
  command: (args: readonly string[], context: HostContext) => Promise<number>,
): void {
  const aborting = new AbortController();
  const listeners: ((message: NurseryToHost) => void)[] = [];
  const nursery = createNursery({
    post: (message, transfer) => postToNursery(message, transfer),
    listen: (listener) => listeners.push(listener),
  });
  let signalCode: number | undefined;
  let isSignalAccepted = false;
  const acceptSignal = () => {
    isSignalAccepted = true;
  };
  const run = async (args: readonly string[]) => {
    const code = await command(args, { ...nursery, signal: aborting.signal, acceptSignal });
    const exit = isSignalAccepted ? code : signalCode ?? code;
    postToNursery({ kind: "exit", code: exit }, []);
  };
  self.onmessage = ({ data }: MessageEvent<NurseryToHost>) => {
    if (data.kind === "begin") run(data.args);
    if (data.kind === "abort") {
      signalCode = SIGNAL_EXIT_CODES[data.signal];
      aborting.abort(new DOMException(`Stopped by ${data.signal}`, "AbortError"));
    }
    for (const listener of listeners) listener(data);
  };
  postToNursery({ kind: "loaded" }, []);
}

function postToNursery(message: HostToNursery, transfer: Transferable[]): void {
  self.postMessage(message, transfer);
}
