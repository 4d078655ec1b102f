/** A terminal that remembers what was written. */
import type { Terminal, TextStream } from "../../../runtime/cli/terminal.ts";

export interface CapturedStream extends TextStream {
  readonly text: string;
}

export interface CapturedTerminal extends Terminal {
  readonly out: CapturedStream;
  readonly err: CapturedStream;
}

export interface CaptureOptions {
  readonly columns?: number;
  readonly isTerminal?: boolean;
}

export function captureTerminal(options: CaptureOptions = {}): CapturedTerminal {
  return { out: captureStream(options), err: captureStream(options) };
}

export function captureStream({ columns = 80, isTerminal = false }: CaptureOptions = {}) {
  const stream = {
    isTerminal,
    color: false,
    columns,
    text: "",
    write: (text: string) => void (stream.text += text),
  };
  return stream;
}
