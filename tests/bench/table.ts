/** The lines that the benchmark prints. */
import type { Deviation } from "./agreement.ts";
import type { FileResult } from "./file_cases.ts";
import type { FlightsResult } from "./flights_case.ts";
import type { Compared, Measured } from "./measure.ts";

const WIDTHS = [34, 10, 14, 14, 9, 17, 9, 9, 9];
const MOST_GROWTH = 1.15;
const MOST_MB = 300;
const MOST_FLIGHTS_SECONDS = 8;

export function printHead(): void {
  print([
    "case",
    "rows",
    "plain M/s",
    "engine M/s",
    "ratio",
    "of rounds",
    "CPU s",
    "to plain",
    "peak MB",
  ]);
}

interface Case {
  readonly letter: string;
  readonly title: string;
  readonly targetRatio: number;
}

/** A missed target is marked with "!". */
export function printRow(one: Case, result: Compared & { readonly rows: number }): void {
  const { rows, plain, engine, ratios } = result;
  const perSecond = (seconds: number) => (rows / seconds / 1e6).toFixed(2);
  const ratio = plain.seconds / engine.seconds;
  print([
    `(${one.letter}) ${one.title}`,
    `${rows / 1e6} M`,
    perSecond(plain.seconds),
    perSecond(engine.seconds),
    marked(ratio.toFixed(2), ratio < one.targetRatio),
    ratios.map((each) => each.toFixed(2)).join(" to "),
    engine.cpuSeconds.toFixed(2),
    `${(engine.cpuSeconds / plain.cpuSeconds).toFixed(2)} x`,
    engine.peakMb.toFixed(0),
  ]);
}

export function printDeviation({ rows, largestError, least }: Deviation): void {
  const error = largestError.toExponential(1);
  console.log(
    `    stddev at ${rows} rows: at most ${error} from two passes, the least is ${least}`,
  );
}

/** How the engine's memory grows from the fewest rows to the most. */
export function printGrowth(results: readonly FileResult[]): void {
  const peaks = results.map(({ rows, plain, engine }) => {
    const peak = marked(engine.peakMb.toFixed(0), engine.peakMb >= MOST_MB);
    return `${peak} MB at ${rows / 1e6} M (plain ${plain.peakMb.toFixed(0)})`;
  });
  const sorted = results.toSorted((a, b) => a.rows - b.rows);
  const growth = sorted.at(-1)!.engine.peakMb / sorted[0]!.engine.peakMb;
  const times = `, ${marked(growth.toFixed(2), growth > MOST_GROWTH)} times`;
  console.log(`    peak memory ${peaks.join(", ")}${results.length > 1 ? times : ""}`);
}

export function printFlights(result: FlightsResult): void {
  const seconds = [...result.values()].reduce((sum, each) => sum + each.seconds, 0);
  const parts = [...result].map(([config, each]) => `${config} ${measuredText(each)}`);
  const total = marked(`${seconds.toFixed(1)} s`, seconds >= MOST_FLIGHTS_SECONDS);
  console.log(`(f) flights demo: ${total} (${parts.join("; ")})`);
}

function measuredText({ seconds, cpuSeconds, peakMb }: Measured): string {
  return `${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s, peak ${peakMb.toFixed(0)} MB`;
}

function marked(text: string, isMissed: boolean): string {
  return isMissed ? `${text} !` : text;
}

function print(cells: readonly string[]): void {
  console.log(
    cells.map((cell, place) => place === 0 ? cell.padEnd(34) : cell.padStart(WIDTHS[place]!))
      .join(""),
  );
}
