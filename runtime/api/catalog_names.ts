/** Sources and series by the names that clients use. */
import { didYouMean } from "../../dsl/mod.ts";
import type { LiveCatalog, LiveSeriesInfo, LiveSourceInfo } from "../live/mod.ts";
import { RequestError } from "./problem.ts";

export interface CatalogNames {
  /** By `plugin.source`, or by the source's own name where it is the only one of that name. */
  source(name: string): LiveSourceInfo;
  series(name: string): LiveSeriesInfo;
}

export function createCatalogNames({ sources, series }: LiveCatalog): CatalogNames {
  return {
    source: (name) =>
      sources.find((source) => source.name === name) ?? onlyOne(sources, name) ??
        unknown("source", name, sources),
    series: (name) => series.find((one) => one.name === name) ?? unknown("feature", name, series),
  };
}

function onlyOne(sources: readonly LiveSourceInfo[], name: string): LiveSourceInfo | undefined {
  const same = sources.filter((source) => source.name.split(".").at(-1) === name);
  return same.length === 1 ? same[0] : undefined;
}

function unknown(
  kind: "source" | "feature",
  name: string,
  known: readonly { readonly name: string }[],
): never {
  const names = known.map((one) => one.name);
  const near = didYouMean(name, names);
  const advice = near === undefined ? "" : `, ${near}`;
  throw new RequestError(`Cannot find ${kind} "${name}": it is not served here${advice}`, {
    status: 404,
    code: kind === "source" ? "UNKNOWN_SOURCE" : "UNKNOWN_FEATURE",
    hint: `GET /v1/${kind}s lists them: ${names.slice(0, 20).join(", ") || "there are none"}.`,
  });
}
