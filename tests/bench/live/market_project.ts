/** A live project of two sources that are pushed to, and what is computed of them. */
import { join } from "node:path";
import type { Column } from "../../../dsl/mod.ts";

/**
 * One row of `tape` a trade, of `matched` a trade with its quote; `bars` has one a key and second. `quoted` is of
 * quotes alone, so nothing is computed of trades.
 */
export type MarketFeature = "tape" | "matched" | "bars" | "quoted";

export interface MarketOptions {
  readonly features: readonly MarketFeature[];
  /** Length of the window of `tape`. */
  readonly window?: string;
  readonly lateness?: string;
  readonly checkpointEvery?: string;
  readonly flush?: string;
}

export const TRADES = "market.trades";
export const QUOTES = "market.quotes";

/** Columns of both sources. */
export const MARKET_COLUMNS: readonly Column[] = [
  { name: "symbol", type: { kind: "string" } },
  { name: "at", type: { kind: "timestamp" } },
  { name: "price", type: { kind: "f64" } },
];

/** What `ServerProcess` starts. */
const CONFIG = "live.yaml";

export async function writeMarket(folder: string, options: MarketOptions): Promise<void> {
  await Deno.writeTextFile(join(folder, "market.ts"), pluginText(options));
  await Deno.writeTextFile(join(folder, CONFIG), configText(options));
}

/** Sources never idle, so that no pause of the machine makes a row late. */
function pluginText({ window = "5s", lateness = "0s" }: MarketOptions): string {
  const sources = ["trades", "quotes"].map((name) =>
    `  source ${name} {
    symbol  string     key
    at      timestamp  time
    price   f64
  } lateness ${lateness} idle 1d
`
  );
  return `import { plugin } from "featurizer";

export default plugin("market")\`
${sources.join("\n")}
  feature tape on trades {
    rows  = count()
    mean  = avg(price)
    top   = max(price)
  } over ${window}

  feature bars on trades {
    rows = count()
    low  = min(price)
    high = max(price)
  } over tumbling 1s

  feature quoted on quotes {
    price = price
  }

  feature matched on trades join quotes within 2s {
    price = price
    quote = quotes.price
  }
\`;
`;
}

function configText(
  { features, checkpointEvery = "10s", flush = "5ms" }: MarketOptions,
): string {
  const configs = features.map((name) =>
    `  - { feature_definition: market.${name}, name: ${name} }\n`
  );
  return `plugins: [./market.ts]
data_sources:
  - { source: ${TRADES}, kind: http }
  - { source: ${QUOTES}, kind: http }
feature_configs:
${configs.join("")}live:
  flush: ${flush}
  retain_rows: 1m
  checkpoint: { interval: ${checkpointEvery}, rows: 1000000000 }
`;
}
