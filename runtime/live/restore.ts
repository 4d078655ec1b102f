/** What a live system goes on from: checkpoints of its pipelines, and the symbols that their states speak of. */
import type { SymbolsState, SymbolTable } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type { Checkpoint, CheckpointInfo, CheckpointStore } from "../store/mod.ts";
import type { HostState } from "./pipeline/checkpoints.ts";
import type { PlannedPipeline } from "./planned_pipeline.ts";

export interface RestoreOptions {
  /** Makes everything again from the log. */
  readonly fromHistory: boolean;
  readonly savepoint: string | undefined;
}

/** The checkpoints to go on from, one of a pipeline at most. */
export async function storedCheckpoints(
  store: CheckpointStore,
  { fromHistory, savepoint }: RestoreOptions,
): Promise<readonly CheckpointInfo[]> {
  if (fromHistory) return [];
  const all = await store.list();
  const wanted = savepoint === undefined
    ? all
    : all.filter((checkpoint) => checkpoint.savepoint === savepoint);
  if (savepoint !== undefined && wanted.length === 0) throw unknownSavepoint(savepoint, all);
  const pipelines = new Set(wanted.map(({ pipeline }) => pipeline));
  // Lists are newest first.
  return [...pipelines].map((name) => wanted.find(({ pipeline }) => pipeline === name)!);
}

/**
 * Loads checkpoints and takes up the symbols of the store's newest one, of whatever pipeline and even where none is
 * loaded: as every run goes on with those, it has the symbols of all the others, which may be gone on from later.
 */
export async function loadCheckpoints(
  store: CheckpointStore,
  infos: readonly CheckpointInfo[],
  symbols: SymbolTable,
): Promise<ReadonlyMap<string, Checkpoint>> {
  const loaded = new Map<string, Checkpoint>();
  const [newest] = await store.list();
  if (newest && !infos.some(({ id }) => id === newest.id)) {
    symbols.restore(symbolsIn(await store.load(newest.id)));
  }
  for (const info of infos) loaded.set(info.pipeline, await store.load(info.id));
  const tables = [...loaded.values()].map(symbolsIn)
    .sort((a, b) => b.ends.length - a.ends.length);
  for (const table of tables) symbols.restore(table);
  return loaded;
}

/** Refuses pipelines that would go on, or begin, behind rows that are in the log no longer. */
export function requireKept(
  pipelines: readonly PlannedPipeline[],
  starts: ReadonlyMap<string, number>,
  { acceptPruned }: { readonly acceptPruned: boolean },
): void {
  for (const { name, plan, checkpoint } of pipelines) {
    if (!checkpoint && acceptPruned) continue;
    for (const { source } of plan.sources) {
      const full = `${source.plugin}.${source.name}`;
      const next = (checkpoint?.positions[full] ?? 0) + 1;
      const first = starts.get(full) ?? 1;
      if (first > next) throw logPruned(name, { source: full, first, next });
    }
  }
}

function logPruned(
  what: string,
  { source, first, next }: {
    readonly source: string;
    readonly first: number;
    readonly next: number;
  },
): FeaturizerError {
  const begins = next === 1 ? "from the start" : `on from row ${next}`;
  return new FeaturizerError(
    `Cannot compute "${what}" ${begins} of "${source}": its log begins at row ${first}`,
    {
      code: "LOG_PRUNED",
      hint: next === 1
        ? "Start with --accept-pruned to begin with the rows that are kept; retain_log says how many are."
        : "Start with --from-history --accept-pruned to make it again from the rows that are kept.",
    },
  );
}

function symbolsIn({ states }: Checkpoint): SymbolsState {
  return states.get("symbols") as SymbolsState;
}

/** By source, the watermark up to which some pipeline has gone: the clock may have moved it, not a row. */
export function watermarksIn(
  checkpoints: ReadonlyMap<string, Checkpoint>,
): ReadonlyMap<string, number> {
  const watermarks = new Map<string, number>();
  for (const { states } of checkpoints.values()) {
    const { sources } = states.get("host") as HostState;
    for (const [name, { watermarkUs }] of sources) {
      watermarks.set(name, Math.max(watermarkUs, watermarks.get(name) ?? -Infinity));
    }
  }
  return watermarks;
}

function unknownSavepoint(name: string, all: readonly CheckpointInfo[]): FeaturizerError {
  const names = new Set(all.flatMap(({ savepoint }) => savepoint ?? []));
  return new FeaturizerError(`Cannot start from savepoint "${name}": there is none of that name`, {
    code: "SAVEPOINT_NOT_FOUND",
    hint: names.size === 0
      ? "Take one with `featurizer savepoint NAME` while the system runs."
      : `There are ${[...names].sort().join(", ")}.`,
  });
}
