/** Which snapshots are awaited: a plugin's worker sends no others. */

/** More than are ever under way. */
const MOST_KEPT = 64;

export class Barriers {
  /** By barrier slice: the partitions of sites that have handed over what they keep. */
  readonly #handedOver = new Map<number, Set<string>>();

  /** A barrier slice was sent. */
  expect(slice: number): void {
    if (this.#handedOver.has(slice)) return;
    this.#handedOver.set(slice, new Set());
    if (this.#handedOver.size <= MOST_KEPT) return;
    const [oldest] = this.#handedOver.keys();
    this.#handedOver.delete(oldest!);
  }

  /** A snapshot has come; false if it was not awaited. */
  take(name: string, slice: number): boolean {
    const names = this.#handedOver.get(slice);
    if (names === undefined || names.has(name)) return false;
    names.add(name);
    return true;
  }
}
