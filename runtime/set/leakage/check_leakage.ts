/**
 * Proves for one config that no value depends on what comes after it: the rows that a run admits are recorded,
 * and at sampled times fed again with another future. Up to that time the set must be the same to the bit.
 *
 * Labels look ahead, so they are tried as what they are: values of their feature, at the time they look at.
 */
import type { SourcePlan } from "../../../dsl/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import { formatTimestamp } from "../../arrow/mod.ts";
import { cellReader } from "../cases/case_rows.ts";
import { wordOf } from "../cases/case_cells.ts";
import {
  type CollectedRows,
  type CollectedRun,
  type CollectOptions,
  collectRun,
  streamRun,
} from "../collect_run.ts";
import { openFiles } from "../feeds.ts";
import type { PreparedRun } from "../prepared.ts";
import { firstDifference, type RowPlace, type RunDifference } from "./compare_runs.ts";
import { type FutureKind, withOtherFuture } from "./other_future.ts";
import { readRecorded, type RecordedRows, SourceRecorder } from "./recorded_rows.ts";
import { SeededRandom } from "./seeded_random.ts";

export interface LeakageOptions extends Pick<CollectOptions, "launcher" | "signal"> {
  /** How many times are sampled; each is tried with rows changed after it and with none. */
  readonly times: number;
  readonly seed: number;
  /** Most rows that are read of each source. */
  readonly rows: number;
  onProgress?(done: number, of: number): void;
}

/** A value that another future changed. */
export interface Leak {
  /** Number of the set's row, from 1. */
  readonly row: number;
  /** Its keys and time, as `name value`. */
  readonly at: readonly string[];
  /** Absent if the row as a whole is there with one future only. */
  readonly column?: string;
  readonly expected: string;
  readonly actual: string;
}

/** One time with one other future. */
export interface LeakageTrial {
  readonly time: string;
  readonly future: FutureKind;
  /** Rows of the set up to the time, as far as they agree. */
  readonly rows: number;
  readonly leak?: Leak;
  /** Why nothing could be compared: the other rows made an error. */
  readonly failed?: string;
}

export interface LeakageReport {
  readonly seed: number;
  /** Rows that were read and admitted, by `plugin.source`. */
  readonly sourceRows: Readonly<Record<string, number>>;
  /** The sources have more rows than were read. */
  readonly cut: boolean;
  readonly trials: readonly LeakageTrial[];
  /** The set is another row by row and over partitions, with the same rows: a function keeps state. */
  readonly unstable?: Leak;
}

/** More rows of the set are not looked at. */
const MOST_SET_ROWS = 1_000_000;
const BLOCK_ROWS = 65_536;
/** Batches and partitions of the second look at the same rows. */
const OTHERWISE = { blockRows: 997, partitions: 2 } as const;

/** Looks for values that depend on what comes after them. */
export async function checkLeakage(
  prepared: PreparedRun,
  options: LeakageOptions,
): Promise<LeakageReport> {
  const whole = withoutLabel(prepared);
  const { sources, isCut, untilUs } = await recordRun(whole, options);
  const report = {
    seed: options.seed,
    sourceRows: Object.fromEntries(
      sources.map(({ source, time }) => [`${source.plugin}.${source.name}`, time.length]),
    ),
    cut: isCut,
  };
  const trial = new Trial({ ...whole, config: { ...whole.config, endUs: untilUs } }, options);
  const base = await trial.run(sources);
  const again = firstDifference(base, await trial.run(sources, OTHERWISE), untilUs);
  return {
    ...report,
    ...(again.difference && { unstable: trial.describe(base, again.difference) }),
    trials: await tryFutures(trial, { run: base, sources, untilUs }, options),
  };
}

/** Like `checkLeakage`, of a recorded run without a label that is known to be the same in other batches. */
export function tryOtherFutures(
  prepared: PreparedRun,
  recording: RecordedRun,
  options: LeakageOptions,
): Promise<readonly LeakageTrial[]> {
  return tryFutures(new Trial(prepared, options), recording, options);
}

async function tryFutures(
  trial: Trial,
  { run, sources, untilUs }: RecordedRun,
  options: LeakageOptions,
): Promise<readonly LeakageTrial[]> {
  const cuts = sampleTimes(sources, { ...options, fromUs: trial.startUs, untilUs });
  const trials: LeakageTrial[] = [];
  const random = new SeededRandom(options.seed);
  for (const cutUs of cuts) {
    for (const kind of ["changed", "removed"] as const) {
      const others = sources.map((source) => withOtherFuture(source, { cutUs, kind, random }));
      trials.push({
        time: formatTimestamp(cutUs),
        future: kind,
        ...await trial.compare(run, others, cutUs),
      });
      options.onProgress?.(trials.length, 2 * cuts.length);
    }
  }
  return trials;
}

/** Every feature as a column of the set, the label's among them. */
export function withoutLabel(prepared: PreparedRun): PreparedRun {
  const { label: _label, ...config } = prepared.config;
  return { ...prepared, config, label: undefined };
}

export interface Recording {
  /** Absent if the run was ended at a limit of its set. */
  readonly run?: CollectedRun;
  readonly sources: readonly RecordedRows[];
  readonly isCut: boolean;
  /** Neither rows of sources nor of the set are missing before it. */
  readonly untilUs: number;
}

