/** The help: of the program and of each command. */
import type { Command, CommandEntry, CommandExample, CommandOption } from "./command_spec.ts";
import { COMMON_OPTIONS } from "./invocation.ts";
import { asTyped, PROGRAM } from "./program_name.ts";
import { paint } from "./style.ts";
import type { TextStream } from "./terminal.ts";

const STORY: readonly CommandExample[] = [
  { line: "featurizer demo", tells: "from three million flights to a training set, and a plot" },
  { line: "featurizer check my_plugin.ts", tells: "all mistakes of a plugin, with their places" },
  { line: "featurizer run my_set.yaml", tells: "build the set that a config describes" },
  { line: "featurizer get-data out/my_set.arrow --every-n 100", tells: "look at some of its rows" },
];

const VERSION_OPTION: CommandOption = {
  type: "boolean",
  short: "v",
  tells: "show the version (without a command)",
};

/** Help of the whole program. */
export function programHelp(stream: TextStream, commands: readonly CommandEntry[]): string[] {
  return [
    `${paint(stream, "bold", "featurizer")}: features for machine learning from event streams,`,
    "computed on history for training and live for inference, with the same definitions.",
    "",
    paint(stream, "bold", "Usage"),
    `  ${PROGRAM} <command> [arguments] [options]`,
    "",
    paint(stream, "bold", "Commands"),
    ...twoColumns(commands.map(({ name, summary }) => [name, summary])),
    "",
    paint(stream, "bold", "Options of every command"),
    ...optionLines({ ...COMMON_OPTIONS, version: VERSION_OPTION }),
    "",
    paint(stream, "bold", "A first walk"),
    ...exampleLines(stream, STORY),
    "",
    "Exit codes: 0 well, 1 a mistake in your files, 2 in the command line, 3 the world failed,",
    "70 a mistake in Featurizer, 130 interrupted. NO_COLOR turns colours off.",
    `Help on a command: ${PROGRAM} <command> --help`,
  ];
}

/** Help of one command. */
export function commandHelp(stream: TextStream, command: Command, summary: string): string[] {
  return [
    `${paint(stream, "bold", `featurizer ${command.name}`)}: ${summary}`,
    "",
    paint(stream, "bold", "Usage"),
    `  ${PROGRAM} ${command.name} ${command.usage}`.trimEnd(),
    "",
    ...command.details.split("\n"),
    "",
    paint(stream, "bold", "Options"),
    ...optionLines({ ...command.options, ...COMMON_OPTIONS }),
    "",
    paint(stream, "bold", "Examples"),
    ...exampleLines(stream, command.examples),
  ];
}

function optionLines(options: Readonly<Record<string, CommandOption>>): string[] {
  return twoColumns(
    Object.entries(options).map(([name, { short, value, tells }]) => [
      `${short === undefined ? "    " : `-${short}, `}--${name}${
        value === undefined ? "" : ` ${value}`
      }`,
      tells,
    ]),
  );
}

function exampleLines(stream: TextStream, examples: readonly CommandExample[]): string[] {
  return examples.flatMap(({ line, tells }) => [
    `  ${paint(stream, "dim", `# ${tells}`)}`,
    `  ${asTyped(line)}`,
  ]);
}

function twoColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
