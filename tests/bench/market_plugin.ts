/** The features that the benchmark computes, compiled. */
import { createHash } from "node:crypto";
import { compilePlugins, type Feature } from "../../dsl/mod.ts";

/** Body of the plugin's template; it has no holes. */
export const MARKET_BODY = `
  source trades {
    symbol  string  key
    ts      timestamp  time
    price   f64
    amount  f64
  }

  source quotes {
    symbol  string  key
    ts      timestamp  time
    bid     f64
    ask     f64
  }

  feature minutes on trades {
    count = count()
    sum   = sum(price)
    min   = min(price)
    max   = max(price)
    avg   = avg(price)
  } over tumbling 1m

  feature recent on trades {
    count  = count()
    sum    = sum(price)
    avg    = avg(price)
    stddev = stddev(price)
  } over 1m

  feature slippage on trades join quotes {
    bps = (price / quotes.ask - 1) * 10_000
  }

  feature middle on quotes {
    price = (bid + ask) / 2
  }
`;

/** The module that a config names. */
export const MARKET_MODULE =
  `import { plugin } from "featurizer";\n\nexport default plugin("market")\`${MARKET_BODY}\`;\n`;

export type MarketFeature = "minutes" | "recent" | "slippage" | "middle";

export function compileMarket(): (name: MarketFeature) => Feature {
  const text = {
    name: "market",
    raw: [MARKET_BODY],
    holes: [],
    file: "market.ts",
    text: MARKET_MODULE,
    bundleHash: "",
  };
  const compilation = compilePlugins([text], {
    hash: (each) => createHash("sha256").update(each).digest("hex"),
  });
  return (name) => {
    const { feature, diagnostics } = compilation.instantiate({ definition: `market.${name}` });
    if (feature) return feature;
    const reasons = [...compilation.diagnostics, ...diagnostics].map(({ message }) => message);
    throw new RangeError(`Cannot compile "${name}": ${reasons.join("; ")}`);
  };
}
