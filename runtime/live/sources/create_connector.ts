/** A connector for each kind of data source. */
import { FeaturizerError } from "../../errors.ts";
import { type DataSourceConfig, parseSpeed } from "../../set/mod.ts";
import type { Clock } from "../clock.ts";
import type { Connector } from "./connector.ts";
import { createKafkaConnector } from "./kafka_connector.ts";
import { type Patience, SYSTEM_PATIENCE } from "./patience.ts";
import type { PulledSource } from "./pulled_source.ts";
import { ReplayClock } from "./replay_clock.ts";
import { createReplayConnector } from "./replay_connector.ts";
import { createSyntheticConnector } from "./synthetic_connector.ts";
import { createTailConnector } from "./tail_connector.ts";
import { createWebSocketConnector } from "./websocket_connector.ts";

export interface ConnectorOptions {
  /** Number of the `data_sources` entry among those of its source, from 1; 0 is what is pushed over HTTP. */
  readonly entry: number;
  /** The clock of the system where it is a replay. */
  readonly replayClock?: ReplayClock;
  readonly patience?: Patience;
}

/** The connector of an entry; undefined where rows are pushed to us. Throws what is wrong with it for this source. */
export function createConnector(
  config: DataSourceConfig,
  pulled: PulledSource,
  { entry, replayClock, patience = SYSTEM_PATIENCE }: ConnectorOptions,
): Connector | undefined {
  const options = { entry, patience };
  switch (config.kind) {
    case "http":
      return undefined;
    case "websocket":
      return createWebSocketConnector(config, pulled, options);
    case "kafka":
      return createKafkaConnector(config, pulled, options);
    case "tail":
      return createTailConnector(config, pulled, options);
    case "file":
    case "replay": {
      const clock = replayClock === undefined ? {} : { clock: replayClock };
      return createReplayConnector(config, pulled, { ...options, ...clock });
    }
    case "synthetic":
      return createSyntheticConnector(config, pulled, options);
  }
}

/** The clock of a system that only replays, all at one speed; undefined for any other, whose clock is the wall's. */
export function openReplayClock(
  sources: readonly DataSourceConfig[],
  wall: Clock,
): ReplayClock | undefined {
  const speeds = new Set<number | undefined>();
  for (const source of sources) {
    const isPlain = source.kind === "replay" && !source.shift;
    speeds.add(isPlain ? source.speed : source.kind === "file" ? Infinity : undefined);
  }
  const [speed] = speeds;
  if (speeds.size !== 1 || speed === undefined) return undefined;
  return new ReplayClock(wall, { speed, players: sources.length });
}

/** The sources with every file a replay at a speed such as `60x` or `max`. */
export function withSpeed(
  sources: readonly DataSourceConfig[],
  speed: string,
): readonly DataSourceConfig[] {
  const factor = speedOf(speed);
  if (!sources.some(({ kind }) => kind === "file" || kind === "replay")) {
    throw new FeaturizerError(`Cannot replay at "${speed}": no source is a file or a replay`, {
      code: "NOTHING_TO_REPLAY",
      hint: "Leave out --speed; rows that are pushed or pulled come at their own speed.",
    });
  }
  return sources.map((source) => {
    if (source.kind === "file") {
      return { ...source, kind: "replay", speed: factor, loop: false, shift: false };
    }
    return source.kind === "replay" ? { ...source, speed: factor } : source;
  });
}

/** `60x` is 60, `max` is Infinity. */
export function speedOf(text: string): number {
  const factor = parseSpeed(text);
  if (factor !== undefined) return factor;
  throw new FeaturizerError(`Cannot replay at "${text}": it is no speed`, {
    code: "BAD_SPEED",
    hint: "Speeds are like 1x, 60x or max.",
  });
}
