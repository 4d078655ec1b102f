/** Cases (g) and (h): what each aggregate and each construct costs a row. */
import { runCost } from "./cost_road.ts";
import { costTexts, createCostRows } from "./cost_rows.ts";
import type { MarketSources } from "./engine_road.ts";

/** Calls by the name under which the table has them; the window is put behind them. */
export const AGGREGATES: readonly string[] = [
  "count()",
  "sum(price)",
  "avg(price)",
  "min(price)",
  "max(price)",
  "min(note)",
  "first(price)",
  "last(price)",
  "any(price > 100)",
  "all(price > 100)",
  "delta(price)",
  "rate()",
  "stddev(price)",
  "var_pop(price)",
  "covar(price, amount)",
  "corr(price, amount)",
  "skew(price)",
  "kurtosis(price)",
  "slope(price)",
  "drawdown(price)",
  "ewma(price, 1s)",
  "decayed_sum(price, 1s)",
  "median(price)",
  "quantile(price, 0.95)",
  "approx_quantile(price, 0.95)",
  "top(price, 10)",
  "bottom(price, 10)",
  "arg_min(amount, price)",
  "arg_max(amount, price)",
  "first_k(price, 10)",
  "last_k(price, 10)",
  "collect(price)",
  "count_distinct(note)",
  "approx_distinct(note)",
  "top_frequency(note, 10)",
  "top1_ratio(note)",
  "histogram(kind)",
  "entropy(note)",
  "${merged}(price) as f64",
  "${removed}(price) as f64",
];

export const CONSTRUCTS: readonly (readonly [title: string, body: string])[] = [
  ["sliding: count() over 10s", "feature cost on trades { n = count() } over 10s"],
  ["last 1_000", "feature cost on trades { n = sum(price) } over last 1_000"],
  ["where", "feature cost on trades where amount > 50 { n = sum(price) } over 10s"],
  ["excluding current", "feature cost on trades { n = sum(price) } over 10s excluding current"],
  ["ttl", "feature cost on trades { n = sum(price) } over 10s ttl 1m"],
  ["per kind", "feature cost on trades { n = sum(price) per kind } over 10s"],
  ["per kind, top 3", "feature cost on trades { n = sum(price) per kind top 3 by value } over 10s"],
  ["every 1s", "feature cost on trades { n = sum(price) } over 10s every 1s"],
  ["tumbling 1s", "feature cost on trades { n = sum(price) } over tumbling 1s"],
  ["tumbling 1s fill", "feature cost on trades { n = sum(price) } over tumbling 1s fill ttl 1m"],
  ["hopping 10s step 1s", "feature cost on trades { n = sum(price) } over hopping 10s step 1s"],
  ["session 50ms", "feature cost on trades { n = sum(price) } over session 50ms"],
  ["bars of 100 rows", "feature cost on trades { n = sum(price) } over tumbling 100 rows"],
  [
    "bars of a sum",
    "feature cost on trades { n = sum(price) } over tumbling sum(amount) >= 5_000",
  ],
  ["prev, lag", "feature cost on trades { n = price - prev(price) + lag(price, 10) }"],
  ["join, as of", "feature cost on trades join quotes { n = price - quotes.price }"],
  [
    "join between, one pair",
    "feature cost on trades join quotes between -10ms and 0s { n = price - quotes.price }",
  ],
  [
    "union of two",
    "feature a on trades { p = price }\nfeature b on quotes { p = price }\n" +
    "feature cost on union(a, b) { n = p }",
  ],
  ["by another key", "feature cost on trades by kind { n = sum(price) over 100ms }"],
  ["fold", "feature cost on trades fold ${running} { total f64 }"],
  ["function hole", "feature cost on trades { n = ${half}(price) as f64 }"],
  ["price * 2", "feature cost on trades { n = price * 2 }"],
  ["upper", "feature cost on trades { n = upper(note) }"],
  ["extract", 'feature cost on trades { n = extract(note, "n=([0-9]+)") }'],
  ["concat of a number", 'feature cost on trades { n = concat(kind, ":", price) }'],
  ["split, element", 'feature cost on trades { n = split(note, "/")[1] }'],
  ["hour in a zone", 'feature cost on trades { n = hour(ts, "Europe/Berlin") }'],
  ["format_time", 'feature cost on trades { n = format_time(ts, "yyyy-MM-dd HH:mm") }'],
];

export interface CostOptions {
  readonly rows: number;
  readonly rounds: number;
}

const KEYS = 100;
/** So that a window of 10 s has 1,000 rows of each key. */
const GAP_US = 100;
/** A list of the whole window at every row: it is measured on few rows. */
const HEAVY = /^collect/;
const HEAVY_SHARE = 0.1;

/** Nanoseconds a source row, in the fastest round after one that warms up. */
export class CostMeter {
  readonly #options: CostOptions;
  readonly #texts = costTexts(KEYS);
  readonly #sources: MarketSources;
  readonly #few: MarketSources;

  constructor(options: CostOptions) {
    this.#options = options;
    this.#sources = sourcesOf(options.rows);
    this.#few = sourcesOf(Math.ceil(options.rows * HEAVY_SHARE));
  }

  async aggregate(call: string, window: string): Promise<number> {
    const body = `feature cost on trades { n = ${call} over ${window} }`;
    return await this.#measure(body, HEAVY.test(call) ? this.#few : this.#sources);
  }

  async construct(body: string): Promise<number> {
    return await this.#measure(body, this.#sources);
  }

  async #measure(body: string, sources: MarketSources): Promise<number> {
    let least = Infinity;
    const options = { sources, texts: this.#texts };
    await runCost(body, options);
    for (let round = 0; round < this.#options.rounds; round++) {
      least = Math.min(least, (await runCost(body, options)).seconds);
    }
    return least * 1e9 / rowsOf(sources, body);
  }
}

function sourcesOf(rows: number): MarketSources {
  const options = { rows, keys: KEYS, gapUs: GAP_US };
  return {
    trades: createCostRows({ ...options, seed: 1 }),
    quotes: createCostRows({ ...options, seed: 2 }),
  };
}

/** Rows of the sources that are read. */
function rowsOf(sources: MarketSources, body: string): number {
  const read = Object.keys(sources).filter((name) => body.includes(name));
  return read.flatMap((name) => sources[name]!).reduce((sum, { length }) => sum + length, 0);
}
