/**
 * What the guest keeps of its realm: captured when this module is evaluated, before the lockdown takes the
 * names away and before any plugin code runs.
 */
import { workerData } from "node:worker_threads";
import type { GuestBirth, GuestToGuest, GuestToHost } from "./protocol.ts";

const birth = workerData as GuestBirth;
const { apply } = Reflect;
const { addEventListener } = EventTarget.prototype;
const { postMessage, start } = MessagePort.prototype;
const { locks } = navigator as unknown as { readonly locks: LockManager };
const every = setInterval;
const { memoryUsage } = Deno;

/** The part of the Web Locks API in use, which the platform's types leave out. */
interface LockManager {
  request(name: string, callback: () => Promise<never>): Promise<never>;
}

const BYTES_PER_MB = 2 ** 20;

/** Odd while code of the plugin runs. */
export const { pulse } = birth;

/** Most bytes of one buffer, and of all memory outside the heap. */
export const mostBufferBytes = birth.bufferMb * BYTES_PER_MB;

/** Takes the lock that makes the worker stoppable while busy; must resolve before plugin code runs. */
export function holdLifeLock(): Promise<void> {
  return new Promise((resolve) => {
    locks.request(birth.lock, () => {
      resolve();
      return new Promise(() => {});
    });
  });
}

/** Calls back again and again for the life of the worker; also what keeps it alive. */
export function repeat(callback: () => void, everyMs: number): void {
  every(callback, everyMs);
}

/** The used part of the heap, as a share of its limit. */
export function usedHeapShare(): number {
  return memoryUsage().heapUsed / (birth.heapMb * BYTES_PER_MB);
}

/** Bytes in use outside the heap: those of buffers, most of all. */
export function externalBytes(): number {
  return memoryUsage().external;
}

/** The host sees that the plugin's modules are being evaluated, until the returned function is called. */
export function beginLoading(): () => void {
  pulse[0]!++;
  return () => void pulse[0]!++;
}

export function postToHost(message: GuestToHost, transfer: Transferable[] = []): void {
  apply(postMessage, birth.port, [message, transfer]);
}

export function postToPeer(
  port: MessagePort,
  message: GuestToGuest,
  transfer: Transferable[],
): void {
  apply(postMessage, port, [message, transfer]);
}

export function listenToHost(listener: (message: unknown) => void): void {
  listenTo(birth.port, listener);
}

/** Starts a port and calls the listener with the data of each of its messages. */
export function listenTo(port: MessagePort, listener: (message: unknown) => void): void {
  const onMessage = (event: Event) => listener((event as MessageEvent).data);
  apply(addEventListener, port, ["message", onMessage]);
  apply(start, port, []);
}

/** Calls the listener with every error and rejection that nobody catches, which the platform then does not print. */
export function listenToUncaught(listener: (error: unknown) => void): void {
  const onError = (event: Event) => {
    event.preventDefault();
    listener((event as ErrorEvent).error);
  };
  const onRejection = (event: Event) => {
    event.preventDefault();
    listener((event as PromiseRejectionEvent).reason);
  };
  apply(addEventListener, globalThis, ["error", onError]);
  apply(addEventListener, globalThis, ["unhandledrejection", onRejection]);
  freezeListeners();
}

/** The platform keeps a target's listeners in a property that a plugin can find. */
function freezeListeners(): void {
  for (const key of Object.getOwnPropertySymbols(globalThis)) {
    const { listeners } = (Reflect.get(globalThis, key) ?? {}) as { listeners?: object };
    if (listeners === undefined) continue;
    for (const list of Object.values(listeners)) Object.freeze(list);
    Object.freeze(listeners);
    Object.freeze(Reflect.get(globalThis, key));
    Object.defineProperty(globalThis, key, { writable: false, configurable: false });
  }
}
