/** The road of (g) to (i): as that of (a) to (c), but all of it in this thread, so that its time is its cost. */
import type { PhysicalPlan } from "../../dsl/mod.ts";
import { buffersOf, SymbolTable } from "../../runtime/arrow/mod.ts";
import { createSite } from "../../runtime/engine/mod.ts";
import { pump } from "../../runtime/set/pump.ts";
import { SourceFeed } from "../../runtime/set/source_feed.ts";
import { openSitesInline } from "../../runtime/worker/mod.ts";
import { compileCost, type CostPlan } from "./cost_plan.ts";
import { copyBatch, type MarketSources, memoryReader, planRoad } from "./engine_road.ts";

export interface CostRoadOptions {
  readonly sources: MarketSources;
  /** Texts of the codes in the sources. */
  readonly texts: readonly string[];
  /** Called when all rows are through, while the sites still hold their state. */
  readonly onFull?: () => void;
}

export interface RoadCost {
  readonly seconds: number;
  readonly rowsOut: number;
  readonly bytesOut: number;
}

/** Runs the feature `cost` of a plugin's text over the sources once, its rows handed over and dropped. */
export async function runCost(body: string, options: CostRoadOptions): Promise<RoadCost> {
  const compiled = compileCost(body);
  return await runCompiled(compiled, planRoad({ rowsOf: [compiled.feature] }), options);
}

async function runCompiled(
  { holes }: CostPlan,
  plan: PhysicalPlan,
  { sources, texts, onFull = () => {} }: CostRoadOptions,
): Promise<RoadCost> {
  const symbols = new SymbolTable();
  for (const text of texts) symbols.intern(text);
  const batches = plan.sources.map((source) =>
    sources[source.source.name]!.map((batch) => copyBatch(source, batch))
  );
  let rowsOut = 0;
  let bytesOut = 0;
  const begun = performance.now();
  await pump({
    plan,
    partitions: 1,
    symbols,
    endUs: Infinity,
    openSites: async (described, listener) => {
      const sites = await openSitesInline(
        described,
        { ...listener, partitions: 1, createSite, holesOf: () => holes },
      );
      const close = () => {
        onFull();
        return sites.close();
      };
      return { ...sites, close };
    },
    createFeeds: () =>
      Promise.resolve(plan.sources.map((source, place) =>
        new SourceFeed({
          plan: source,
          symbols,
          entries: [memoryReader(batches[place]!.splice(0), source.source.name)],
        })
      )),
    onResult: () => {},
    onRows: (_, { length, columns }) => {
      rowsOut += length;
      for (const { byteLength } of buffersOf({ columns })) bytesOut += byteLength;
    },
    onDropped: () => {},
  });
  return { seconds: (performance.now() - begun) / 1000, rowsOut, bytesOut };
}
