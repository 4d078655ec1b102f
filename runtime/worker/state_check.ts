/** States of sites are data: what a barrier hands over may be stored and handed back, whatever a plugin put there. */

/** Nested deeper than any engine's state, and less deep than a stack. */
const MAX_DEPTH = 200;

/**
 * True for null, bools, numbers, texts, bigints, Dates, typed arrays, and plain objects, arrays, Maps and Sets of such,
 * none of them inside itself.
 */
export function isState(value: unknown): boolean {
  return new StateWalk().isSound(value);
}

class StateWalk {
  /** What was looked at: a plugin may hand over a few objects that hold each other a million times. */
  readonly #sound = new Set<object>();
  readonly #above = new Set<object>();

  isSound(value: unknown): boolean {
    if (typeof value !== "object") return true;
    if (value === null || value instanceof Date || this.#sound.has(value)) return true;
    if (ArrayBuffer.isView(value)) return value.buffer instanceof ArrayBuffer;
    if (this.#above.has(value) || this.#above.size === MAX_DEPTH) return false;
    this.#above.add(value);
    const isSound = this.#hasSoundParts(value);
    this.#above.delete(value);
    this.#sound.add(value);
    return isSound;
  }

  #hasSoundParts(value: object): boolean {
    const isSound = (part: unknown) => this.isSound(part);
    if (Array.isArray(value)) return value.every(isSound);
    if (value instanceof Set) return value.values().every(isSound);
    if (value instanceof Map) return value.entries().every((entry) => entry.every(isSound));
    return Object.getPrototypeOf(value) === Object.prototype &&
      Object.values(value).every(isSound);
  }
}

/** The buffers of all typed arrays in a state, for its transfer. */
export function buffersOfState(state: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  collect(state, buffers);
  return [...buffers];
}

function collect(value: unknown, buffers: Set<ArrayBuffer>): void {
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) buffers.add(value.buffer as ArrayBuffer);
  else if (Array.isArray(value) || value instanceof Set) {
    for (const part of value) collect(part, buffers);
  } else if (value instanceof Map) {
    for (const [key, part] of value) {
      collect(key, buffers);
      collect(part, buffers);
    }
  } else for (const part of Object.values(value)) collect(part, buffers);
}
