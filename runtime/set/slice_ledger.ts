/** Which slices are under way, what came back of each, and when there is room for more. */
import type { Frame } from "../engine/mod.ts";

interface OpenSlice {
  readonly frames: Frame[];
  left: number;
}

export class SliceLedger {
  readonly #parts: number;
  readonly #deliver: (slice: number, frames: readonly Frame[]) => Promise<void>;
  readonly #open = new Map<number, OpenSlice>();
  #deliveries: Promise<void> = Promise.resolve();
  #closed = false;
  #waiting: { below: number; resolve: () => void }[] = [];

  /** `parts` partitions must be done with a slice before its frames are delivered, slice after slice. */
  constructor(parts: number, deliver: (slice: number, frames: readonly Frame[]) => Promise<void>) {
    this.#parts = parts;
    this.#deliver = deliver;
  }

  open(slice: number): void {
    this.#open.set(slice, { frames: [], left: this.#parts });
  }

  put(frame: Frame): void {
    this.#open.get(frame.slice)?.frames.push(frame);
  }

  done(slice: number): void {
    const entry = this.#open.get(slice);
    if (!entry || --entry.left > 0) return;
    // Partitions finish a slice only after the one before, so slices complete in order.
    this.#deliveries = this.#deliveries.then(async () => {
      if (!this.#closed) await this.#deliver(slice, entry.frames);
      this.#open.delete(slice);
      this.#wake();
    });
  }

  /** Nothing more is delivered; resolves when the delivery under way has ended. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#deliveries;
  }

  /** Resolves when fewer than `most` slices are under way. */
  room(most: number): Promise<void> {
    if (this.#open.size < most) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ below: most, resolve }));
  }

  drained(): Promise<void> {
    return this.room(1);
  }

  #wake(): void {
    const size = this.#open.size;
    const ready = this.#waiting.filter(({ below }) => size < below);
    this.#waiting = this.#waiting.filter(({ below }) => size >= below);
    for (const { resolve } of ready) resolve();
  }
}
