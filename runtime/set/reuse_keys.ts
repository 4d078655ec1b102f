/** What makes stored rows and columns the same as computed ones, as one hash each. */
import {
  driversOf,
  identityOf,
  type SetFeature,
  type Source,
  sourceIdentity,
  type Upstream,
} from "../../dsl/mod.ts";
import { hashFiles } from "../source/mod.ts";
import type { SetConfig } from "./config_types.ts";
import { entriesOf } from "./entries.ts";
import { sha256 } from "./load_plugins.ts";
import type { PreparedRun } from "./prepared.ts";
import { storedLogContent } from "./stored_log.ts";

const KEY_VERSION = 2;

export interface ReuseKeys {
  ofColumns(set: SetFeature): string;
  ofRows(set: SetFeature): string;
}

/** Hashes the files below the set once, then keys are cheap. */
export async function reuseKeys(prepared: PreparedRun): Promise<ReuseKeys> {
  const { config, label, bound: { spine }, features } = prepared;
  const streams = features.map(streamOf);
  const sources = [...streams, ...(spine.kind === "table" ? [] : [spine.of])].flatMap(driversOf);
  const contents = new Map<string, unknown>();
  for (const source of sources) {
    const identity = sourceIdentity(source);
    if (!contents.has(identity)) contents.set(identity, await contentOf(config, source));
  }
  const below = (upstream: Upstream) =>
    driversOf(upstream).map((source) => [
      sourceIdentity(source),
      source,
      contents.get(sourceIdentity(source)),
    ]);
  const rows = await spineContent(prepared, below);
  const labelled = label &&
    [label.lookaheadUs, config.label?.nulls, label.feature.id, below(streamOf(label))];
  return {
    ofColumns: (set) =>
      hashOf(
        "columns",
        set.feature.id,
        set.keys,
        below(streamOf(set)),
        rows,
        labelled,
        config.startUs,
        config.endUs,
      ),
    ofRows: (set) =>
      hashOf(
        "rows",
        set.feature.id,
        below(streamOf(set)),
        config.endUs + (label?.lookaheadUs ?? 0),
      ),
  };
}

function hashOf(...parts: readonly unknown[]): string {
  return sha256(JSON.stringify([KEY_VERSION, ...parts]));
}

function streamOf({ feature }: SetFeature): Upstream {
  return { kind: "feature", feature };
}

async function contentOf(config: SetConfig, source: Source): Promise<unknown> {
  const contents = [];
  for (const { config: entry, files } of entriesOf(config, { source })) {
    const { attributes, columns, format, late } = entry;
    const content = entry.kind === "replay" && entry.log !== undefined
      ? await storedLogContent(entry.log, source)
      : entry.kind === "replay" && entry.synthetic
      ? entry.synthetic
      : await hashFiles(files);
    contents.push({ attributes, columns, format, late, content });
  }
  return contents;
}

async function spineContent(
  { config, bound: { spine } }: PreparedRun,
  below: (upstream: Upstream) => unknown,
): Promise<unknown> {
  if (config.spine.kind === "table") {
    return [config.spine, await hashFiles([config.spine.path])];
  }
  if (spine.kind === "table") {
    throw new TypeError("Cannot key a set: its spine is a table without a path");
  }
  const { of } = spine;
  const identity = identityOf(of);
  return [config.spine, identity, spine.pins, below(of)];
}
