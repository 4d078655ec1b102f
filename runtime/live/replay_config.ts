/** A config whose sources are replays: of their files, or of the log of an earlier live system. */
import { FeaturizerError } from "../errors.ts";
import { hasHistory, type ReplaySource, type SetConfig } from "../set/mod.ts";
import { openEventLog } from "../store/mod.ts";
import { speedOf, withSpeed } from "./sources/create_connector.ts";

export interface ReplayOptions {
  /** Such as `60x` or `max`; the config's by default, and `max` for a log. */
  readonly speed?: string;
  /** Path or URL of a store: what its log holds is replayed instead of files. */
  readonly from?: string;
}

/** The config, to be opened with `isBounded`. */
export async function replayConfig(
  config: SetConfig,
  { speed, from }: ReplayOptions,
): Promise<SetConfig> {
  if (from !== undefined) {
    return { ...config, dataSources: await logSources(from, speedOf(speed ?? "max")) };
  }
  const files = config.dataSources.filter(hasHistory);
  const live = config.dataSources.filter(({ source }) =>
    !files.some((file) => file.source === source)
  );
  if (live.length > 0 || files.length === 0) throw noHistory(live.map(({ source }) => source));
  const once = files.map((file) => file.kind === "replay" ? { ...file, loop: false } : file);
  return { ...config, dataSources: speed === undefined ? once : withSpeed(once, speed) };
}

async function logSources(store: string, speed: number): Promise<readonly ReplaySource[]> {
  await using log = await openEventLog(store);
  const names = (await log.ends()).filter(({ last }) => last > 0).map(({ source }) => source);
  if (names.length === 0) throw emptyLog(store);
  return names.map((source) => ({
    kind: "replay",
    source,
    attributes: {},
    columns: {},
    path: [],
    late: "drop",
    speed,
    loop: false,
    shift: false,
    log: store,
  }));
}

function noHistory(sources: readonly string[]): FeaturizerError {
  const state = sources.length > 0
    ? `"${[...new Set(sources)].join('", "')}" ${sources.length > 1 ? "have" : "has"} no files`
    : "it has no data sources";
  return new FeaturizerError(`Cannot replay the config: ${state}`, {
    code: "NO_HISTORY",
    hint: "Give --from STORE to replay what an earlier server stored, or entries with a path.",
  });
}

function emptyLog(store: string): FeaturizerError {
  return new FeaturizerError(`Cannot replay store "${store}": its log has no rows`, {
    code: "NO_HISTORY",
    hint: "Name the store of a server that took rows in.",
  });
}
