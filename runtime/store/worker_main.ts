/** The store worker: carries out requests one after the other on its own connection. */
/// <reference lib="deno.worker" />
import { LibsqlCommands } from "./libsql_commands.ts";
import {
  type CommandName,
  type CommandRequest,
  type StoreRequest,
  type StoreResponse,
  toPlainError,
} from "./worker_protocol.ts";

declare const self: DedicatedWorkerGlobalScope;

let commands: LibsqlCommands | undefined;
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<StoreRequest>) => {
  last = last.then(() => respond(data));
};

async function respond(request: StoreRequest): Promise<void> {
  try {
    const value = await carryOut(request);
    post({ id: request.id, kind: "done", value }, buffersOf(value));
  } catch (error) {
    post({ id: request.id, kind: "failed", error: toPlainError(error) }, []);
  }
}

async function carryOut(request: StoreRequest): Promise<unknown> {
  if (request.kind === "open") {
    commands = await LibsqlCommands.open(request.location, request.options);
    return undefined;
  }
  if (!commands) throw new TypeError("the store is not open");
  return await execute(commands, request);
}

function execute<Name extends CommandName>(
  commands: LibsqlCommands,
  { kind, args }: CommandRequest<Name>,
): unknown {
  const command = commands[kind] as (...args: Parameters<LibsqlCommands[Name]>) => unknown;
  return command.apply(commands, args);
}

function buffersOf(value: unknown): ArrayBuffer[] {
  const isBlock = typeof value === "object" && value !== null && "data" in value &&
    value.data instanceof Uint8Array && value.data.buffer instanceof ArrayBuffer;
  return isBlock ? [(value.data as Uint8Array<ArrayBuffer>).buffer] : [];
}

function post(response: StoreResponse, transfer: ArrayBuffer[]): void {
  self.postMessage(response, transfer);
}
