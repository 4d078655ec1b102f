/** Memory that is used again: what is in it is gone when the next piece is taken. */

/** Grows to the largest piece. */
export class SharedBuffer {
  #buffer = new ArrayBuffer(0);

  /** Bytes that hold anything; what was taken before is the same memory. */
  take(length: number): Uint8Array<ArrayBuffer> {
    if (this.#buffer.byteLength < length) this.#buffer = new ArrayBuffer(length + (length >> 3));
    return new Uint8Array(this.#buffer, 0, length);
  }
}

/** Memory that is used again once its user gives it back. */
export class BufferPool {
  #free: ArrayBuffer[] = [];

  take(length: number): Uint8Array<ArrayBuffer> {
    const index = this.#free.findIndex(({ byteLength }) => byteLength >= length);
    const buffer = index < 0 ? new ArrayBuffer(length) : this.#free.splice(index, 1)[0]!;
    return new Uint8Array(buffer, 0, length);
  }

  /** Nobody may look at the buffer any more. */
  give(buffer: ArrayBuffer): void {
    if (!this.#free.includes(buffer)) this.#free = [buffer, ...this.#free].slice(0, 2);
  }
}
