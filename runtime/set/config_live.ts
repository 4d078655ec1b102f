/** What a config says about live runs, and what it must say for the run it is read for. */
import type { ConfigFault } from "./config_error.ts";
import type { ConfigDocument } from "./config_schema.ts";
import type {
  ConfigPurpose,
  DataSourceConfig,
  LiveOptions,
  LogRetentionConfig,
} from "./config_types.ts";
import { hasHistory } from "./config_source_types.ts";

export function resolveLive(live: ConfigDocument["live"]): LiveOptions {
  const { interval, rows, retained } = live.checkpoint;
  return {
    flushUs: live.flush,
    flushRows: live.flush_rows,
    checkpoint: { intervalUs: interval, rows, retained },
    shards: live.shards,
    workers: live.workers,
    retainRowsUs: live.retain_rows,
    retainLog: {
      ...retentionOf(live.retain_log),
      sources: Object.fromEntries(
        Object.entries(live.retain_log.sources).map(([name, own]) => [name, retentionOf(own)]),
      ),
    },
    maxSkewUs: live.max_skew,
    servingLog: live.serving_log,
  };
}

function retentionOf(
  { age = Infinity, bytes = Infinity }: { age?: number | undefined; bytes?: number | undefined },
): LogRetentionConfig {
  return { ageUs: age, bytes };
}

/** The one purpose a document is checked for; `either` is `serve` for a document that speaks of live runs. */
export function purposeOf(document: unknown, purpose: ConfigPurpose): "run" | "serve" {
  if (purpose !== "either") return purpose;
  return isLive(document) ? "serve" : "run";
}

function isLive(document: unknown): boolean {
  if (typeof document !== "object" || document === null) return false;
  if ("live" in document) return true;
  return kindsOf(document).some((kind) => kind !== "file");
}

/** The kinds of a document's data sources, whatever else is wrong with it. */
function kindsOf(document: unknown): readonly unknown[] {
  if (typeof document !== "object" || document === null) return [];
  const entries: unknown = "data_sources" in document ? document.data_sources : [];
  if (!Array.isArray(entries)) return [];
  return entries.map((entry: unknown) =>
    typeof entry === "object" && entry !== null && "kind" in entry ? entry.kind : "file"
  );
}

const LIVE_KINDS: readonly unknown[] = ["http", "websocket", "kafka", "tail"];

/** What is wrong with a document for a bounded run if all its sources are live: its missing dates are not the point. */
export function onlyLive(document: unknown): ConfigFault | undefined {
  const kinds = kindsOf(document);
  if (kinds.length === 0 || !kinds.every((kind) => LIVE_KINDS.includes(kind))) return undefined;
  return {
    path: ["data_sources"],
    atKey: true,
    message: `all sources are live (${
      [...new Set(kinds)].join(", ")
    }): there are no files to run over`,
    hint: "Keep the features up to date with `featurizer serve`, or give files: path: …",
  };
}

/** A bounded run reads what lies in files, and nothing else. */
export function checkHistory(sources: readonly DataSourceConfig[], faults: ConfigFault[]): void {
  sources.forEach((entry, index) => {
    if (hasHistory(entry)) return;
    const message = `a source of kind ${entry.kind} has no history that a bounded run could read`;
    const hint = entry.kind === "synthetic"
      ? "Say from when until when: from: 2024-01-01 00:00, until: 2024-01-02 00:00."
      : "Run it with `featurizer serve`, or give files: kind: file, path: …";
    faults.push({ path: ["data_sources", index, "kind"], message, hint });
  });
}
