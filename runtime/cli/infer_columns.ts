/** Column types of text files, taken from their first rows. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { Column, ValueType } from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { parseTime } from "./parse_time.ts";

const SAMPLE_ROWS = 1000;

/** The columns of a CSV or NDJSON file: numbers, truths, times, else text. */
export async function inferTextColumns(
  path: string,
  format: "csv" | "ndjson",
): Promise<readonly Column[]> {
  const lines = await readLines(path, SAMPLE_ROWS + 1);
  const samples = format === "csv" ? csvSamples(lines) : ndjsonSamples(path, lines);
  return [...samples].map(([name, values]) => ({ name, type: typeOf(values) }));
}

async function readLines(path: string, limit: number): Promise<string[]> {
  const file = createReadStream(path);
  const input = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line !== "") lines.push(line);
      if (lines.length >= limit) break;
    }
  } finally {
    file.destroy();
  }
  return lines;
}

function csvSamples([head = "", ...lines]: readonly string[]): Map<string, string[]> {
  const names = splitCsvLine(head.replace(/^\ufeff/, ""));
  const rows = lines.map(splitCsvLine).filter((row) => row.length === names.length);
  return new Map(names.map((name, index) => [name, rows.map((row) => row[index] ?? "")]));
}

function splitCsvLine(line: string): string[] {
  const cells = line.match(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g) ?? [];
  return cells.map((cell, index) => {
    const text = index === 0 ? cell : cell.slice(1);
    return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
  });
}

function ndjsonSamples(path: string, lines: readonly string[]): Map<string, string[]> {
  const samples = new Map<string, string[]>();
  for (const [index, line] of lines.entries()) {
    for (const [name, value] of Object.entries(parseObject(path, line, index + 1))) {
      const values = samples.get(name) ?? [];
      values.push(value === null || typeof value === "object" ? "" : String(value));
      samples.set(name, values);
    }
  }
  return samples;
}

function parseObject(path: string, line: string, row: number): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new FeaturizerError(`Cannot read row ${row} of "${path}": it is no JSON object`, {
    code: "MALFORMED_ROW",
    hint: "each line of NDJSON is one object",
  });
}

function typeOf(values: readonly string[]): ValueType {
  const present = values.filter((value) => value !== "");
  if (present.length === 0) return { kind: "string" };
  if (present.every((value) => Number.isFinite(Number(value)))) return { kind: "f64" };
  if (present.every((value) => value === "true" || value === "false")) return { kind: "bool" };
  const isTime = (value: string) =>
    /^\d{4}-\d\d-\d\d/.test(value) && parseTime(value) !== undefined;
  return present.every(isTime) ? { kind: "timestamp" } : { kind: "string" };
}
