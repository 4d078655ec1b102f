import { plugin } from "featurizer";
import { z } from "zod";

const trade = z.object({
  symbol: z.string(),
  ts: z.date(),
  price: z.number().describe("In dollars."),
  size: z.int(),
});

const spread = {
  init: () => ({ low: Infinity, high: -Infinity }),
  add(state: { low: number; high: number }, x: number) {
    state.low = Math.min(state.low, x);
    state.high = Math.max(state.high, x);
    return state;
  },
  merge: (a: { low: number; high: number }, b: { low: number; high: number }) => ({
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
  }),
  result: ({ low, high }: { low: number; high: number }) => high < low ? null : high - low,
};

export default plugin("typed")`
  source trades ${trade} { symbol key, ts time }

  feature range on trades {
    range = ${spread}(price) as f64 over 1m
  }
`;
