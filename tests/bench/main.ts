/**
 * Speed against a plain typed-array loop: `deno task bench`, optionally with `--rows 2000000,10000000`,
 * `--only a,b` and `--rounds 5`. The README beside this file says what is measured and what is not.
 */
import { parseArgs } from "node:util";
import { stopBundler } from "../../runtime/worker/mod.ts";
import { checkAgreement, checkDeviation } from "./agreement.ts";
import { runFlights } from "./flights_case.ts";
import { createMemoryCases, type MemoryCase, runMemoryCase } from "./memory_cases.ts";
import { printDeviation, printFlights, printHead, printRow } from "./table.ts";

interface Choice {
  readonly rows: readonly number[];
  readonly only: readonly string[];
  readonly rounds: number;
}

async function main(): Promise<void> {
  const choice = readChoice();
  try {
    printHead();
    for (const one of createMemoryCases()) {
      if (choice.only.includes(one.letter)) await runOne(one, choice);
    }
    if (choice.only.includes("f")) printFlights(await runFlights());
  } finally {
    await stopBundler();
  }
}

function readChoice(): Choice {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      rows: { type: "string", default: "2000000,10000000" },
      only: { type: "string", default: "a,b,c,f" },
      rounds: { type: "string", default: "5" },
    },
  });
  return {
    rows: values.rows.split(",").map(Number),
    only: values.only.split(","),
    rounds: Number(values.rounds),
  };
}

async function runOne(one: MemoryCase, { rows, rounds }: Choice): Promise<void> {
  const agreed = await checkAgreement(one);
  for (const count of rows) printRow(one, await runMemoryCase(one, { rows: count, rounds }));
  if (one.letter === "b") printDeviation(checkDeviation(agreed));
}

await main();
