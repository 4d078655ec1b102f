/** Replies to requests that are not part of a slice. */
import type { Frame } from "../engine/mod.ts";

export class ReplyBox {
  readonly #waiting = new Map<string, (frame: Frame) => void>();

  expect(edge: number, request: number): Promise<Frame> {
    return new Promise((resolve) => this.#waiting.set(`${edge}:${request}`, resolve));
  }

  /** The edge of the oldest reply that somebody waits for. */
  get waiting(): number | undefined {
    const [oldest] = this.#waiting.keys();
    return oldest === undefined ? undefined : Number.parseInt(oldest);
  }

  /** True if the frame was a reply somebody waited for. */
  take(frame: Frame): boolean {
    const key = `${frame.edge}:${frame.slice}`;
    const resolve = this.#waiting.get(key);
    if (!resolve) return false;
    this.#waiting.delete(key);
    resolve(frame);
    return true;
  }
}
