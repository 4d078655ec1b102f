/** The tables of (g) to (i). */
import { AGGREGATES, CONSTRUCTS, CostMeter, type CostOptions } from "./cost_cases.ts";
import { type LongWindow, measureLongWindow } from "./long_window.ts";

const WIDTH = 34;
/** A list that never ends, and a rate without a length. */
const NEVER_EVER = /^(collect|rate)/;

/** (g): each aggregate over about 1,000 rows of each of 100 keys, and over all of them. */
export async function printAggregateCosts(options: CostOptions): Promise<void> {
  console.log(`(g) aggregates, ${options.rows / 1e6} M rows, ns a row and times count()`);
  print(["", "over 10s", "x count()", "over ever", "x count()"]);
  const meter = new CostMeter(options);
  let counts: readonly number[] | undefined;
  for (const call of AGGREGATES) {
    const sliding = await meter.aggregate(call, "10s");
    const ever = NEVER_EVER.test(call) ? NaN : await meter.aggregate(call, "ever");
    counts ??= [sliding, ever];
    print([call, ...cells(sliding, counts[0]!), ...cells(ever, counts[1]!)]);
  }
}

/** (h): windows, clauses, joins, functions. */
export async function printConstructCosts(options: CostOptions): Promise<void> {
  console.log(`(h) constructs, ${options.rows / 1e6} M rows of each source, ns a row`);
  print(["", "ns a row", "x the first"]);
  const meter = new CostMeter(options);
  let first: number | undefined;
  for (const [title, body] of CONSTRUCTS) {
    const cost = await meter.construct(body);
    first ??= cost;
    print([title, ...cells(cost, first)]);
  }
}

/** (i): 30 days of rows in plain rings. */
export async function printLongWindow(options: CostOptions): Promise<void> {
  const result: LongWindow = await measureLongWindow(options);
  console.log(
    `(i) 30d of ${options.rows / 1e6} M rows by ${result.keys} keys: ` +
      `${result.bytesPerRow.toFixed(1)} bytes a row measured; ` +
      `explain says ${result.told}; ${result.nanosecondsPerRow.toFixed(0)} ns a row`,
  );
}

function cells(cost: number, base: number): string[] {
  return Number.isNaN(cost) ? ["-", "-"] : [cost.toFixed(0), (cost / base).toFixed(1)];
}

function print([title = "", ...rest]: readonly string[]): void {
  console.log(title.padEnd(WIDTH) + rest.map((cell) => cell.padStart(12)).join(""));
}
