/**
 * Rows as a test writes them: a header line, then one line a row; `3s` is a time, `-` is null,
 * `[1,2]` a list, `{"a":1}` a struct, `map[["a",1]]` a map, `12n` an integer beyond 2^53 - 1.
 */
import type { Cells, Value } from "../oracle/value.ts";

export function rowsFrom(text: string): readonly Cells[] {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const [header = "", ...rows] = lines;
  const names = header.split(/\s+/);
  return rows.map((line) => {
    const words = line.split(/\s+/);
    if (words.length !== names.length) {
      throw new RangeError(`Cannot read the row "${line}": the header has ${names.length} columns`);
    }
    return Object.fromEntries(names.map((name, i) => [name, valueFrom(words[i] ?? "-")]));
  });
}

function valueFrom(word: string): Value {
  if (word === "-") return null;
  if (word === "true" || word === "false") return word === "true";
  if (word.startsWith("map[")) return new Map(JSON.parse(word.slice(3)));
  if (/^[[{"]/.test(word)) return JSON.parse(word);
  if (/^-?\d+n$/.test(word)) return BigInt(word.slice(0, -1));
  const time = /^(-?[\d.]+)s$/.exec(word);
  if (time !== null) return Math.round(Number(time[1]) * 1_000_000);
  const number = Number(word);
  return Number.isNaN(number) ? word : number;
}
