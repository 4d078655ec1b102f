/** What a config says about live runs, and what it must say for the run it is read for. */
import type { ConfigFault } from "./config_error.ts";
import type { ConfigDocument } from "./config_schema.ts";
import type { ConfigPurpose, DataSourceConfig, LiveOptions } from "./config_types.ts";
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
    maxSkewUs: live.max_skew,
    servingLog: live.serving_log,
  };
}

/** The one purpose a document is checked for; `either` is `serve` for a document that speaks of live runs. */
export function purposeOf(document: unknown, purpose: ConfigPurpose): "run" | "serve" {
  if (purpose !== "either") return purpose;
  return isLive(document) ? "serve" : "run";
}

function isLive(document: unknown): boolean {
  if (typeof document !== "object" || document === null) return false;
  if ("live" in document) return true;
  const entries: unknown = "data_sources" in document ? document.data_sources : [];
  return Array.isArray(entries) &&
    entries.some((entry: unknown) =>
      typeof entry === "object" && entry !== null && "kind" in entry && entry.kind !== "file"
    );
}

/** A bounded run reads what lies in files, and nothing else. */
export function checkHistory(sources: readonly DataSourceConfig[], faults: ConfigFault[]): void {
  sources.forEach((entry, index) => {
    if (hasHistory(entry)) return;
    const message = `a source of kind ${entry.kind} has no history that a bounded run could read`;
    const hint = "Run it with `featurizer serve`, or give files: kind: file, path: …";
    faults.push({ path: ["data_sources", index, "kind"], message, hint });
  });
}
