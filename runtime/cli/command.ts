/** The command line: finds the command, runs it, and turns what goes wrong into words and an exit code. */
import manifest from "../../deno.json" with { type: "json" };
import { COMMANDS } from "./commands.ts";
import type { CommandContext, CommandEntry } from "./command_spec.ts";
import { errorLines, errorRecord } from "./error_text.ts";
import { EXIT, exitCodeOf } from "./exit_code.ts";
import { commandHelp, programHelp } from "./help_text.ts";
import { createInvocation, usageError } from "./invocation.ts";
import { openTerminal, printLine, type Terminal } from "./terminal.ts";

export interface CommandLineContext extends CommandContext {
  /** Default: the process's own streams. */
  readonly terminal?: Terminal;
}

/** Runs one command line to its end; never throws, resolves to the exit code. */
export async function runCommand(
  args: readonly string[],
  context: CommandLineContext,
): Promise<number> {
  const terminal = context.terminal ?? openTerminal();
  try {
    return await dispatch(args, { ...context, terminal });
  } catch (error) {
    return fail(args, terminal, context.signal.aborted ? interruption() : error);
  }
}

async function dispatch(
  args: readonly string[],
  context: CommandContext & { readonly terminal: Terminal },
): Promise<number> {
  const { out } = context.terminal;
  const [word, ...rest] = args;
  if (word === "--version" || word === "-v") {
    printLine(out, `featurizer ${manifest.version}`);
    return EXIT.ok;
  }
  if (word === undefined || word === "--help" || word === "-h") {
    for (const line of programHelp(out, COMMANDS)) printLine(out, line);
    return word === undefined ? EXIT.usage : EXIT.ok;
  }
  const [name, own] = word === "help" ? [rest[0], ["--help"]] : [word, rest];
  const entry = await findCommand(name ?? "help");
  const command = await entry.load();
  if (own.includes("--help") || own.includes("-h")) {
    for (const line of commandHelp(out, command, entry.summary)) printLine(out, line);
    return EXIT.ok;
  }
  return await command.run(createInvocation(command, own, context)) ?? EXIT.ok;
}

async function findCommand(name: string): Promise<CommandEntry> {
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry !== undefined) return entry;
  const { didYouMean } = await import("../../dsl/mod.ts");
  const near = didYouMean(name, COMMANDS.map((command) => command.name));
  const advice = near === undefined ? "" : `, ${near}`;
  throw usageError(undefined, `Cannot run "${name}": there is no such command${advice}`);
}

function fail(args: readonly string[], terminal: Terminal, error: unknown): number {
  if (error instanceof Deno.errors.BrokenPipe) return EXIT.ok;
  if (args.includes("--json")) {
    printLine(terminal.out, JSON.stringify({ error: errorRecord(error) }));
  } else {
    for (const line of errorLines(terminal.err, error)) printLine(terminal.err, line);
  }
  return exitCodeOf(error);
}

function interruption(): DOMException {
  return new DOMException("interrupted", "AbortError");
}
