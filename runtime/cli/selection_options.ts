/** The options by which rows are chosen, shared by the commands that read data. */
import type { CommandOption, Invocation } from "./command_spec.ts";
import { USAGE_ERROR } from "./exit_code.ts";
import { FeaturizerError } from "../errors.ts";
import { parseTime } from "./parse_time.ts";
import type { RowSelection } from "./select_rows.ts";

export const SELECTION_OPTIONS: Readonly<Record<string, CommandOption>> = {
  from: { type: "string", value: "TIME", tells: "rows from this time on, for example 2001-01-02" },
  to: { type: "string", value: "TIME", tells: "rows before this time" },
  where: {
    type: "string",
    value: "C=V",
    tells: "rows whose column C is V; several with commas: airport=ORD,hour=7",
  },
  "every-n": { type: "string", value: "N", tells: "each N-th of these rows" },
};

/** What the options choose; columns and limit are the command's own matter. */
export function readSelection(invocation: Invocation): RowSelection {
  const fromUs = timeOption(invocation, "from");
  const toUs = timeOption(invocation, "to");
  const everyN = invocation.count("every-n");
  return {
    where: (invocation.list("where") ?? []).map(parseCondition),
    ...(fromUs !== undefined && { fromUs }),
    ...(toUs !== undefined && { toUs }),
    ...(everyN !== undefined && { everyN }),
  };
}

function timeOption(invocation: Invocation, option: string): number | undefined {
  const text = invocation.text(option);
  if (text === undefined) return undefined;
  const timeUs = parseTime(text);
  if (timeUs !== undefined) return timeUs;
  throw wrong(option, `expected a time like 2001-01-02 or 2001-01-02T10:00:00, got "${text}"`);
}

function parseCondition(text: string): RowSelection["where"][number] {
  const at = text.indexOf("=");
  if (at < 1) throw wrong("where", `expected column=value, got "${text}"`);
  return { column: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

function wrong(option: string, state: string): FeaturizerError {
  return new FeaturizerError(`Cannot read option "--${option}": ${state}`, { code: USAGE_ERROR });
}
