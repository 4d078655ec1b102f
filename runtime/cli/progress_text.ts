/** Progress on the terminal: one line redrawn, or a line now and then where there is no terminal. */
import { paint, visibleLength } from "./style.ts";
import type { TextStream } from "./terminal.ts";
import { countText, secondsText, shortCountText } from "./value_text.ts";

/** What a run tells; see `RunProgress`. */
export interface ProgressState {
  readonly phase: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly rowsRead: number;
  readonly setRows: number;
}

export interface ProgressOptions {
  /** Milliseconds that only go forward. */
  readonly nowMs?: () => number;
}

const REDRAW_MS = 100;
const LINE_EVERY_MS = 5000;
const BAR_WIDTH = 24;
const CLEAR_LINE = "\r\x1b[2K";

/** Shows the progress of one run until it is closed. */
export class ProgressReporter implements Disposable {
  readonly #stream: TextStream;
  readonly #nowMs: () => number;
  readonly #begunMs: number;
  #lastMs: number;
  #isDrawn = false;

  constructor(stream: TextStream, options: ProgressOptions = {}) {
    this.#stream = stream;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#begunMs = this.#nowMs();
    this.#lastMs = stream.isTerminal ? -Infinity : this.#begunMs;
  }

  update(state: ProgressState): void {
    const now = this.#nowMs();
    if (now - this.#lastMs < (this.#stream.isTerminal ? REDRAW_MS : LINE_EVERY_MS)) return;
    this.#lastMs = now;
    const text = progressText(state, (now - this.#begunMs) / 1000);
    if (!this.#stream.isTerminal) return this.#stream.write(`${text}\n`);
    this.#stream.write(CLEAR_LINE + this.#withBar(state, text));
    this.#isDrawn = true;
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    if (this.#isDrawn) this.#stream.write(CLEAR_LINE);
    this.#isDrawn = false;
  }

  #withBar(state: ProgressState, text: string): string {
    const done = Math.round(shareOf(state) * BAR_WIDTH);
    const bar = paint(this.#stream, "cyan", "━".repeat(done)) +
      paint(this.#stream, "dim", "━".repeat(BAR_WIDTH - done));
    const line = `${bar} ${text}`;
    return visibleLength(line) < this.#stream.columns
      ? line
      : text.slice(0, this.#stream.columns - 1);
  }
}

/** The line without its bar: `reading  62 %  1,900,000 rows  2.10 M rows/s  3.0 s left`. */
export function progressText(state: ProgressState, seconds: number): string {
  const share = shareOf(state);
  const left = share > 0 && share < 1 && seconds > 0.5 ? seconds * (1 - share) / share : undefined;
  return [
    `${state.phase.padEnd(7)} ${String(Math.floor(share * 100)).padStart(3)} %`,
    `${countText(state.rowsRead)} rows`,
    ...(seconds > 0 ? [`${shortCountText(state.rowsRead / seconds)} rows/s`] : []),
    ...(state.setRows > 0 ? [`${countText(state.setRows)} set rows`] : []),
    ...(left === undefined ? [] : [`${secondsText(left)} left`]),
  ].join("  ");
}

function shareOf({ bytesRead, bytesTotal }: ProgressState): number {
  return bytesTotal > 0 ? Math.min(1, bytesRead / bytesTotal) : 0;
}
