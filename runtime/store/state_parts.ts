/**
 * A state as its skeleton and its large arrays, and back. The casts are of structures that are walked as what
 * they were found to be.
 *
 * S1 The skeleton is the structure with small values and small arrays in it, and a hole for each large array.
 * S2 A large array keeps its path while it grows, shrinks and changes, so that its pages are known again.
 * S3 Large arrays in a Set, and under or in a Map's key that is an object, have no path and stay in the skeleton.
 */
import { deserialize, serialize } from "node:v8";

/** A property, an index or the key of a Map. */
export type PathStep = string | number | bigint | boolean | null | undefined;

export interface StatePart {
  readonly path: readonly PathStep[];
  readonly type: PartType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface StateParts {
  readonly skeleton: Uint8Array<ArrayBuffer>;
  readonly parts: readonly StatePart[];
}

const ARRAY_TYPES = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float16Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

export type PartType = keyof typeof ARRAY_TYPES | "ArrayBuffer";

/** Smaller arrays stay in the skeleton. */
const LARGE_BYTES = 4096;
const MAX_DEPTH = 64;

/** Takes the state apart: it has holes after. */
export function splitState(state: unknown): StateParts {
  const root = { state };
  const parts: StatePart[] = [];
  split(root, [], parts);
  const skeleton = serialize(root);
  return { skeleton: new Uint8Array(skeleton), parts };
}

/** The state again; its large arrays are views of the parts' bytes. */
export function joinState({ skeleton, parts }: StateParts): unknown {
  const root = deserialize(skeleton) as { readonly state: unknown };
  for (const { path, type, bytes } of parts) putAt(root, path, arrayOf(type, bytes));
  return root.state;
}

function split(container: object, path: readonly PathStep[], parts: StatePart[]): void {
  if (path.length > MAX_DEPTH) {
    throw new TypeError("Cannot commit state: it is nested too deep or holds itself");
  }
  const visit = (value: unknown, step: PathStep): boolean => {
    if (typeof value !== "object" || value === null || step === "__proto__") return false;
    const type = typeOf(value);
    if (type === undefined) {
      if (isContainer(value)) split(value, [...path, step], parts);
      return false;
    }
    const bytes = bytesOf(value as ArrayBuffer | ArrayBufferView<ArrayBuffer>);
    if (bytes.byteLength < LARGE_BYTES) return false;
    parts.push({ path: [...path, step], type, bytes });
    return true;
  };
  if (Array.isArray(container)) {
    for (let i = 0; i < container.length; i++) if (visit(container[i], i)) container[i] = null;
  } else if (container instanceof Map) {
    for (const [key, value] of container) {
      if (isPathStep(key) && visit(value, key)) container.set(key, null);
    }
  } else {
    const fields = container as Record<string, unknown>;
    for (const key of Object.keys(fields)) if (visit(fields[key], key)) fields[key] = null;
  }
}

function isContainer(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isPathStep(key: unknown): key is PathStep {
  return (typeof key !== "object" || key === null) && typeof key !== "symbol" &&
    typeof key !== "function";
}

function typeOf(value: object): PartType | undefined {
  if (value instanceof ArrayBuffer) return "ArrayBuffer";
  if (!ArrayBuffer.isView(value) || !(value.buffer instanceof ArrayBuffer)) return undefined;
  const name = value.constructor.name;
  return name in ARRAY_TYPES ? name as PartType : undefined;
}

function bytesOf(value: ArrayBuffer | ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function arrayOf(type: PartType, { buffer }: Uint8Array<ArrayBuffer>): unknown {
  return type === "ArrayBuffer" ? buffer : new ARRAY_TYPES[type](buffer);
}

function putAt(root: object, path: readonly PathStep[], value: unknown): void {
  let container: unknown = root;
  for (const step of path.slice(0, -1)) {
    container = container instanceof Map
      ? container.get(step)
      : (container as Record<PropertyKey, unknown>)[String(step)];
  }
  const last = path.at(-1);
  if (container instanceof Map) container.set(last, value);
  else (container as Record<PropertyKey, unknown>)[String(last)] = value;
}
