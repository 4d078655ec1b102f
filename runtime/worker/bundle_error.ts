/** Bundler failures as errors of the plugin's author. */
import { relative } from "node:path";
import type { BuildFailure, Message } from "esbuild";
import { FeaturizerError } from "../errors.ts";

/** Longer lines are cut around the place. */
const SHOWN_WIDTH = 120;

/** The failure with the place in the plugin's text; what is no build failure becomes its cause. */
export function toBundleError(plugin: string, error: unknown): FeaturizerError {
  const shown = showPath(plugin);
  if (!isBuildFailure(error) || error.errors[0] === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    return new FeaturizerError(`Cannot bundle "${shown}": ${message}`, {
      code: "BUNDLER_FAILED",
      domain: "external",
      cause: error,
    });
  }
  return new FeaturizerError(`Cannot bundle "${shown}": ${describe(error.errors[0])}`, {
    code: "PLUGIN_NOT_BUNDLED",
    hint:
      "A plugin is one TypeScript module; it may import npm packages and files of its own project.",
    frame: error.errors.map(drawFrame).join("\n"),
    cause: error,
  });
}

/** A path as the user would write it: relative inside the working folder, else absolute. */
export function showPath(path: string): string {
  const inside = relative(Deno.cwd(), path);
  return inside === "" || inside.startsWith("..") ? path : inside;
}

/** Three lines: the place, the text of the line, a caret. */
export function drawPlace(place: PlaceInText): string {
  const { file, line, column, text } = place;
  const gutter = `${line} | `;
  const start = column > SHOWN_WIDTH ? column - SHOWN_WIDTH / 2 : 0;
  const caret = " ".repeat(gutter.length + column - 1 - start) + "^";
  const shown = text.slice(start, start + SHOWN_WIDTH);
  return `${showPath(file)}:${line}:${column}\n${gutter}${shown}\n${caret}`;
}

/** Line and column count from 1. */
export interface PlaceInText {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The whole line. */
  readonly text: string;
}

function describe({ id, text }: Message): string {
  return id === "direct-eval" ? "a plugin cannot use eval" : text;
}

function drawFrame(message: Message): string {
  const { location } = message;
  if (location === null) return describe(message);
  const { file, line, column, lineText } = location;
  const path = file.replace(/^plugin-file:/, "");
  return `${drawPlace({ file: path, line, column: column + 1, text: lineText })} ${
    describe(message)
  }`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}
