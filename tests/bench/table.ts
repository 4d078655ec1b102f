/** The lines that the benchmark prints. */
import type { Deviation } from "./agreement.ts";
import type { FlightsResult } from "./flights_case.ts";
import type { MemoryCase, MemoryResult } from "./memory_cases.ts";

const WIDTHS = [34, 10, 14, 14, 9, 17, 9, 9];

export function printHead(): void {
  print(["case", "rows", "plain M/s", "engine M/s", "ratio", "of rounds", "CPU s", "peak MB"]);
}

export function printRow(one: MemoryCase, result: MemoryResult): void {
  const { rows, plain, engine, ratios } = result;
  const perSecond = (seconds: number) => (rows / seconds / 1e6).toFixed(2);
  const ratio = plain.seconds / engine.seconds;
  print([
    `(${one.letter}) ${one.title}`,
    `${rows / 1e6} M`,
    perSecond(plain.seconds),
    perSecond(engine.seconds),
    `${ratio.toFixed(2)}${ratio < one.targetRatio ? " !" : ""}`,
    ratios.map((each) => each.toFixed(2)).join(" to "),
    engine.cpuSeconds.toFixed(2),
    result.peakMb.toFixed(0),
  ]);
}

export function printDeviation({ rows, largestError, least }: Deviation): void {
  const error = largestError.toExponential(1);
  console.log(
    `    stddev at ${rows} rows: at most ${error} from two passes, the least is ${least}`,
  );
}

export function printFlights({ seconds }: FlightsResult): void {
  const total = [...seconds.values()].reduce((sum, each) => sum + each, 0);
  const parts = [...seconds].map(([config, each]) => `${config} ${each.toFixed(1)} s`);
  console.log(`(f) flights demo: ${total.toFixed(1)} s (${parts.join(", ")})`);
}

function print(cells: readonly string[]): void {
  console.log(
    cells.map((cell, place) => place === 0 ? cell.padEnd(34) : cell.padStart(WIDTHS[place]!))
      .join(""),
  );
}
