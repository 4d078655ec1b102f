/** Checkpoints, read. */
import type { InValue, Row } from "@libsql/client";
import { FeaturizerError } from "../errors.ts";
import { readManifest } from "./checkpoint_book.ts";
import type { CheckpointFilter, StoredCheckpoint } from "./checkpoint_commands.ts";
import type { Connection } from "./connection.ts";
import { timeOf } from "./live_numbers.ts";
import type { CheckpointInfo } from "./live_store.ts";
import { blobOf, damagedRow, integerOf, jsonOf, textOf } from "./rows.ts";
import { PAGE_BYTES, type PagedBytes } from "./state_pages.ts";

/** Pages of one answer of the database: 8 MB. */
const PAGES_A_READ = 128;

const COLUMNS = `checkpoints.id AS id, name, identity, shards, created_us, positions, bytes,
  written_bytes, savepoint`;

export async function listCheckpoints(
  connection: Connection,
  { pipeline, savepoint, limit }: CheckpointFilter,
): Promise<readonly CheckpointInfo[]> {
  const conditions = ["TRUE"];
  const args: InValue[] = [];
  if (pipeline !== undefined) {
    conditions.push("name = ?");
    args.push(pipeline);
  }
  if (savepoint !== undefined) {
    conditions.push("savepoint = ?");
    args.push(savepoint);
  }
  const { rows } = await connection.run({
    sql: `SELECT ${COLUMNS} FROM checkpoints JOIN pipelines ON pipelines.id = pipeline_id
      WHERE ${conditions.join(" AND ")} ORDER BY checkpoints.id DESC LIMIT ?`,
    args: [...args, limit ?? -1],
  });
  return rows.map(infoOf);
}

export async function loadCheckpoint(
  connection: Connection,
  id: number,
): Promise<StoredCheckpoint> {
  const { rows: [row] } = await connection.run({
    sql: `SELECT ${COLUMNS}, manifest FROM checkpoints
      JOIN pipelines ON pipelines.id = pipeline_id WHERE checkpoints.id = ?`,
    args: [id],
  });
  if (!row) throw lostCheckpoint(connection, id);
  const reads: PageRead[] = [];
  const room = (paged: PagedBytes): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(paged.bytes);
    paged.pages.forEach((page, i) => reads.push({ page, bytes, offset: i * PAGE_BYTES }));
    return bytes;
  };
  const states = readManifest(row.manifest).map(({ name, skeleton, parts }) => ({
    name,
    skeleton: room(skeleton),
    parts: parts.map((part) => ({ path: part.path, type: part.type, bytes: room(part) })),
  }));
  if (!await readPages(connection, reads)) {
    const isThere = (await listCheckpoints(connection, {})).some((info) => info.id === id);
    throw isThere
      ? damagedRow("pages of a checkpoint are missing")
      : lostCheckpoint(connection, id);
  }
  return { info: infoOf(row), states };
}

interface PageRead {
  readonly page: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offset: number;
}

/** False if one is missing: a commit may have dropped it since its checkpoint was found. */
async function readPages(connection: Connection, reads: PageRead[]): Promise<boolean> {
  reads.sort((left, right) => left.page - right.page);
  for (let from = 0; from < reads.length; from += PAGES_A_READ) {
    const some = reads.slice(from, from + PAGES_A_READ);
    const { rows } = await connection.run({
      sql: `SELECT data FROM state_pages WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
      args: [JSON.stringify(some.map(({ page }) => page))],
    });
    if (rows.length !== some.length) return false;
    some.forEach(({ bytes, offset }, i) => bytes.set(blobOf(rows[i]?.data), offset));
  }
  return true;
}

function infoOf(row: Row): CheckpointInfo {
  return {
    id: integerOf(row.id),
    pipeline: textOf(row.name),
    identity: textOf(row.identity),
    shards: integerOf(row.shards),
    createdUs: timeOf(row.created_us),
    positions: jsonOf<CheckpointInfo["positions"]>(row.positions),
    bytes: integerOf(row.bytes),
    writtenBytes: integerOf(row.written_bytes),
    ...(row.savepoint !== null && { savepoint: textOf(row.savepoint) }),
  };
}

function lostCheckpoint(connection: Connection, id: number): FeaturizerError {
  return new FeaturizerError(
    `Cannot load checkpoint ${id} of store "${connection.name}": it is not there`,
    {
      code: "CHECKPOINT_LOST",
      domain: "external",
      hint: "A newer one has taken its place; load the newest, or a savepoint.",
    },
  );
}
