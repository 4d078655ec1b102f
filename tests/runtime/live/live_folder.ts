/** A config, a plugin and a store in a folder of their own, to open a live system from. */
import { join } from "node:path";
import { createSite } from "../../../runtime/engine/mod.ts";
import type { Clock } from "../../../runtime/live/clock.ts";
import type { LiveSystem } from "../../../runtime/live/live_system.ts";
import { openLive, type OpenLiveOptions } from "../../../runtime/live/open_live.ts";
import { loadConfig } from "../../../runtime/set/mod.ts";
import { createDirectLauncher, openSitesInline } from "../../../runtime/worker/mod.ts";

export const SECOND_US = 1_000_000;

/** A clock that stands until the test moves it. */
export class HandClock implements Clock {
  us = 1_000_000 * SECOND_US;

  nowUs(): number {
    return this.us;
  }
}

const PLUGIN = `
  import { plugin } from "featurizer";
  export default plugin("shop")\`
    source orders { card string key, time timestamp time, amount f64 }
    source visits { card string key, time timestamp time, page string }
    feature spend on orders { total = sum(amount) over 10m, n = count() over 10m }
    feature largest on orders { most = max(amount) over ever }
    feature per_visit on visits join spend { page = page, total = spend.total }
  \`;
`;

const FEATURES = { spend: "shop.spend", per_visit: "shop.per_visit", largest: "shop.largest" };
type FeatureName = keyof typeof FEATURES;

export class LiveFolder implements AsyncDisposable {
  readonly path: string;
  readonly clock = new HandClock();

  constructor() {
    this.path = Deno.makeTempDirSync();
    this.changePlugin("", "");
  }

  /** Writes something else in place of a part of the plugin. */
  changePlugin(part: string, other: string): void {
    Deno.writeTextFileSync(join(this.path, "shop.ts"), PLUGIN.replace(part, other));
  }

  /** With the sites in this thread. */
  async open(
    features: readonly FeatureName[],
    options: Partial<OpenLiveOptions> & { readonly spine?: unknown } = {},
  ): Promise<LiveSystem> {
    const { spine, ...more } = options;
    const text = JSON.stringify({
      plugins: ["./shop.ts"],
      data_sources: ["orders", "visits"].map((name) => ({ source: `shop.${name}`, kind: "http" })),
      feature_configs: features.map((name) => ({ name, feature_definition: FEATURES[name] })),
      live: { shards: 2, flush: "1ms" },
      ...(spine ? { spine } : {}),
    });
    const file = join(this.path, "live.yaml");
    Deno.writeTextFileSync(file, text);
    return await openLive({
      config: await loadConfig(file, { purpose: "serve" }),
      launcher: createDirectLauncher(),
      store: join(this.path, "live.db"),
      clock: this.clock,
      openSites: (shards) => (sites, listener) =>
        openSitesInline(sites, { ...listener, partitions: shards, createSite }),
      ...more,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Rows of a series as they come, as plain objects by number. */
export async function collect(
  system: LiveSystem,
  series: string,
  afterRow = 0,
): Promise<
  {
    readonly rows: Map<number, Record<string, unknown>>;
    close(): void;
    atLeast(count: number): Promise<void>;
  }
> {
  const rows = new Map<number, Record<string, unknown>>();
  const info = system.catalog.series.find(({ name }) => name === series)!;
  let wake = () => {};
  const { close } = await system.follow(series, afterRow, {
    onRows: ({ first, time, batch }) => {
      for (let i = 0; i < batch.length; i++) {
        const cells = [...info.keys, ...info.columns].map(({ name, type }, place) => {
          const value = (batch.columns[place] as Float64Array)[i]!;
          return [name, type.kind === "string" ? system.symbols.text(value) : value] as const;
        });
        rows.set(first + i, { at: time[i], ...Object.fromEntries(cells) });
      }
      wake();
    },
    onFailure: (error) => {
      throw error;
    },
  });
  const atLeast = async (count: number) => {
    while (rows.size < count) await new Promise<void>((resolve) => wake = resolve);
  };
  return { rows, close, atLeast };
}

export function pushOf(system: LiveSystem, source: string) {
  return (...rows: readonly Record<string, unknown>[]) => {
    const body = new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join("\n"));
    return system.push(`shop.${source}`, body, { format: "ndjson" });
  };
}
