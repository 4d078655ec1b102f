/** From the words of a command line to an invocation. */
import { PROGRAM } from "./program_name.ts";
import { parseArgs } from "node:util";
import { FeaturizerError } from "../errors.ts";
import type { Command, CommandContext, CommandOption, Invocation } from "./command_spec.ts";
import { USAGE_ERROR } from "./exit_code.ts";
import type { Terminal } from "./terminal.ts";

type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** Options that every command has. */
export const COMMON_OPTIONS: Readonly<Record<string, CommandOption>> = {
  json: { type: "boolean", tells: "print one JSON value instead of text" },
  help: { type: "boolean", short: "h", tells: "show this help" },
};

/** Reads the arguments after the command's name. */
export function createInvocation(
  command: Command,
  args: readonly string[],
  context: CommandContext & { readonly terminal: Terminal },
): Invocation {
  const { values, positionals } = readArguments(command, args);
  const wrong = (option: string, expected: string) =>
    usageError(
      command,
      `Cannot read option "--${option}": expected ${expected}, got ${
        JSON.stringify(values[option])
      }`,
    );
  const text = (option: string) => {
    const value = values[option];
    return typeof value === "string" ? value : undefined;
  };
  return {
    ...context,
    json: values.json === true,
    positionals,
    text,
    flag: (option) => values[option] === true,
    required: (index, name) => {
      const value = positionals[index];
      if (value === undefined) {
        throw usageError(command, `Cannot run "${command.name}": ${name} is missing`);
      }
      return value;
    },
    count: (option) => {
      const value = text(option);
      if (value === undefined) return undefined;
      const count = Number(value.replaceAll("_", ""));
      if (!Number.isSafeInteger(count) || count < 1) throw wrong(option, "a whole number from 1");
      return count;
    },
    choice: (option, choices) => {
      const value = text(option);
      const choice = choices.find((choice) => choice === value);
      if (value !== undefined && choice === undefined) throw wrong(option, choices.join(", "));
      return choice;
    },
    list: (option) => text(option)?.split(",").map((item) => item.trim()).filter(Boolean),
  };
}

/** An error about the command line, with a pointer to the help. */
export function usageError(command: Command | undefined, message: string): FeaturizerError {
  const help = `${PROGRAM} ${command === undefined ? "" : `${command.name} `}--help`;
  return new FeaturizerError(message, { code: USAGE_ERROR, hint: `see ${help}` });
}

function readArguments(
  command: Command,
  args: readonly string[],
): { values: OptionValues; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(([name, { type, short }]) => [
      name,
      { type, ...(short && { short }) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const [reason = ""] = error.message.split(". ");
    throw usageError(command, `Cannot run "${command.name}": ${lowerFirst(reason)}`);
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
