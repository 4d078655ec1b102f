/**
 * Takes from the realm everything a plugin has no business with. The order matters: whoever needs `Function`,
 * timers or ports captures them before. Afterwards the built-in objects are frozen, so that a plugin cannot
 * change what the guest runtime, or the engine's own code, calls.
 */

import { capBuffers } from "./buffer_cap.ts";

/** The globals that stay. No way out of the worker, no code from text, no memory outside the heap limit. */
const KEPT: ReadonlySet<string> = new Set([
  ..."Object Array Number String Boolean Symbol BigInt Math JSON Date RegExp Proxy Reflect".split(
    " ",
  ),
  ..."Map Set WeakMap WeakSet Promise Iterator Intl Temporal".split(" "),
  ..."Error TypeError RangeError SyntaxError EvalError URIError ReferenceError".split(" "),
  ..."AggregateError SuppressedError".split(" "),
  ..."ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array".split(
    " ",
  ),
  ..."Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array".split(" "),
  ..."Float64Array NaN Infinity undefined globalThis isNaN isFinite parseInt parseFloat".split(" "),
  ..."encodeURIComponent decodeURIComponent encodeURI decodeURI structuredClone".split(" "),
  ..."TextEncoder TextDecoder queueMicrotask".split(" "),
  // Deno's own error reporting looks these up by name; without them an error becomes "Illegal invocation".
  ..."dispatchEvent addEventListener removeEventListener reportError".split(" "),
  ..."Event ErrorEvent PromiseRejectionEvent".split(" "),
]);

/** Programs assign to an instance what these have, which a frozen prototype would refuse. */
const OVERRIDDEN: readonly object[] = [Object.prototype, Error.prototype];

/**
 * Closed to new properties only. The methods of arrays stay writable: freezing `Array.prototype` costs reads of array
 * holes a factor of 15, and fixing its methods one by one costs loops over arrays a factor of 10. So the guest must
 * not let its ports near an array method once a plugin runs, and the host watches that slices come to their ends.
 */
const NOT_FROZEN: ReadonlySet<object> = new Set([Array.prototype, ...OVERRIDDEN]);

export interface LockdownOptions {
  /** Receives what plugins print. */
  readonly log: (text: string) => void;
  /** Most bytes of one buffer. */
  readonly mostBufferBytes: number;
}

/** Locks the realm down. */
export function lockDown({ log, mostBufferBytes }: LockdownOptions): void {
  const hidden = [
    MessagePort.prototype,
    MessageEvent.prototype,
    Event.prototype,
    ...functionKinds(),
  ];
  takeCodeGeneration();
  takeGlobals();
  defineConsole(log);
  takeChanceAndClock();
  capBuffers(mostBufferBytes);
  defineFixed(Error, "prepareStackTrace", undefined);
  for (const prototype of OVERRIDDEN) keepOverridable(prototype);
  freezeBuiltIns(hidden);
  fixGlobals();
}

function functionKinds(): object[] {
  const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
  return kinds.map((kind) => Object.getPrototypeOf(kind));
}

function takeCodeGeneration(): void {
  for (const prototype of functionKinds()) defineFixed(prototype, "constructor", undefined);
}

function takeGlobals(): void {
  for (const holder of prototypeChain(globalThis)) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (!KEPT.has(name) && name !== "constructor") takeProperty(holder, name);
    }
  }
}

function* prototypeChain(start: object): Generator<object> {
  for (let o = start; o !== null && o !== Object.prototype; o = Object.getPrototypeOf(o)) yield o;
}

function takeProperty(holder: object, name: string): void {
  if (Reflect.deleteProperty(holder, name)) return;
  defineFixed(holder, name, undefined);
}

function defineFixed(holder: object, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, writable: false, configurable: false });
}

function defineConsole(log: (text: string) => void): void {
  const print = (...parts: readonly unknown[]) => log(parts.map(printPart).join(" "));
  const names = ["log", "info", "warn", "error", "debug", "trace", "table", "dir"];
  const methods = Object.fromEntries(names.map((name) => [name, print]));
  defineFixed(globalThis, "console", Object.freeze(methods));
}

