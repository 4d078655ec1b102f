/** Rows as a test writes them: a header line, then one line a row; `3s` is a time, `-` is null. */
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
  const time = /^(-?[\d.]+)s$/.exec(word);
  if (time !== null) return Math.round(Number(time[1]) * 1_000_000);
  const number = Number(word);
  return Number.isNaN(number) ? word : number;
}
