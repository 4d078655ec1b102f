/** A checkpoint as the statements of one transaction. */
import type { InStatement } from "@libsql/client";
import { serialize } from "node:v8";
import { type CheckpointBook, dropOld } from "./checkpoint_book.ts";
import type { CheckpointDraft, CheckpointInfo } from "./live_store.ts";
import { liveStatements } from "./live_statements.ts";
import { type NewPage, pagesOf, pageStates } from "./state_pages.ts";

export interface CheckpointCommit {
  readonly statements: readonly InStatement[];
  /** The statement among them that answers the new id. */
  readonly insert: number;
  readonly info: Omit<CheckpointInfo, "id">;
  /** The book once they are committed. */
  bookAfter(id: number): CheckpointBook;
}

export function commitStatements(draft: CheckpointDraft, book: CheckpointBook): CheckpointCommit {
  const paged = pageStates(draft.states, book);
  const manifest = new Uint8Array(serialize(paged.states));
  const info: CheckpointCommit["info"] = {
    pipeline: draft.pipeline,
    identity: draft.identity,
    shards: draft.shards,
    createdUs: draft.createdUs,
    positions: draft.positions,
    bytes: paged.bytes,
    writtenBytes: paged.newPages.reduce((sum, { data }) => sum + data.byteLength, 0) +
      manifest.byteLength,
    ...(draft.savepoint !== undefined && { savepoint: draft.savepoint }),
  };
  const before = book.retained.map((checkpoint) =>
    checkpoint.savepoint === draft.savepoint ? { ...checkpoint, savepoint: undefined } : checkpoint
  );
  const own = { id: Infinity, savepoint: draft.savepoint, pages: pagesOf(paged.states) };
  const dropped = dropOld([...before, own], draft.retained);
  const pages = paged.newPages.map(pageStatement);
  return {
    statements: [
      ...pages,
      ...(draft.savepoint === undefined ? [] : [releaseStatement(draft.savepoint, book)]),
      insertStatement(info, { book, manifest, nextPage: paged.nextPage }),
      ...dropStatements(dropped.ids, dropped.pages),
      ...liveStatements(draft),
    ],
    insert: pages.length + (draft.savepoint === undefined ? 0 : 1),
    info,
    bookAfter: (id) => ({
      pipelineId: book.pipelineId,
      retained: dropped.remaining.map((checkpoint) =>
        checkpoint === own ? { ...own, id } : checkpoint
      ),
      known: paged.known,
      nextPage: paged.nextPage,
    }),
  };
}

function pageStatement({ id, hash, data }: NewPage): InStatement {
  return { sql: "INSERT INTO state_pages VALUES (?, ?, ?)", args: [id, hash, data] };
}

/** The name goes over to the new checkpoint. */
function releaseStatement(savepoint: string, { pipelineId }: CheckpointBook): InStatement {
  return {
    sql: "UPDATE checkpoints SET savepoint = NULL WHERE pipeline_id = ? AND savepoint = ?",
    args: [pipelineId, savepoint],
  };
}

interface Insert {
  readonly book: CheckpointBook;
  readonly manifest: Uint8Array<ArrayBuffer>;
  readonly nextPage: number;
}

function insertStatement(
  info: CheckpointCommit["info"],
  { book, manifest, nextPage }: Insert,
): InStatement {
  return {
    sql: `INSERT INTO checkpoints (pipeline_id, previous, identity, shards, created_us, positions,
        bytes, written_bytes, next_page, savepoint, manifest)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    args: [
      book.pipelineId,
      book.retained.at(-1)?.id ?? 0,
      info.identity,
      info.shards,
      info.createdUs,
      JSON.stringify(info.positions),
      info.bytes,
      info.writtenBytes,
      nextPage,
      info.savepoint ?? null,
      manifest,
    ],
  };
}

function dropStatements(ids: readonly number[], pages: readonly number[]): InStatement[] {
  return [["checkpoints", ids] as const, ["state_pages", pages] as const]
    .filter(([, gone]) => gone.length > 0)
    .map(([table, gone]) => ({
      sql: `DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`,
      args: [JSON.stringify(gone)],
    }));
}
