/** Features whose cost is measured, compiled one by one, with the TypeScript functions that they call. */
import { createHash } from "node:crypto";
import { compilePlugins, type Feature } from "../../dsl/mod.ts";
import { describeTemplate } from "../../dsl/plugin.ts";

export const COST_SOURCES = `
  source trades {
    symbol  string     key
    ts      timestamp  time
    price   f64
    amount  f64
    kind    string
    note    string
  }

  source quotes {
    symbol  string     key
    ts      timestamp  time
    price   f64
    amount  f64
  }
`;

interface Mean {
  n: number;
  total: number;
}

/** Without `remove`: its sliding windows are merged from parts. */
const merged = {
  init: (): Mean => ({ n: 0, total: 0 }),
  add(mean: Mean, x: number): Mean {
    mean.n++;
    mean.total += x;
    return mean;
  },
  merge(older: Mean, newer: Mean): Mean {
    older.n += newer.n;
    older.total += newer.total;
    return older;
  },
  result: ({ n, total }: Mean) => n === 0 ? null : total / n,
};

/** What a hole of these features may name. */
const HOLES: Readonly<Record<string, unknown>> = {
  merged,
  removed: {
    ...merged,
    remove(mean: Mean, x: number): Mean {
      mean.n--;
      mean.total -= x;
      return mean;
    },
  },
  half: (x: number) => x / 2,
  running: (state: { total?: number }, { amount }: { readonly amount: number }) => {
    state.total = (state.total ?? 0) + amount;
    return { total: state.total };
  },
};

const HOLE = /\$\{(\w+)\}/;

export interface CostPlan {
  readonly feature: Feature;
  readonly holes: readonly unknown[];
}

/** Compiles `body`, in which the feature `cost` is the one that is wanted; throws if it is wrong. */
export function compileCost(body: string): CostPlan {
  const pieces = `${COST_SOURCES}${body}\n`.split(HOLE);
  const raw = pieces.filter((_, i) => i % 2 === 0);
  const holes = pieces.filter((_, i) => i % 2 === 1).map((name) => HOLES[name]);
  const described = describeTemplate({ name: "cost", raw, holes });
  const text = { ...described, file: "cost.ts", text: pieces.join(""), bundleHash: "" };
  const compilation = compilePlugins([text], {
    hash: (each) => createHash("sha256").update(each).digest("hex"),
  });
  const { feature, diagnostics } = compilation.instantiate({ definition: "cost.cost" });
  const mistakes = [...compilation.diagnostics, ...diagnostics];
  if (feature !== undefined && mistakes.length === 0) return { feature, holes };
  throw new RangeError(`Cannot compile "${body}": ${mistakes.map((each) => each.message)}`);
}