/** A function of a plugin must give the same answer when it is asked again. */
function takeChanceAndClock(): void {
  defineFixed(Math, "random", () => refuse("Math.random"));
  takeClockOfFormats();
  if ("Temporal" in globalThis) takeProperty(Temporal, "Now");
  const RealDate = Date;
  function PluginDate(...parts: unknown[]): Date {
    if (new.target === undefined || parts.length === 0) return refuse("the present date");
    return Reflect.construct(RealDate, parts, new.target);
  }
  defineFixed(PluginDate, "name", "Date");
  defineFixed(PluginDate, "prototype", RealDate.prototype);
  defineFixed(PluginDate, "UTC", RealDate.UTC);
  defineFixed(PluginDate, "parse", RealDate.parse);
  defineFixed(PluginDate, "now", () => refuse("Date.now"));
  defineFixed(RealDate.prototype, "constructor", PluginDate);
  defineFixed(globalThis, "Date", PluginDate);
}

/** Without a date, a format shows the present. */
function takeClockOfFormats(): void {
  const { prototype } = Intl.DateTimeFormat;
  const { get: getFormat } = Object.getOwnPropertyDescriptor(prototype, "format")!;
  const { formatToParts } = prototype;
  const given = (date: unknown) => date === undefined ? refuse("the present date") : date;
  Object.defineProperty(prototype, "format", {
    get(this: Intl.DateTimeFormat) {
      const format = Reflect.apply(getFormat!, this, []) as (date: unknown) => string;
      return (date: unknown) => format(given(date));
    },
  });
  defineFixed(prototype, "formatToParts", function (this: Intl.DateTimeFormat, date: unknown) {
    return Reflect.apply(formatToParts, this, [given(date)]);
  });
}

/**
 * Keeps a property that instances override from being changed itself: an assignment to an instance defines the
 * instance's own.
 */
function keepOverridable(prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(prototype, key)!;
    const own = { get: () => value, set: overrideOf(prototype, key) };
    const accessor = get === undefined && set === undefined ? own : {};
    Object.defineProperty(prototype, key, { ...accessor, configurable: false });
  }
}

function overrideOf(prototype: object, key: PropertyKey): (value: unknown) => void {
  return function (this: object, value) {
    if (this === prototype) throw new TypeError(`Cannot change the built-in "${String(key)}"`);
    Object.defineProperty(this, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
}

/** The platform's error reporting and the engine look names up when they need them. */
function fixGlobals(): void {
  for (const name of [...KEPT, "console"]) {
    // The platform replaces this one later.
    if (name !== "queueMicrotask" && name in globalThis) {
      defineFixed(globalThis, name, Reflect.get(globalThis, name));
    }
  }
}

function refuse(what: string): never {
  throw new TypeError(`Cannot use ${what} in a plugin: its answers could not be computed again`);
}

function printPart(part: unknown): string {
  if (typeof part === "string") return part;
  if (part instanceof Error) return part.stack ?? String(part);
  return typeof part === "object" ? JSON.stringify(part) ?? "undefined" : String(part);
}

/** Every object reachable from the kept globals through prototypes, functions and accessors. */
function freezeBuiltIns(roots: readonly object[]): void {
  const pending: object[] = [...roots, ...prototypeChain(globalThis)].filter((o) =>
    o !== globalThis
  );
  const seen = new Set<object>([globalThis]);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    pending.push(...parts(globalThis, name));
  }
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const prototype = Object.getPrototypeOf(next);
    if (prototype !== null) pending.push(prototype);
    for (const key of Reflect.ownKeys(next)) pending.push(...parts(next, key));
  }
  seen.delete(globalThis);
  for (const object of seen) freezeBuiltIn(object);
}

function parts(holder: object, key: PropertyKey): object[] {
  const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) ?? {};
  return [value, get, set].filter((part) =>
    typeof part === "function" || (typeof part === "object" && part !== null)
  );
}

function freezeBuiltIn(object: object): void {
  if (NOT_FROZEN.has(object)) Object.preventExtensions(object);
  else Object.freeze(object);
}
