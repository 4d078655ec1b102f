/** Cases (d) and (e): from input files to the result file, each side a process of its own. */
import { join } from "node:path";
import { asFlat, readArrowFields, SymbolTable } from "../../runtime/arrow/mod.ts";
import { openReader } from "../../runtime/source/mod.ts";
import { AGREEMENT_ROWS, compareColumns } from "./agreement.ts";
import { runProgram } from "./child_process.ts";
import { type MarketFiles, type MarketFormat, writeMarket } from "./market_files.ts";
import { compare, type Compared } from "./measure.ts";
import { KeptOutput } from "./output.ts";

export interface FileCase {
  readonly letter: string;
  readonly title: string;
  readonly targetRatio: number;
  readonly format: MarketFormat;
}

export const FILE_CASES: readonly FileCase[] = [
  { letter: "d", title: "Arrow file to Arrow file", targetRatio: 0.45, format: "arrow" },
  { letter: "e", title: "CSV file to Arrow file", targetRatio: 0.45, format: "csv" },
];

export interface FileResult extends Compared {
  readonly rows: number;
}

/** Throws where the results of both sides differ by more than rounding. */
export async function checkFileAgreement(one: FileCase): Promise<void> {
  await withMarket(one, AGREEMENT_ROWS, async (sides) => {
    await sides.runPlain();
    await sides.runEngine();
    const symbols = new SymbolTable();
    const plain = await readResult(sides.plainResult, symbols);
    const engine = await readResult(sides.engineResult, symbols);
    plain.forEach((column, place) => compareColumns(one.letter, column, engine[place]));
  });
}

export function runFileCase(
  one: FileCase,
  { rows, rounds }: { readonly rows: number; readonly rounds: number },
): Promise<FileResult> {
  return withMarket(one, rows, async (sides) => {
    const compared = await compare(sides.runPlain, sides.runEngine, rounds);
    const [plain, engine] = [sides.plainResult, sides.engineResult].map(shapeOf);
    if (plain !== engine) {
      throw new RangeError(`Cannot compare (${one.letter}): ${plain} against ${engine}`);
    }
    return { ...compared, rows };
  });
}

interface Sides {
  readonly plainResult: string;
  readonly engineResult: string;
  readonly runPlain: () => ReturnType<typeof runProgram>;
  readonly runEngine: () => ReturnType<typeof runProgram>;
}

/** The input files are there while `use` runs. */
async function withMarket<Result>(
  { format }: FileCase,
  rows: number,
  use: (sides: Sides) => Promise<Result>,
): Promise<Result> {
  const folder = await Deno.makeTempDir();
  try {
    return await use(sidesOf(folder, await writeMarket(folder, { rows, format })));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function sidesOf(folder: string, { config, trades, quotes }: MarketFiles): Sides {
  const plainResult = join(folder, "plain.arrow");
  const engineResult = join(folder, "engine.arrow");
  return {
    plainResult,
    engineResult,
    runPlain: () => runProgram("tests/bench/plain_files.ts", [trades, quotes, plainResult]),
    runEngine: () => runProgram("runtime/cli/main.ts", ["run", config, "--out", engineResult]),
  };
}

function shapeOf(path: string): string {
  const { fields, rows } = readArrowFields(path);
  return `${rows} rows of ${fields.map(({ name, type }) => `${name} ${type?.kind}`).join(", ")}`;
}

async function readResult(path: string, symbols: SymbolTable): Promise<Float64Array[]> {
  const columns = readArrowFields(path).fields.flatMap(({ name, type }) =>
    type ? [{ name, type, from: name }] : []
  );
  const reader = await openReader({ paths: [path], columns, symbols });
  try {
    const kept = new KeptOutput();
    for (let block = await reader.read(); block; block = await reader.read()) {
      kept.take(block.batch.columns.map(asFlat));
    }
    return kept.columns();
  } finally {
    await reader.close();
  }
}
