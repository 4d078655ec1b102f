/** The check that a state of the user's can be kept and brought back: it is data and nothing else. */

/** A state that cannot be kept. */
export class StateError extends TypeError {
  override readonly name = "StateError";
  readonly code = "STATE_NOT_PLAIN";
}

/** So many states are all checked. */
const FIRST = 16;

/** Checks states where they are made: the first ones, then each time that twice as many were, so that it costs nothing. */
export class StateWatch {
  readonly #what: string;
  #seen = 0;
  #next = 1;

  /** `what` names the state in the message. */
  constructor(what: string) {
    this.#what = what;
  }

  look(state: unknown): void {
    if (++this.#seen < this.#next) return;
    this.#next = this.#seen < FIRST ? this.#seen + 1 : this.#seen * 2;
    assertPlainData(state, this.#what);
  }
}

/**
 * Throws unless the value is plain data: null, bool, number, string, bigint, Date, typed arrays, and arrays, plain
 * objects, Maps and Sets of such. `what` names the state in the message.
 */
export function assertPlainData(value: unknown, what: string): void {
  check(value, what, new Set());
}

function check(value: unknown, what: string, above: Set<object>): void {
  if (value === undefined || value === null) return;
  if (typeof value === "function" || typeof value === "symbol") {
    throw notPlain(`a ${typeof value}`, what);
  }
  if (typeof value !== "object" || value instanceof Date) return;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return;
  if (above.has(value)) throw notPlain("an object inside itself", what);
  above.add(value);
  if (Array.isArray(value)) value.forEach((item, index) => check(item, `${what}[${index}]`, above));
  else if (value instanceof Set) {
    for (const item of value) check(item, `an item of ${what}`, above);
  } else if (value instanceof Map) checkMap(value, what, above);
  else checkObject(value, what, above);
  above.delete(value);
}

function checkMap(map: ReadonlyMap<unknown, unknown>, what: string, above: Set<object>): void {
  for (const [key, item] of map) {
    check(key, `a key of ${what}`, above);
    check(item, `${what}[${String(key)}]`, above);
  }
}

function checkObject(value: object, what: string, above: Set<object>): void {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw notPlain(`an object of class ${prototype.constructor?.name ?? "unknown"}`, what);
  }
  for (const [name, item] of Object.entries(value)) check(item, `${what}.${name}`, above);
}

function notPlain(found: string, what: string): StateError {
  return new StateError(
    `Cannot keep ${what}: it holds ${found}; use numbers, strings, bools, bigints, arrays, plain objects, ` +
      "Maps, Sets, typed arrays and Dates",
  );
}
