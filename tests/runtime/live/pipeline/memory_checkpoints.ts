/** Checkpoints in memory: what a store keeps of them, without a store. */
import type {
  Checkpoint,
  CheckpointDraft,
  CheckpointInfo,
  RowBlockRecord,
} from "../../../../runtime/store/mod.ts";

export class MemoryCheckpoints {
  readonly committed: (Checkpoint & { readonly draft: CheckpointDraft })[] = [];
  readonly #rows: RowBlockRecord[] = [];

  commit(draft: CheckpointDraft): Promise<CheckpointInfo> {
    const { pipeline, identity, shards, createdUs, positions, savepoint } = draft;
    const info = {
      id: this.committed.length + 1,
      pipeline,
      identity,
      shards,
      createdUs,
      positions,
      bytes: 0,
      writtenBytes: 0,
      ...(savepoint === undefined ? {} : { savepoint }),
    };
    this.committed.push({ info, states: structuredClone(draft.states), draft });
    this.#rows.push(...draft.rows);
    return Promise.resolve(info);
  }

  async *rows(series: string, afterRow: number): AsyncGenerator<RowBlockRecord> {
    for (const record of this.#rows) {
      if (record.series === series && record.first + record.count - 1 > afterRow) yield record;
    }
  }
}
