/**
 * Rows of the store's tables as records. The casts are of JSON that this area itself wrote under the same
 * types; columns are held to their types by the tables.
 */
import type { Row } from "@libsql/client";
import { FeaturizerError } from "../errors.ts";
import type {
  Block,
  BlockInfo,
  PluginRecord,
  RunRecord,
  SeriesKind,
  SeriesRecord,
} from "./records.ts";

/** Columns as `SERIES_QUERY` of `series_commands.ts` names them. */
export function seriesOf(row: Row): SeriesRecord {
  return {
    id: integerOf(row.id),
    reuseKey: textOf(row.reuse_key),
    kind: textOf(row.kind) as SeriesKind,
    name: textOf(row.name),
    ...(row.plugin !== null && { plugin: textOf(row.plugin) }),
    ...(row.plugin_version !== null && { pluginVersion: textOf(row.plugin_version) }),
    schema: jsonOf<SeriesRecord["schema"]>(row.schema),
    attributes: jsonOf<SeriesRecord["attributes"]>(row.attributes),
    lineage: jsonOf<SeriesRecord["lineage"]>(row.lineage),
    ...(row.doc !== null && { doc: textOf(row.doc) }),
    tags: jsonOf<SeriesRecord["tags"]>(row.tags),
    createdUs: integerOf(row.created_us),
    completedUs: integerOf(row.completed_us),
    blocks: integerOf(row.blocks),
    rows: integerOf(row.rows),
    bytes: integerOf(row.bytes),
    ...(row.start_us !== null && { startUs: integerOf(row.start_us) }),
    ...(row.end_us !== null && { endUs: integerOf(row.end_us) }),
  };
}

export function blockInfoOf(row: Row): BlockInfo {
  return {
    number: integerOf(row.number),
    startUs: integerOf(row.start_us),
    endUs: integerOf(row.end_us),
    rows: integerOf(row.rows),
    bytes: integerOf(row.bytes),
    statistics: jsonOf<BlockInfo["statistics"]>(row.statistics),
  };
}

export function blockOf(row: Row): Block {
  return { ...blockInfoOf(row), data: blobOf(row.data) };
}

export function blobOf(value: unknown): Uint8Array<ArrayBuffer> {
  if (!(value instanceof ArrayBuffer)) throw damagedRow("a value is no blob");
  return new Uint8Array(value);
}

export function runOf(row: Row): RunRecord {
  return {
    id: integerOf(row.id),
    config: textOf(row.config),
    configHash: textOf(row.config_hash),
    startedUs: integerOf(row.started_us),
    status: textOf(row.status) as RunRecord["status"],
    ...(row.finished_us !== null && { finishedUs: integerOf(row.finished_us) }),
    ...(row.report !== null && {
      report: jsonOf<NonNullable<RunRecord["report"]>>(row.report),
    }),
  };
}

export function pluginOf(row: Row): PluginRecord {
  return {
    name: textOf(row.name),
    version: textOf(row.version),
    file: textOf(row.file),
    recordedUs: integerOf(row.recorded_us),
  };
}

/** Of blobs read at once, unless a single one is larger. */
const READ_BYTES = 4 << 20;

/** How many of the first rows, which tell their `bytes`, are worth reading at once. */
export function countWithin(rows: readonly Row[]): number {
  let total = 0;
  const tooMuch = rows.findIndex(({ bytes }) => (total += integerOf(bytes)) > READ_BYTES);
  return tooMuch < 0 ? rows.length : Math.max(1, tooMuch);
}

export function integerOf(value: unknown): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) {
    throw damagedRow(`${String(value)} is no whole number`);
  }
  return number;
}

export function textOf(value: unknown): string {
  if (typeof value !== "string") throw damagedRow(`${String(value)} is no text`);
  return value;
}

export function jsonOf<Value>(value: unknown): Value {
  const text = textOf(value);
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw damagedRow("a value is no JSON", cause);
  }
}

export function damagedRow(state: string, cause?: unknown): FeaturizerError {
  return new FeaturizerError(`Cannot read a row of the store: ${state}`, {
    code: "STORE_DAMAGED",
    domain: "external",
    cause,
    hint: "Move the store away, a new one is made; or give another path.",
  });
}