export type RecordedRun = Pick<Recording, "sources" | "untilUs"> & { readonly run: CollectedRun };

/** Runs the config on its files and records what is admitted, up to the limits. */
export async function recordRun(
  prepared: PreparedRun,
  options: Pick<LeakageOptions, "launcher" | "signal" | "rows">,
): Promise<Recording> {
  const recorders = new Map<SourcePlan, SourceRecorder>();
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, ...(options.signal ? [options.signal] : [])]);
  const blocks: CollectedRows[] = [];
  let run: CollectedRun | undefined;
  let setRows = 0;
  let lastUs = Infinity;
  try {
    const summary = await streamRun(prepared, {
      launcher: options.launcher,
      partitions: 1,
      signal,
      openReaders: async (source, { entries, symbols }) => {
        const recorder = new SourceRecorder(source, entries.length, options.rows);
        recorders.set(source, recorder);
        const blocks = Math.ceil(options.rows / BLOCK_ROWS);
        const open = openFiles(Math.ceil(options.rows / blocks));
        const readers = await open(source, { entries, symbols });
        return readers.map((reader, entry) => recorder.record(reader, entry));
      },
      onDelivered: (source, entry, rows) => recorders.get(source)?.deliver(entry, rows),
    }, (rows) => {
      if (enough.signal.aborted) return;
      blocks.push(rows);
      setRows += rows.length;
      if (setRows <= MOST_SET_ROWS) return;
      lastUs = rows.time[rows.length - 1]!;
      enough.abort();
    });
    run = { ...summary, blocks };
  } catch (error) {
    if (!enough.signal.aborted || options.signal?.aborted) throw error;
  }
  const all = [...recorders.values()];
  return {
    ...(run && { run }),
    sources: all.map((recorder) => recorder.finish()),
    isCut: lastUs < Infinity || all.some((recorder) => recorder.isCut),
    untilUs: Math.min(
      prepared.config.endUs,
      lastUs,
      ...all.map((recorder) => recorder.completeUntilUs),
    ),
  };
}

/** Times of rows, at random and ascending, each once. */
function sampleTimes(
  sources: readonly RecordedRows[],
  { times, seed, fromUs, untilUs }: {
    readonly times: number;
    readonly seed: number;
    readonly fromUs: number;
    readonly untilUs: number;
  },
): readonly number[] {
  const random = new SeededRandom(seed);
  const candidates = sources.map(({ time }) => time.filter((at) => at >= fromUs && at < untilUs))
    .filter(({ length }) => length > 0);
  const chosen = new Set<number>();
  // A few more draws than times, as some repeat; few rows have few times.
  for (let draw = 0; candidates.length > 0 && draw < 4 * times && chosen.size < times; draw++) {
    const of = candidates[draw % candidates.length]!;
    chosen.add(of[Math.floor(random.next() * of.length)]!);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Runs of one config on recorded rows. */
class Trial {
  readonly #prepared: PreparedRun;
  readonly #options: LeakageOptions;

  constructor(prepared: PreparedRun, options: LeakageOptions) {
    this.#prepared = prepared;
    this.#options = options;
  }

  get startUs(): number {
    return this.#prepared.config.startUs;
  }

  async run(
    sources: readonly RecordedRows[],
    { blockRows, partitions } = { blockRows: BLOCK_ROWS, partitions: 1 },
  ): Promise<CollectedRun> {
    const { launcher, signal } = this.#options;
    return await collectRun(this.#prepared, {
      launcher,
      partitions,
      ...(signal ? { signal } : {}),
      openReaders: ({ source }) => {
        const rows = sources.find((recorded) =>
          recorded.source.plugin === source.plugin && recorded.source.name === source.name &&
          recorded.source.selection === source.selection
        )!;
        return Promise.resolve([readRecorded(rows, blockRows)]);
      },
    });
  }

  /** Tries other rows; they may hold what a function or an expression refuses, which says nothing. */
  async compare(
    base: CollectedRun,
    others: readonly RecordedRows[],
    untilUs: number,
  ): Promise<Pick<LeakageTrial, "rows" | "leak" | "failed">> {
    try {
      const { rows, difference } = firstDifference(base, await this.run(others), untilUs);
      return { rows, ...(difference && { leak: this.describe(base, difference) }) };
    } catch (error) {
      if (!(error instanceof FeaturizerError) || error.domain !== "user") throw error;
      return { rows: 0, failed: error.message };
    }
  }

  describe({ columns }: CollectedRun, difference: RunDifference): Leak {
    const { row, column, left, right } = difference;
    const { bound, symbols } = this.#prepared;
    const cell = (at: number, { block, row }: RowPlace) =>
      wordOf(cellReader(columns[at]!, symbols)(block.columns[at]!, row), columns[at]!.type);
    const shown = (left ?? right)!;
    const at = columns.slice(0, bound.columns.length + 1)
      .map(({ name }, place) => `${name} ${cell(place, shown)}`);
    const of = columns[column];
    if (of === undefined || left === undefined || right === undefined) {
      const [expected, actual] = left ? ["a row", "no row"] : ["no row", "a row"];
      return { row: row + 1, at, expected: expected!, actual: actual! };
    }
    return {
      row: row + 1,
      at,
      column: of.name,
      expected: cell(column, left),
      actual: cell(column, right),
    };
  }
}
