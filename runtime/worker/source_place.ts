/** From a position in a bundle back to the plugin's own text. */
import { Buffer } from "node:buffer";
import type { SourceMap } from "node:module";
import { resolve } from "node:path";
import process from "node:process";
import { drawPlace, type PlaceInText, showPath } from "./bundle_error.ts";

const MAP_MARK = "//# sourceMappingURL=data:application/json;base64,";
const FRAME_PATTERN = /blob:null\/[-\da-f]+:(\d+):(\d+)/;
const PLUGIN_FILE = "plugin-file:";

/** The bundle without its source map: what a worker needs to run. */
export function withoutSourceMap(code: string): string {
  const start = code.lastIndexOf(MAP_MARK);
  return start < 0 ? code : code.slice(0, start);
}

/** A stack in terms of the plugin's files, and a picture of its innermost place in them. */
export interface MappedStack {
  readonly stack: string;
  readonly frame?: string;
}

/** Translates a guest's stack; frames of the guest runtime and the platform are left out. */
export function mapStack(stack: string, code: string): MappedStack {
  const find = createPlaceFinder(code);
  const lines = stack.split("\n").flatMap((text): MappedLine[] => {
    const position = FRAME_PATTERN.exec(text);
    if (position === null) return text.startsWith("    at ") ? [] : [{ text }];
    const place = find(Number(position[1]), Number(position[2]));
    if (place === undefined) return [];
    const shown = `${showPath(place.file)}:${place.line}:${place.column}`;
    return [{ text: text.replace(FRAME_PATTERN, () => shown), place }];
  });
  const mapped = lines.map(({ text }) => text).join("\n");
  const innermost = lines.find(({ place }) => place !== undefined)?.place;
  return innermost === undefined
    ? { stack: mapped }
    : { stack: mapped, frame: drawPlace(innermost) };
}

interface MappedLine {
  readonly text: string;
  readonly place?: PlaceInText;
}

function createPlaceFinder(
  code: string,
): (line: number, column: number) => PlaceInText | undefined {
  const start = code.lastIndexOf(MAP_MARK);
  if (start < 0) return () => undefined;
  const text = Buffer.from(code.slice(start + MAP_MARK.length), "base64").toString();
  const payload = JSON.parse(text) as SourceMapPayload;
  // Loading this module takes longer than the rest of this area together; most runs never need it.
  const map = new (process.getBuiltinModule("node:module").SourceMap)(payload);
  return (line, column) => {
    const entry = map.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry) || !entry.originalSource.startsWith(PLUGIN_FILE)) {
      return undefined;
    }
    const content = payload.sourcesContent[payload.sources.indexOf(entry.originalSource)] ?? "";
    return {
      file: resolve(entry.originalSource.slice(PLUGIN_FILE.length)),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
      text: content.split("\n")[entry.originalLine] ?? "",
    };
  };
}

type SourceMapPayload = ConstructorParameters<typeof SourceMap>[0];
