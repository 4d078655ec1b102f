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
const BAR_WIDTH = 20;
const CLEAR_LINE = "\r\x1b[2K";

/** Shows the progress of one run until it is closed. */
export class ProgressReporter implements Disposable {
  readonly #stream: TextStream;
  readonly #nowMs: () => number;
  /** Of the first update: what was before is not reading. */
  #begunMs: number | undefined;
  #lastMs: number;
  #isDrawn = false;

  constructor(stream: TextStream, options: ProgressOptions = {}) {
    this.#stream = stream;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#lastMs = stream.isTerminal ? -Infinity : this.#nowMs();
  }

  update(state: ProgressState): void {
    const now = this.#nowMs();
    this.#begunMs ??= now;
    if (now - this.#lastMs < (this.#stream.isTerminal ? REDRAW_MS : LINE_EVERY_MS)) return;
    this.#lastMs = now;
    const seconds = (now - this.#begunMs) / 1000;
    if (!this.#stream.isTerminal) {
      return this.#stream.write(`${progressText(state, seconds, countText)}\n`);
    }
    const text = progressText(state, seconds, shortCountText);
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

/** The line without its bar: `reading  62 %  1.90 M rows  2.10 M rows/s  3 s left`. */
export function progressText(
  state: ProgressState,
  seconds: number,
  toText: (count: number) => string,
): string {
  const share = shareOf(state);
  const left = share > 0 && share < 1 && seconds > 0.5 ? seconds * (1 - share) / share : undefined;
  return [
    `${state.phase.padEnd(7)} ${String(Math.floor(share * 100)).padStart(3)} %`,
    `${toText(state.rowsRead)} rows`,
    ...(seconds > 0 ? [`${shortCountText(state.rowsRead / seconds)} rows/s`] : []),
    ...(state.setRows > 0 ? [`${toText(state.setRows)} out`] : []),
    ...(left === undefined ? [] : [`${leftText(left)} left`]),
  ].join("  ");
}

function leftText(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)} s` : secondsText(seconds);
}

function shareOf({ bytesRead, bytesTotal }: ProgressState): number {
  return bytesTotal > 0 ? Math.min(1, bytesRead / bytesTotal) : 0;
}
