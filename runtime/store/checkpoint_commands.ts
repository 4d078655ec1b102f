/** What one connection does for checkpoints: plain data in and out, each command atomic. */
import type {
  CheckpointDraft,
  CheckpointInfo,
  ErrorRow,
  RowBlockRecord,
  ServedValue,
} from "./live_store.ts";
import type { StateParts } from "./state_parts.ts";

export interface CheckpointFilter {
  readonly pipeline?: string;
  readonly savepoint?: string;
  readonly limit?: number;
}

export interface StoredState extends StateParts {
  readonly name: string;
}

export interface StoredCheckpoint {
  readonly info: CheckpointInfo;
  readonly states: readonly StoredState[];
}

export interface NumberedServed extends ServedValue {
  readonly id: number;
}

export interface CheckpointCommands {
  commit(draft: CheckpointDraft): Promise<CheckpointInfo>;
  /** Newest first. */
  list(filter: CheckpointFilter): Promise<readonly CheckpointInfo[]>;
  load(id: number): Promise<StoredCheckpoint>;
  /** The next blocks with rows of a larger number, some megabytes of them. */
  readRows(series: string, afterRow: number): Promise<readonly RowBlockRecord[]>;
  noteServed(values: readonly ServedValue[]): Promise<void>;
  /** The next values after an id. */
  readServed(pipeline: string, afterId: number): Promise<readonly NumberedServed[]>;
  errors(limit: number): Promise<readonly ErrorRow[]>;
  storedSeries(): Promise<readonly string[]>;
  /** Forgets some of the blocks that end before; true if there are more. */
  pruneRows(series: string, beforeUs: number): Promise<boolean>;
  /** Connects, where that was not done at once. */
  prepare?(): Promise<void>;
  close(): Promise<void>;
}
