/** Paths, attributes and column mappings of config entries, made canonical. */
import { resolve } from "node:path";
import type { TimeUnit } from "../arrow/mod.ts";
import type { ColumnMapping } from "./config_types.ts";
import type { DocumentPath, YamlText } from "./yaml_text.ts";

/** A path of the config made absolute; URLs and other schemes stay as they are. */
export function resolvePath(path: string, folder: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(path) ? path : resolve(folder, path);
}

/** Texts of attributes as written: `007` stays `007`. */
export function resolveAttributes(
  attributes: Readonly<Record<string, string | number | boolean>>,
  path: DocumentPath,
  yaml: YamlText,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === "string" ? value : writtenText(yaml, [...path, name], value),
    ]),
  );
}

function writtenText(yaml: YamlText, path: DocumentPath, value: number | boolean): string {
  const { start, end } = yaml.valueSpan(path);
  const written = yaml.text.slice(start, end);
  return /^[\w.+-]+$/.test(written) ? written : String(value);
}

/** Column mappings without the keys that are not given. */
export function resolveColumns(
  columns: Readonly<Record<string, { from?: string | undefined; unit?: TimeUnit | undefined }>>,
): Readonly<Record<string, ColumnMapping>> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, { from, unit }]) => [
      name,
      { ...(from !== undefined && { from }), ...(unit !== undefined && { unit }) },
    ]),
  );
}
