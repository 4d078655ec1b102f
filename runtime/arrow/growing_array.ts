/** A typed array that grows at its end. */

type Elements =
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

export class GrowingArray<T extends Elements> {
  readonly #create: new (length: number) => T;
  #elements: T;
  #length = 0;

  constructor(create: new (length: number) => T) {
    this.#create = create;
    this.#elements = new create(64);
  }

  get last(): number {
    return this.#elements[this.#length - 1]!;
  }

  setLast(value: number): void {
    this.#elements[this.#length - 1] = value;
  }

  push(value: number): void {
    if (this.#length === this.#elements.length) {
      const grown = new this.#create(this.#length * 2);
      grown.set(this.#elements);
      this.#elements = grown;
    }
    this.#elements[this.#length++] = value;
  }

  /** The elements, valid until the next is pushed; then it begins anew. */
  take(): T {
    const taken = this.#elements.subarray(0, this.#length) as T;
    this.#length = 0;
    return taken;
  }
}
