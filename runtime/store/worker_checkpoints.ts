/** The commands for checkpoints carried out by a worker. */
import type {
  CheckpointCommands,
  CheckpointFilter,
  NumberedServed,
  StoredCheckpoint,
} from "./checkpoint_commands.ts";
import type {
  CheckpointDraft,
  CheckpointInfo,
  ErrorRow,
  RowBlockRecord,
  ServedValue,
} from "./live_store.ts";
import { transferablesOf } from "./transferables.ts";
import { WorkerCaller, type WorkerPlace } from "./worker_caller.ts";

export class WorkerCheckpoints implements CheckpointCommands {
  readonly #caller: WorkerCaller<CheckpointCommands>;

  private constructor(caller: WorkerCaller<CheckpointCommands>) {
    this.#caller = caller;
  }

  static async open(place: WorkerPlace): Promise<WorkerCheckpoints> {
    return new WorkerCheckpoints(await WorkerCaller.open({ ...place, role: "checkpoints" }));
  }

  /** Opens the store, which another has made, when it is first used, or prepared. */
  static late(place: WorkerPlace): WorkerCheckpoints {
    return new WorkerCheckpoints(WorkerCaller.late({ ...place, role: "checkpoints" }));
  }

  commit(draft: CheckpointDraft): Promise<CheckpointInfo> {
    return this.#caller.call("commit", [draft], transferablesOf(draft.states));
  }

  list(filter: CheckpointFilter): Promise<readonly CheckpointInfo[]> {
    return this.#caller.call("list", [filter]);
  }

  load(id: number): Promise<StoredCheckpoint> {
    return this.#caller.call("load", [id]);
  }

  readRows(series: string, afterRow: number): Promise<readonly RowBlockRecord[]> {
    return this.#caller.call("readRows", [series, afterRow]);
  }

  noteServed(values: readonly ServedValue[]): Promise<void> {
    return this.#caller.call("noteServed", [values]);
  }

  readServed(pipeline: string, afterId: number): Promise<readonly NumberedServed[]> {
    return this.#caller.call("readServed", [pipeline, afterId]);
  }

  errors(limit: number): Promise<readonly ErrorRow[]> {
    return this.#caller.call("errors", [limit]);
  }

  storedSeries(): Promise<readonly string[]> {
    return this.#caller.call("storedSeries", []);
  }

  pruneRows(series: string, beforeUs: number): Promise<boolean> {
    return this.#caller.call("pruneRows", [series, beforeUs]);
  }

  prepare(): Promise<void> {
    return this.#caller.start();
  }

  close(): Promise<void> {
    return this.#caller.close();
  }
}
