/** Problems of a config, shown where they stand in its text. */
import { FeaturizerError } from "../errors.ts";
import type { SetConfig } from "./config_types.ts";
import { drawFrame, placeOf } from "./text_frame.ts";
import { type DocumentPath, parseYaml, type TextSpan, type YamlText } from "./yaml_text.ts";

/** One thing that is wrong, before it has a place in the text. */
export interface ConfigFault {
  readonly path: DocumentPath;
  /** Point at the key instead of the value. */
  readonly atKey?: boolean;
  readonly message: string;
  readonly hint?: string;
}

export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
  readonly frame: string;
}

/** Everything that is wrong with one config; `frame` shows all problems. */
export class ConfigError extends FeaturizerError {
  override readonly name: string = "ConfigError";
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[], cause?: unknown) {
    const [first] = problems;
    const state = problems.length === 1 && first !== undefined
      ? `${first.message} at line ${first.line}, column ${first.column}`
      : `${problems.length} problems`;
    super(`Cannot use config "${file}": ${state}`, {
      code: "CONFIG_INVALID",
      cause,
      hint: problems.length === 1 && first?.hint !== undefined ? first.hint : DEFAULT_HINT,
      frame: drawProblems(file, problems),
    });
    this.file = file;
    this.problems = problems;
  }
}

const DEFAULT_HINT = "Correct the marked places and run again.";

/** An error at a part of a config that parsed, for what only later steps can know. */
export function located(
  config: Pick<SetConfig, "file" | "text">,
  path: DocumentPath,
  message: string,
  hint?: string,
): ConfigError {
  const fault = { path, message, ...(hint === undefined ? {} : { hint }) };
  return new ConfigError(config.file, [placeFault(parseYaml(config.text), fault)]);
}

export function placeFault(yaml: YamlText, fault: ConfigFault): ConfigProblem {
  const span = fault.atKey ? yaml.keySpan(fault.path) : yaml.valueSpan(fault.path);
  return placeProblem(yaml.text, span, fault);
}

export function placeProblem(
  text: string,
  span: TextSpan,
  { message, hint }: { readonly message: string; readonly hint?: string },
): ConfigProblem {
  return {
    ...placeOf(text, span.start),
    message,
    ...(hint === undefined ? {} : { hint }),
    frame: drawFrame(text, span),
  };
}

/** The hint of a single problem is the error's own and is not repeated here. */
function drawProblems(file: string, problems: readonly ConfigProblem[]): string {
  return problems.map(({ line, column, message, frame, hint }) => {
    const lines = [`${file}:${line}:${column}: ${message}`, frame.replace(/^/gm, "  ")];
    if (hint !== undefined && problems.length > 1) lines.push(`  ${hint}`);
    return lines.join("\n");
  }).join("\n\n");
}
