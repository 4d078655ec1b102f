/**
 * One buffer has no more bytes than its worker may have outside the heap. Memory there counts against no heap limit,
 * and filling one large buffer cannot be interrupted.
 */

type Constructor = new (...parts: unknown[]) => object;

interface Sized {
  readonly byteLength: number;
}

/** Replaces the constructors of buffers and arrays over them by such as refuse to make more than `most` bytes. */
export function capBuffers(most: number): void {
  const require = (bytes: number) => {
    if (bytes > most) throw new RangeError(`Cannot make a buffer of ${bytes} bytes in a plugin`);
  };
  const arrays = Object.getPrototypeOf(Int8Array) as object;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value: unknown = Reflect.get(globalThis, name);
    const isOfBuffers = value === ArrayBuffer ||
      typeof value === "function" && Object.getPrototypeOf(value) === arrays;
    if (isOfBuffers) replace(name, value as Constructor, require);
  }
  capMoves(require);
}

function replace(name: string, Real: Constructor, require: (bytes: number) => void): void {
  const { construct } = Reflect;
  const mayGrow = name === "ArrayBuffer";
  const { BYTES_PER_ELEMENT: bytesPerElement = 1 } = Real as { BYTES_PER_ELEMENT?: number };
  function Capped(...parts: unknown[]): object {
    if (new.target === undefined) throw new TypeError(`Cannot call ${name} without "new"`);
    const [length, options] = parts;
    if (typeof length === "number") require(length * bytesPerElement);
    if (mayGrow && options !== undefined) parts[1] = checkedRoom(options, require);
    const made = construct(Real, parts, new.target);
    require((made as Sized).byteLength);
    return made;
  }
  Object.setPrototypeOf(Capped, Object.getPrototypeOf(Real));
  for (const key of Reflect.ownKeys(Real)) {
    const own = Object.getOwnPropertyDescriptor(Real, key)!;
    const fixed = key === "prototype" ? own : { ...own, configurable: false };
    Object.defineProperty(Capped, key, fixed);
  }
  Object.defineProperty(Real.prototype, "constructor", { value: Capped });
  Object.defineProperty(globalThis, name, { value: Capped });
}

/** The room that a buffer may grow into: read once, so that what is checked is what is used. */
function checkedRoom(options: unknown, require: (bytes: number) => void): object {
  const { maxByteLength } = options as { readonly maxByteLength?: unknown };
  if (maxByteLength === undefined) return {};
  const bytes = Number(maxByteLength);
  require(bytes);
  return { maxByteLength: bytes };
}

/** A buffer that moves may grow. */
function capMoves(require: (bytes: number) => void): void {
  for (const name of ["transfer", "transferToFixedLength"] as const) {
    const move = ArrayBuffer.prototype[name];
    const capped = function (this: ArrayBuffer, length?: unknown): ArrayBuffer {
      if (length === undefined) return Reflect.apply(move, this, []);
      const bytes = Number(length);
      require(bytes);
      return Reflect.apply(move, this, [bytes]);
    };
    Object.defineProperty(ArrayBuffer.prototype, name, { value: capped });
  }
}
