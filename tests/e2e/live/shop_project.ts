/** A small live project: two sources that are pushed to, features of every kind, and seeded events. */
import { join } from "node:path";
import { Random } from "../../support/random.ts";

export const SERIES = ["spending", "minutes", "visits", "basket", "halves", "streak", "record"];

const PLUGIN = `import { plugin } from "featurizer";

const half = (amount: number): number => amount / 2;

const keepBest = (state: { best?: number }, { amount }: { amount: number | null }) => {
  if (amount === null || amount <= (state.best ?? 0)) return null;
  state.best = amount;
  return { best: amount };
};

export default plugin("shop")\`
  source orders {
    customer  string     key
    at        timestamp  time
    amount    f64
    shop      string
  } lateness 1s idle 1h

  source clicks {
    customer  string     key
    at        timestamp  time
    page      string
  } lateness 1s idle 1h unique by customer, at, page within 10s

  feature spending(window = 20s) on orders {
    total   = sum(amount)
    mean    = avg(amount)
    median  = median(amount)
    shops   = count_distinct(shop)
  } over window

  feature minutes on orders {
    total = sum(amount)
    best  = max(amount)
  } over tumbling 10s

  feature visits on clicks {
    pages = collect(page)
  } over session 3s

  feature basket on orders join clicks within 15s {
    amount = amount
    page   = clicks.page
  }

  feature halves on orders {
    half = \${half}(amount) as f64
  }

  feature streak on minutes {
    change = total - prev(total)
    sum    = sum(total) over 1m
  }

  feature record on orders fold \${keepBest} {
    best f64
  }
\`;
`;

const CONFIG = `plugins: [./shop.ts]
data_sources:
  - { source: shop.orders, kind: http }
  - { source: shop.clicks, kind: http }
feature_configs:
${SERIES.map((name) => `  - { feature_definition: shop.${name}, name: ${name} }`).join("\n")}
live:
  flush: 2ms
  checkpoint: { interval: 120ms }
  shards: 3
  serving_log: 1
`;

export async function writeShop(folder: string): Promise<void> {
  await Deno.writeTextFile(join(folder, "shop.ts"), PLUGIN);
  await Deno.writeTextFile(join(folder, "live.yaml"), CONFIG);
}

/** Rows of one request. */
export interface ShopBatch {
  readonly source: "shop.orders" | "shop.clicks";
  readonly key: string;
  readonly body: string;
  /** Times at which values are read after it: about now, and of the past. */
  readonly readAt: readonly string[];
}

const START_MS = Date.UTC(2024, 4, 1, 9);
const CUSTOMERS = 12;
const ROWS_PER_BATCH = 20;

/** The last rows are of the customer "end": when they are out, so is everything before them. */
export function shopBatches(seed: number, count: number): readonly ShopBatch[] {
  const random = new Random(seed);
  const batches: ShopBatch[] = [];
  let now = START_MS;
  for (let i = 0; i < count; i++) {
    const isOrder = random.chance(0.6);
    const lines = Array.from({ length: ROWS_PER_BATCH }, () => {
      now += random.between(0, 120);
      const behind = random.chance(0.02) ? 5000 : random.between(0, 900);
      const at = new Date(now - behind).toISOString();
      const customer = `customer ${random.between(0, CUSTOMERS - 1)}`;
      if (!isOrder) return JSON.stringify({ customer, at, page: `/${random.between(1, 5)}` });
      const amount = random.between(1, 10_000) / 100;
      return JSON.stringify({ customer, at, amount, shop: `shop ${random.between(1, 4)}` });
    });
    const source = isOrder ? "shop.orders" : "shop.clicks";
    const times = i % 12 === 7 ? [now + 500, now - 20_000] : [now + 500];
    const readAt = times.map((ms) => new Date(ms).toISOString());
    batches.push({ source, key: `${seed}-${i}`, body: lines.join("\n"), readAt });
  }
  return [...batches, ...lastBatches(now, seed)];
}

function lastBatches(lastMs: number, seed: number): readonly ShopBatch[] {
  const times = [60_000, 120_000, 180_000].map((ms) => new Date(lastMs + ms).toISOString());
  const customer = "end";
  return [
    ["shop.orders", times.map((at) => ({ customer, at, amount: 1, shop: "end" }))] as const,
    ["shop.clicks", times.map((at) => ({ customer, at, page: "/end" }))] as const,
  ].map(([source, rows]) => ({
    source,
    key: `${seed}-${source}`,
    readAt: [],
    body: rows.map((row) => JSON.stringify(row)).join("\n"),
  }));
}
