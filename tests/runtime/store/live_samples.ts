/** Small drafts for logs and checkpoints, and stores in a folder or on a server that go away with the test. */
import { join } from "node:path";
import {
  type CheckpointDraft,
  type CheckpointStore,
  type EventLog,
  type LateRow,
  type LogDraft,
  openCheckpointStore,
  openEventLog,
  type StoreOptions,
} from "../../../runtime/store/mod.ts";
import { serveHrana } from "./hrana_server.ts";

/** `count` rows of `source` from position `first`; the block tells the position. */
export function logDraft(
  first: number,
  more: Partial<LogDraft> & { count?: number } = {},
): LogDraft {
  const { count = 10, ...rest } = more;
  return {
    source: "p.s",
    first,
    last: first + count - 1,
    startUs: first,
    endUs: first + count,
    arrivedUs: first * 10,
    watermarkUs: first - 5,
    block: new Uint8Array(64).fill(first),
    admitted: count,
    late: 0,
    malformed: 0,
    future: 0,
    entry: 0,
    lateRows: [],
    ...rest,
  };
}

export function lateRow(position: number, more: Partial<LateRow> = {}): LateRow {
  return {
    source: "p.s",
    position,
    timeUs: 3,
    arrivedUs: 7,
    reason: "late",
    detail: "before 5",
    ...more,
  };
}

export function checkpointDraft(more: Partial<CheckpointDraft> = {}): CheckpointDraft {
  return {
    pipeline: "p",
    identity: "plan 1",
    shards: 2,
    createdUs: 1,
    positions: { "p.s": 10 },
    states: new Map(),
    rows: [],
    errors: [],
    retained: 2,
    ...more,
  };
}

/** Where a test opens its stores. */
export interface Place extends AsyncDisposable {
  readonly location: string;
  log(options?: StoreOptions): Promise<EventLog>;
  checkpoints(options?: StoreOptions): Promise<CheckpointStore>;
}

export type PlaceKind = "worker" | "caller" | "server";

export async function openPlace(kind: PlaceKind): Promise<Place> {
  const folder = await Deno.makeTempDir();
  const server = kind === "server" ? serveHrana() : undefined;
  const location = server?.url ?? join(folder, "deep", "store.db");
  const thread = kind === "server" ? {} : { thread: kind };
  return {
    location,
    log: (options) => openEventLog(location, { ...thread, ...options }),
    checkpoints: (options) => openCheckpointStore(location, { ...thread, ...options }),
    [Symbol.asyncDispose]: async () => {
      await server?.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
