/**
 * What the next commit of a pipeline must know of the ones before: which pages there are, and which checkpoints
 * refer to them. It is as the database is; after a failed commit it is read again.
 */
import { deserialize } from "node:v8";
import type { Connection } from "./connection.ts";
import { blobOf, integerOf } from "./rows.ts";
import { type KnownParts, knownParts, type PagedState, pagesOf } from "./state_pages.ts";

export interface RetainedCheckpoint {
  readonly id: number;
  readonly savepoint: string | undefined;
  /** Numbers of all its pages. */
  readonly pages: readonly number[];
}

export interface CheckpointBook {
  readonly pipelineId: number;
  /** Oldest first. */
  readonly retained: readonly RetainedCheckpoint[];
  /** Of the newest checkpoint. */
  readonly known: KnownParts;
  readonly nextPage: number;
}

/** Page numbers of a pipeline begin at its id times this. */
const PAGES_A_PIPELINE = 2 ** 40;

export async function loadBook(connection: Connection, pipeline: string): Promise<CheckpointBook> {
  await connection.run({
    sql: "INSERT OR IGNORE INTO pipelines (name) VALUES (?)",
    args: [pipeline],
  });
  const { rows: [found] } = await connection.run({
    sql: "SELECT id FROM pipelines WHERE name = ?",
    args: [pipeline],
  });
  const pipelineId = integerOf(found?.id);
  const { rows } = await connection.run({
    sql: `SELECT id, savepoint, next_page, manifest FROM checkpoints
      WHERE pipeline_id = ? ORDER BY id`,
    args: [pipelineId],
  });
  const newest = rows.at(-1);
  const states = newest ? readManifest(newest.manifest) : [];
  return {
    pipelineId,
    retained: rows.map(({ id, savepoint, manifest }) => ({
      id: integerOf(id),
      savepoint: typeof savepoint === "string" ? savepoint : undefined,
      pages: pagesOf(readManifest(manifest)),
    })),
    known: knownParts(states, await readHashes(connection, pagesOf(states))),
    nextPage: newest ? integerOf(newest.next_page) : pipelineId * PAGES_A_PIPELINE,
  };
}

/** The cast is of what `commit` serialized. */
export function readManifest(stored: unknown): readonly PagedState[] {
  return deserialize(blobOf(stored)) as readonly PagedState[];
}

async function readHashes(
  connection: Connection,
  pages: readonly number[],
): Promise<Map<number, Uint8Array<ArrayBuffer>>> {
  const { rows } = await connection.run({
    sql: "SELECT id, hash FROM state_pages WHERE id IN (SELECT value FROM json_each(?))",
    args: [JSON.stringify(pages)],
  });
  return new Map(rows.map(({ id, hash }) => [integerOf(id), blobOf(hash)]));
}

/** What a commit drops from the book, and the pages that nothing refers to after. */
export interface Dropped {
  readonly ids: readonly number[];
  readonly pages: readonly number[];
  readonly remaining: readonly RetainedCheckpoint[];
}

/** Keeps savepoints and the newest others. */
export function dropOld(retained: readonly RetainedCheckpoint[], most: number): Dropped {
  const ordinary = retained.filter(({ savepoint }) => savepoint === undefined);
  const ids = ordinary.slice(0, Math.max(0, ordinary.length - most)).map(({ id }) => id);
  const remaining = [...retained];
  const pages: number[] = [];
  for (const id of ids) {
    const place = remaining.findIndex((checkpoint) => checkpoint.id === id);
    const [gone] = remaining.splice(place, 1);
    // Checkpoints that refer to a page follow each other: its neighbours tell whether another one does.
    const needed = new Set([
      ...remaining[place - 1]?.pages ?? [],
      ...remaining[place]?.pages ?? [],
    ]);
    for (const page of gone?.pages ?? []) if (!needed.has(page)) pages.push(page);
  }
  return { ids, pages, remaining };
}
