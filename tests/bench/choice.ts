/** What the command line asks the benchmark for. */
import { parseArgs } from "node:util";

export const LETTERS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] as const;

export type Letter = typeof LETTERS[number];

export interface Choice {
  readonly rows: readonly number[];
  readonly only: readonly Letter[];
  readonly rounds: number;
}

/** Reads the options; throws what to write instead if one is wrong. */
export function readChoice(args: readonly string[]): Choice {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: "string", default: "2000000,10000000" },
      only: { type: "string", default: LETTERS.join(",") },
      rounds: { type: "string", default: "5" },
    },
  });
  return {
    rows: values.rows.split(",").map((text) => readCount("rows", text)),
    only: values.only.split(",").map(readLetter),
    rounds: readCount("rounds", values.rounds),
  };
}

function readLetter(text: string): Letter {
  const letter = LETTERS.find((each) => each === text);
  if (letter !== undefined) return letter;
  throw new RangeError(`Cannot run case "${text}": the cases are ${LETTERS.join(", ")}`);
}

function readCount(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new RangeError(`Cannot read "--${option} ${text}": expected a whole number above zero`);
}
