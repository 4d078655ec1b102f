/** What a command is: its words for the help, its options, and its act. */
import type { StartThread } from "../threads.ts";
import type { WorkerLauncher } from "../worker/mod.ts";
import type { Terminal } from "./terminal.ts";

export interface CommandOption {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** Name of the value in the help, for example `N`. */
  readonly value?: string;
  readonly tells: string;
}

export interface CommandExample {
  readonly line: string;
  readonly tells: string;
}

/** A line in the list of commands; the command itself is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export interface Command {
  readonly name: string;
  /** What follows the name, for example `<config.yaml> [options]`. */
  readonly usage: string;
  /** Paragraphs for `--help`. */
  readonly details: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly examples: readonly CommandExample[];
  /** Prints what was asked for; resolves to the exit code, or nothing if all is well. */
  run(invocation: Invocation): Promise<number | void>;
}

export interface CommandContext {
  readonly signal: AbortSignal;
  readonly launcher: WorkerLauncher;
  /** Starts the threads of a store that serves. */
  readonly startThread: StartThread;
  /** Called by a command that a signal ends in the normal way, so that the exit code is its own. */
  acceptSignal?(): void;
}

/** One call of a command, its options read by type; a wrong value is a usage error. */
export interface Invocation extends CommandContext {
  readonly terminal: Terminal;
  /** One JSON value on the output instead of text. */
  readonly json: boolean;
  readonly positionals: readonly string[];
  /** The positional argument at an index; `name` is what the usage calls it. */
  required(index: number, name: string): string;
  text(option: string): string | undefined;
  flag(option: string): boolean;
  /** A whole number from 1 on. */
  count(option: string): number | undefined;
  /** One of the choices. */
  choice<Choice extends string>(
    option: string,
    choices: readonly Choice[],
  ): Choice | undefined;
  /** A list separated by commas. */
  list(option: string): readonly string[] | undefined;
}
