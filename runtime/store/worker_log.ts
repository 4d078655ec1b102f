/** The commands of an event log carried out by a worker. */
import type { KeyedRows, LateRow, LogDraft, LogEnd, LogEntry, LogRetention } from "./event_log.ts";
import type { LogCommands } from "./log_commands.ts";
import { WorkerCaller, type WorkerPlace } from "./worker_caller.ts";
import { wholeBuffer } from "./worker_commands.ts";

export class WorkerLog implements LogCommands {
  readonly #caller: WorkerCaller<LogCommands>;

  private constructor(caller: WorkerCaller<LogCommands>) {
    this.#caller = caller;
  }

  static async open(place: WorkerPlace): Promise<WorkerLog> {
    return new WorkerLog(await WorkerCaller.open({ ...place, role: "log" }));
  }

  /** Opens the log, which another has made, when it is first used, or prepared. */
  static late(place: WorkerPlace): WorkerLog {
    return new WorkerLog(WorkerCaller.late({ ...place, role: "log" }));
  }

  append(drafts: readonly LogDraft[]): Promise<readonly (number | undefined)[]> {
    const whole = drafts.map((draft) => ({ ...draft, block: wholeBuffer(draft.block) }));
    return this.#caller.call("append", [whole], whole.map(({ block }) => block.buffer));
  }

  raiseWatermark(source: string, watermarkUs: number): Promise<void> {
    return this.#caller.call("raiseWatermark", [source, watermarkUs]);
  }

  readEntries(source: string, afterPosition: number): Promise<readonly LogEntry[]> {
    return this.#caller.call("readEntries", [source, afterPosition]);
  }

  ends(): Promise<readonly LogEnd[]> {
    return this.#caller.call("ends", []);
  }

  starts(): Promise<ReadonlyMap<string, number>> {
    return this.#caller.call("starts", []);
  }

  excess(source: string, retention: LogRetention): Promise<number> {
    return this.#caller.call("excess", [source, retention]);
  }

  findKey(source: string, idempotencyKey: string): Promise<KeyedRows | undefined> {
    return this.#caller.call("findKey", [source, idempotencyKey]);
  }

  late(source: string | undefined, limit: number): Promise<readonly LateRow[]> {
    return this.#caller.call("late", [source, limit]);
  }

  prune(source: string, beforePosition: number): Promise<boolean> {
    return this.#caller.call("prune", [source, beforePosition]);
  }

  moveWal(): Promise<number> {
    return this.#caller.call("moveWal", []);
  }

  emptyWal(): Promise<void> {
    return this.#caller.call("emptyWal", []);
  }

  prepare(): Promise<void> {
    return this.#caller.start();
  }

  close(): Promise<void> {
    return this.#caller.close();
  }
}
