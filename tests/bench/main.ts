/**
 * Speed against a plain typed-array loop: `deno task bench`, optionally with `--rows 2000000,10000000`,
 * `--only a,b` and `--rounds 5`. The README beside this file says what is measured and what is not.
 */
import { stopBundler } from "../../runtime/worker/mod.ts";
import { checkAgreement, checkDeviation } from "./agreement.ts";
import { type Choice, type Letter, readChoice } from "./choice.ts";
import { printAggregateCosts, printConstructCosts, printLongWindow } from "./cost_table.ts";
import {
  checkFileAgreement,
  FILE_CASES,
  type FileCase,
  type FileResult,
  runFileCase,
} from "./file_cases.ts";
import { runFlights } from "./flights_case.ts";
import { createMemoryCases, type MemoryCase, runMemoryCase } from "./memory_cases.ts";
import { printTiledWindows } from "./tiled_windows.ts";
import { printDeviation, printFlights, printGrowth, printHead, printRow } from "./table.ts";

async function main(): Promise<void> {
  const choice = readChoice(Deno.args);
  const isChosen = ({ letter }: { readonly letter: string }) =>
    choice.only.includes(letter as Letter);
  try {
    printHead();
    for (const one of createMemoryCases().filter(isChosen)) await runInMemory(one, choice);
    for (const one of FILE_CASES.filter(isChosen)) await runFromFiles(one, choice);
    if (choice.only.includes("f")) printFlights(await runFlights());
    await runCosts(choice);
  } finally {
    await stopBundler();
  }
}

async function runInMemory(one: MemoryCase, { rows, rounds }: Choice): Promise<void> {
  const agreed = await checkAgreement(one);
  for (const count of rows) printRow(one, await runMemoryCase(one, { rows: count, rounds }));
  if (one.letter === "b") printDeviation(checkDeviation(agreed));
}

/** A tenth of the rows is enough for what one row costs. */
async function runCosts({ only, rows, rounds }: Choice): Promise<void> {
  const fewest = Math.min(...rows);
  const costs = { rows: Math.ceil(fewest / 10), rounds };
  if (only.includes("g")) await printAggregateCosts(costs);
  if (only.includes("h")) await printConstructCosts(costs);
  if (only.includes("i")) await printLongWindow({ rows: fewest, rounds });
  if (only.includes("j")) { for (const count of rows) await printTiledWindows({ rows: count }); }
}

async function runFromFiles(one: FileCase, { rows, rounds }: Choice): Promise<void> {
  await checkFileAgreement(one);
  const results: FileResult[] = [];
  for (const count of rows) {
    const result = await runFileCase(one, { rows: count, rounds });
    printRow(one, result);
    results.push(result);
  }
  printGrowth(results);
}

await main();
