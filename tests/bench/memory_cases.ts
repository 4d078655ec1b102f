/** Cases (a) to (c): from batches in memory, keys coded, to result batches on this thread. */
import type { PhysicalPlan } from "../../dsl/mod.ts";
import { EngineRoad, type MarketSources, planRoad } from "./engine_road.ts";
import { compileMarket } from "./market_plugin.ts";
import { createQuotes, createTrades } from "./market_rows.ts";
import { compare, type Compared, measure } from "./measure.ts";
import { type TakeOutput, TouchedOutput } from "./output.ts";
import { runPlainJoin } from "./plain_join.ts";
import { runPlainSliding } from "./plain_sliding.ts";
import { runPlainTumbling } from "./plain_tumbling.ts";

export interface MemoryCase {
  readonly letter: string;
  readonly title: string;
  readonly targetRatio: number;
  readonly plan: PhysicalPlan;
  /** `rows` is the number of all source rows. */
  createSources(rows: number): MarketSources;
  runPlain(sources: MarketSources, take: TakeOutput): void;
}

const TRADES_SEED = 1;
const QUOTES_SEED = 2;

export function createMemoryCases(): readonly MemoryCase[] {
  const feature = compileMarket();
  const keys = { symbol: { column: "symbol" } };
  const slippage = feature("slippage");
  return [
    {
      letter: "a",
      title: "tumbling 1m by key",
      targetRatio: 0.4,
      plan: planRoad({ rowsOf: [feature("minutes")] }),
      createSources: tradesAlone,
      runPlain: ({ trades = [] }, take) => runPlainTumbling(trades, take),
    },
    {
      letter: "b",
      title: "sliding 1m by key, every row",
      targetRatio: 0.5,
      plan: planRoad({ rowsOf: [feature("recent")] }),
      createSources: tradesAlone,
      runPlain: ({ trades = [] }, take) => runPlainSliding(trades, take),
    },
    {
      letter: "c",
      title: "as-of join and 5s label",
      targetRatio: 0.4,
      plan: planRoad({
        features: [{ name: "slippage", feature: slippage, keys }],
        label: { name: "label", feature: feature("middle"), keys, lookaheadUs: 5_000_000 },
        spine: { kind: "rows", of: { kind: "feature", feature: slippage }, pins: {} },
      }),
      createSources: tradesAndQuotes,
      runPlain: ({ trades = [], quotes = [] }, take) => runPlainJoin(trades, quotes, take),
    },
  ];
}

function tradesAlone(rows: number): MarketSources {
  return { trades: createTrades({ rows, seed: TRADES_SEED, share: 1 }) };
}

export function tradesAndQuotes(rows: number): MarketSources {
  const half = Math.floor(rows / 2);
  return {
    trades: createTrades({ rows: half, seed: TRADES_SEED, share: 0.5 }),
    quotes: createQuotes({ rows: rows - half, seed: QUOTES_SEED, share: 0.5 }),
  };
}

export interface MemoryResult extends Compared {
  readonly rows: number;
}

export async function runMemoryCase(
  one: MemoryCase,
  { rows, rounds }: { readonly rows: number; readonly rounds: number },
): Promise<MemoryResult> {
  const sources = one.createSources(rows);
  const road = new EngineRoad(one.plan, sources);
  const plainOutput = new TouchedOutput();
  const engineOutput = new TouchedOutput();
  const compared = await compare(
    () => measure({ prepare: () => {}, run: () => one.runPlain(sources, plainOutput.take) }),
    () =>
      measure({
        prepare: () => road.prepare(),
        run: (begin) => road.run(engineOutput.take, begin),
      }),
    rounds,
  );
  if (plainOutput.rows !== engineOutput.rows) {
    throw new RangeError(
      `Cannot compare (${one.letter}): ${plainOutput.rows} rows against ${engineOutput.rows}`,
    );
  }
  return { ...compared, rows };
}
