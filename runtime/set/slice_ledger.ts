/** Which slices are under way, what came back of each, and when there is room for more. */
import type { Frame } from "../engine/mod.ts";

/** What a partition of a site keeps, as of a barrier. */
export interface SiteState {
  readonly site: number;
  readonly partition: number;
  readonly state: unknown;
}

/** A row whose outputs are null because computing them failed. */
export interface RowError {
  readonly feature: string;
  readonly timeUs: number;
  readonly sequence: number;
  readonly message: string;
}

/** Everything that came back of a slice. */
export interface SliceReturns {
  readonly frames: readonly Frame[];
  readonly states: readonly SiteState[];
  readonly rowErrors: readonly RowError[];
}

interface OpenSlice {
  /** Edges and producers of the frames that have come. */
  readonly come: Set<string>;
  /** Partitions that are done with it. */
  readonly done: Set<string>;
  readonly frames: Frame[];
  readonly states: SiteState[];
  readonly rowErrors: RowError[];
  readonly deliver: (returns: SliceReturns) => Promise<void> | void;
}

export class SliceLedger {
  readonly #parts: number;
  readonly #open = new Map<number, OpenSlice>();
  #deliveries: Promise<void> = Promise.resolve();
  #closed = false;
  #forRoom: { below: number; resolve: () => void }[] = [];

  /** `parts` partitions must be done with a slice before what came back is delivered, slice after slice. */
  constructor(parts: number) {
    this.#parts = parts;
  }

  /** The slice is under way until its delivery, which must not throw, has ended. */
  open(slice: number, deliver: (returns: SliceReturns) => Promise<void> | void): void {
    const empty = { come: new Set<string>(), done: new Set<string>(), frames: [], states: [] };
    this.#open.set(slice, { ...empty, rowErrors: [], deliver });
  }

  /** Notes that a frame has come; false if its slice is not under way, or had it already. */
  admit({ slice, edge, from }: Frame): boolean {
    return addNew(this.#open.get(slice)?.come, `${edge}:${from}`);
  }

  put(frame: Frame): void {
    this.#open.get(frame.slice)?.frames.push(frame);
  }

  putState(slice: number, state: SiteState): void {
    this.#open.get(slice)?.states.push(state);
  }

  putRowErrors(slice: number, errors: readonly RowError[]): void {
    this.#open.get(slice)?.rowErrors.push(...errors);
  }

  /** A partition, by name, is done with a slice; false if it was already, or the slice is not under way. */
  done(slice: number, partition: string): boolean {
    const entry = this.#open.get(slice);
    if (!addNew(entry?.done, partition)) return false;
    if (entry!.done.size === this.#parts) this.#deliver(slice, entry!);
    return true;
  }

  /** The partitions that are done with the oldest slice that some are not; undefined if there is none. */
  get waiting(): ReadonlySet<string> | undefined {
    return this.#open.values().find(({ done }) => done.size < this.#parts)?.done;
  }

  #deliver(slice: number, entry: OpenSlice): void {
    // Partitions finish a slice only after the one before, so slices complete in order.
    this.#deliveries = this.#deliveries.then(async () => {
      if (!this.#closed) await entry.deliver(entry);
      this.#open.delete(slice);
      this.#wake();
    });
  }

  /** Nothing more is delivered; resolves when the delivery under way has ended. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#deliveries;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Resolves when fewer than `most` slices are under way. */
  room(most: number): Promise<void> {
    if (this.#open.size < most) return Promise.resolve();
    return new Promise((resolve) => this.#forRoom.push({ below: most, resolve }));
  }

  #wake(): void {
    const size = this.#open.size;
    const ready = this.#forRoom.filter(({ below }) => size < below);
    this.#forRoom = this.#forRoom.filter(({ below }) => size >= below);
    for (const { resolve } of ready) resolve();
  }
}

function addNew(to: Set<string> | undefined, name: string): boolean {
  if (!to || to.has(name)) return false;
  to.add(name);
  return true;
}
