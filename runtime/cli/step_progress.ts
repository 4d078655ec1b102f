/** Progress by steps, on one line of the terminal; nothing where there is none. */
import type { TextStream } from "./terminal.ts";

const CLEAR_LINE = "\r\x1b[2K";

/** Shows how many steps are done until it is closed. */
export class StepProgress implements Disposable {
  readonly #stream: TextStream;
  readonly #what: string;
  #isDrawn = false;

  constructor(stream: TextStream, what: string) {
    this.#stream = stream;
    this.#what = what;
  }

  update(done: number, of: number): void {
    if (!this.#stream.isTerminal) return;
    this.#stream.write(`${CLEAR_LINE}${this.#what} ${done} of ${of}`);
    this.#isDrawn = true;
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    if (this.#isDrawn) this.#stream.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}
