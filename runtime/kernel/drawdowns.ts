/**
 * Per slot, the largest (peak - later) / peak over a window's values in order. It cannot be undone, so a window that
 * drops values keeps suffixes: at an anchor, of each value to the newest one (`clear`, then `prepend` from the newest
 * to the oldest); values that come later go to a running state; the oldest value leaves with its suffix. Everything is
 * O(1) a value; a suffix takes 24 bytes.
 */
import { grow } from "./arrays.ts";

/** Of a suffix: its largest value, its smallest positive one, its drawdown. */
const WORDS = 3;

/** Of a running state: as above, its smallest value, how many values it holds; and the suffixes' smallest value. */
const RUNNING = 6;
const [LARGEST, POSITIVE, DRAWDOWN, SMALLEST, SIZE, LATER] = [0, 1, 2, 3, 4, 5];

/** One suffix machine for all slots of a window. */
export class Drawdowns {
  #running = new Float64Array(0);
  /** Suffixes with the oldest value's on top. */
  #suffixes: (Float64Array<ArrayBuffer> | undefined)[] = [];
  #depths = new Int32Array(0);

  add(slot: number, x: number): void {
    if (slot >= this.#depths.length) this.#enlarge(slot);
    const running = this.#running;
    const base = slot * RUNNING;
    const largest = running[base + LARGEST]!;
    const positive = running[base + POSITIVE]!;
    const fall = Math.max(fallOf(largest, x), fallOf(positive, x));
    if (fall > running[base + DRAWDOWN]!) running[base + DRAWDOWN] = fall;
    if (x > largest) running[base + LARGEST] = x;
    if (x > 0 && x < positive) running[base + POSITIVE] = x;
    if (x < running[base + SMALLEST]!) running[base + SMALLEST] = x;
    running[base + SIZE]!++;
  }

  /** The oldest value leaves. Without suffixes it may only be followed by more, up to an anchor. */
  remove(slot: number): void {
    if (this.#depths[slot]! > 0) this.#depths[slot]!--;
    else this.#running[slot * RUNNING + SIZE]!--;
    if (this.#depths[slot] === 0 && this.#running[slot * RUNNING + SIZE] === 0) {
      this.clear(slot);
      this.#suffixes[slot] = undefined;
    }
  }

  clear(slot: number): void {
    if (slot >= this.#depths.length) return;
    this.#depths[slot] = 0;
    resetRunning(this.#running, slot);
  }

  /** The value before all suffixes gets its own. */
  prepend(slot: number, x: number): void {
    const depth = this.#depths[slot]!++;
    let suffixes = this.#suffixes[slot];
    if (suffixes === undefined || suffixes.length < (depth + 1) * WORDS) {
      const larger = new Float64Array(Math.max(8, depth * 2) * WORDS);
      if (suffixes) larger.set(suffixes);
      suffixes = this.#suffixes[slot] = larger;
    }
    const place = depth * WORDS;
    const running = this.#running;
    const later = slot * RUNNING + LATER;
    const after = place - WORDS;
    suffixes[place + LARGEST] = depth === 0 ? x : Math.max(x, suffixes[after + LARGEST]!);
    const positive = depth === 0 ? Infinity : suffixes[after + POSITIVE]!;
    suffixes[place + POSITIVE] = x > 0 && x < positive ? x : positive;
    const drawdown = depth === 0 ? 0 : suffixes[after + DRAWDOWN]!;
    suffixes[place + DRAWDOWN] = Math.max(drawdown, fallOf(x, running[later]!));
    if (x < running[later]!) running[later] = x;
  }

  value(slot: number): number {
    const depth = this.#depths[slot] ?? 0;
    const running = this.#running;
    const base = slot * RUNNING;
    if (depth === 0) return running[base + SIZE]! > 0 ? running[base + DRAWDOWN]! : NaN;
    const place = (depth - 1) * WORDS;
    const suffixes = this.#suffixes[slot]!;
    const smallest = running[base + SMALLEST]!;
    return Math.max(
      suffixes[place + DRAWDOWN]!,
      running[base + DRAWDOWN]!,
      fallOf(suffixes[place + LARGEST]!, smallest),
      fallOf(suffixes[place + POSITIVE]!, smallest),
    );
  }

  snapshot(): unknown {
    return {
      running: this.#running.slice(),
      depths: this.#depths.slice(),
      suffixes: this.#suffixes.flatMap((suffixes, slot) =>
        suffixes === undefined
          ? []
          : [{ slot, suffixes: suffixes.slice(0, this.#depths[slot]! * WORDS) }]
      ),
    };
  }

  restore(snapshot: unknown): void {
    const { running, depths, suffixes } = snapshot as {
      running: Float64Array;
      depths: Int32Array;
      suffixes: { slot: number; suffixes: Float64Array }[];
    };
    this.#running = Float64Array.from(running);
    this.#depths = Int32Array.from(depths);
    this.#suffixes = [];
    for (const { slot, suffixes: saved } of suffixes) {
      this.#suffixes[slot] = Float64Array.from(saved);
    }
  }

  #enlarge(slot: number): void {
    const before = this.#depths.length;
    const length = Math.max(slot + 1, before * 2, 64);
    this.#depths = grow(this.#depths, length, 0);
    this.#running = grow(this.#running, length * RUNNING, 0);
    for (let fresh = before; fresh < length; fresh++) resetRunning(this.#running, fresh);
  }
}

/** How far `x` is below a peak, of the peak; at most 0 if there is no fall. */
function fallOf(peak: number, x: number): number {
  return peak > 0 && x < peak && peak < Infinity ? (peak - x) / peak : 0;
}

function resetRunning(running: Float64Array, slot: number): void {
  const base = slot * RUNNING;
  running[base + LARGEST] = -Infinity;
  running[base + POSITIVE] = Infinity;
  running[base + DRAWDOWN] = 0;
  running[base + SMALLEST] = Infinity;
  running[base + SIZE] = 0;
  running[base + LATER] = Infinity;
}
