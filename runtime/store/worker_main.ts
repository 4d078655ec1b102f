/** The store worker: carries out requests one after the other on its own connection. */
/// <reference lib="deno.worker" />
import { LibsqlCheckpoints } from "./libsql_checkpoints.ts";
import { LibsqlCommands, type OpenOptions } from "./libsql_commands.ts";
import { LibsqlLog } from "./libsql_log.ts";
import type { StoreLocation } from "./location.ts";
import { transferablesOf } from "./transferables.ts";
import {
  type CallRequest,
  type StoreRequest,
  type StoreResponse,
  type StoreRole,
  toPlainError,
} from "./worker_protocol.ts";

declare const self: DedicatedWorkerGlobalScope;

const OPENERS: Readonly<
  Record<StoreRole, (location: StoreLocation, options: OpenOptions) => Promise<object>>
> = {
  series: (location, options) => LibsqlCommands.open(location, options),
  log: (location, options) => LibsqlLog.open(location, options),
  checkpoints: (location, options) => LibsqlCheckpoints.open(location, options),
};

let commands: object | undefined;
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data: port }: MessageEvent<MessagePort>) => {
  const post = (response: StoreResponse, transfer: ArrayBuffer[] = []) =>
    port.postMessage(response, transfer);
  port.onmessage = ({ data }: MessageEvent<StoreRequest>) => {
    last = last.then(() => respond(data, post));
  };
};

async function respond(
  request: StoreRequest,
  post: (response: StoreResponse, transfer?: ArrayBuffer[]) => void,
): Promise<void> {
  try {
    const value = await carryOut(request);
    post({ id: request.id, kind: "done", value }, transferablesOf(value));
  } catch (error) {
    post({ id: request.id, kind: "failed", error: toPlainError(error) });
  }
}

async function carryOut(request: StoreRequest): Promise<unknown> {
  if (request.kind === "call") return await execute(request);
  commands = await OPENERS[request.role](request.location, request.options);
  return undefined;
}

function execute({ name, args }: CallRequest): unknown {
  if (!commands) throw new TypeError("the store is not open");
  const command: unknown = Reflect.get(commands, name);
  if (typeof command !== "function") throw new TypeError(`the store has no command ${name}`);
  return Reflect.apply(command, commands, args);
}
