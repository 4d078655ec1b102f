/** Where the program writes: results to `out`, everything that is not a result to `err`. */
import { Buffer } from "node:buffer";
import { writeSync } from "node:fs";

export interface TextStream {
  readonly isTerminal: boolean;
  /** Whether colours are wanted. */
  readonly color: boolean;
  /** Width in characters. */
  readonly columns: number;
  write(text: string): void;
}

export interface Terminal {
  readonly out: TextStream;
  readonly err: TextStream;
}

const DEFAULT_COLUMNS = 100;

/** The process's own streams; `NO_COLOR` and a missing terminal turn colours off. */
export function openTerminal(): Terminal {
  return { out: openStream(Deno.stdout, 1), err: openStream(Deno.stderr, 2) };
}

/** Writes a text and ends the line. */
export function printLine(stream: TextStream, text = ""): void {
  stream.write(`${text}\n`);
}

function openStream(stream: { isTerminal(): boolean }, descriptor: number): TextStream {
  const isTerminal = stream.isTerminal();
  return {
    isTerminal,
    color: isTerminal && !Deno.noColor && Deno.env.get("TERM") !== "dumb",
    columns: isTerminal ? terminalColumns() : DEFAULT_COLUMNS,
    write: (text) => writeAll(descriptor, Buffer.from(text)),
  };
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return DEFAULT_COLUMNS;
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}
