/** The sources of a live system, and what pulls rows into them. */
import { type Compilation, driversOf, type SetFeature, type Source } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import { located, type SetConfig } from "../set/mod.ts";
import type { Clock } from "./clock.ts";
import type { ExpectedEntries } from "./intake/open_intake.ts";
import type { Connector } from "./sources/connector.ts";
import { createConnector } from "./sources/create_connector.ts";
import { ReplayClock } from "./sources/replay_clock.ts";

/** The entry of what is pushed. */
const PUSHED = 0;

/** Sources that features read, and those that the config feeds; one of no entry is pushed to. */
export function liveSources(
  { dataSources }: SetConfig,
  features: readonly SetFeature[],
  { plugins }: Compilation,
): readonly Source[] {
  const read = features.flatMap(({ feature }) => driversOf({ kind: "feature", feature }));
  const known = plugins.flatMap(({ sources }): readonly Source[] => sources);
  const fed = known.filter((source) =>
    dataSources.some((entry) => entry.source === nameOf(source))
  );
  const all = new Map([...read, ...fed].map((source) => [nameOf(source), source]));
  return [...all.values()].sort((a, b) => nameOf(a) < nameOf(b) ? -1 : 1);
}

/** A connector for every entry that is not pushed to. */
export function connectorsOf(
  config: SetConfig,
  sources: readonly Source[],
  { symbols, clock }: { readonly symbols: SymbolTable; readonly clock: Clock },
): readonly Connector[] {
  const counts = new Map<string, number>();
  return config.dataSources.flatMap((entry, index) => {
    const source = sources.find((each) => nameOf(each) === entry.source);
    if (!source && entry.kind === "replay" && entry.log !== undefined) return [];
    if (!source) {
      throw located(
        config,
        ["data_sources", index, "source"],
        `there is no source "${entry.source}"`,
      );
    }
    const number = (counts.get(entry.source) ?? 0) + 1;
    counts.set(entry.source, number);
    const replayClock = clock instanceof ReplayClock ? { replayClock: clock } : {};
    const options = { entry: number, ...replayClock };
    return createConnector(entry, { source, symbols }, options) ?? [];
  });
}

/** By source: entries that its watermark waits for. */
export function expectedEntries(
  { dataSources }: SetConfig,
  connectors: readonly Connector[],
): ReadonlyMap<string, ExpectedEntries> {
  const names = new Set(dataSources.map(({ source }) => source));
  return new Map([...names].map((name) => {
    const isPushed = dataSources.some(({ source, kind }) => source === name && kind === "http");
    const own = connectors.filter(({ source }) => source === name);
    const pulled = own.filter(({ hasMoreEntries }) => !hasMoreEntries)
      .map(({ entry, isHistory = false }) => ({ number: entry, isHistory }));
    const known = isPushed ? [{ number: PUSHED, isHistory: false }, ...pulled] : pulled;
    return [name, { known, hasMore: pulled.length < own.length }];
  }));
}

function nameOf({ plugin, name }: Source): string {
  return `${plugin}.${name}`;
}
