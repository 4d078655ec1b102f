/** Case (i): what a row costs in memory while a window of 30 days holds it, against what `explain` tells. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describeState } from "../../dsl/explain_state.ts";
import { compileCost } from "./cost_plan.ts";
import type { CostOptions } from "./cost_cases.ts";
import { runCost } from "./cost_road.ts";
import { costTexts, createCostRows } from "./cost_rows.ts";

export interface LongWindow {
  readonly keys: number;
  readonly bytesPerRow: number;
  readonly nanosecondsPerRow: number;
  /** What `explain` says. */
  readonly told: string;
}

/** The slope keeps the window in plain rings: the others alone would be merged from tiles. */
const BODY = `feature cost on trades {
  n     = count()
  total = sum(price)
  high  = max(price)
  trend = slope(price)
} over 30d`;
/** A million rows a day by 100,000 keys are 300 for a key in 30 days. */
const ROWS_PER_KEY = 300;
const WINDOW_US = 30 * 86_400_000_000;

/** Fills the window once with all rows. */
export async function measureLongWindow({ rows }: CostOptions): Promise<LongWindow> {
  const keys = Math.max(1, Math.round(rows / ROWS_PER_KEY));
  const gapUs = Math.floor(WINDOW_US / rows * 0.95);
  const sources = { trades: createCostRows({ rows, keys, seed: 1, gapUs }) };
  const texts = costTexts(keys);
  const collect = garbageCollector();
  const heldBytes = () => {
    collect();
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  };
  const before = heldBytes();
  let full = NaN;
  const { seconds } = await runCost(BODY, { sources, texts, onFull: () => full = heldBytes() });
  return {
    keys,
    bytesPerRow: (full - before) / rows,
    nanosecondsPerRow: seconds * 1e9 / rows,
    told: describeState(compileCost(BODY).feature).join("; "),
  };
}

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
