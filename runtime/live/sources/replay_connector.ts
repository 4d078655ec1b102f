/** Replays files, or a log: their rows in their order, when their times have come on the replay's clock. */
import type { Source } from "../../../dsl/mod.ts";
import { asFlat, type Batch, type ColumnData, copyColumn, sliceColumn } from "../../arrow/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import { type EntryReader, type HistorySource, openEntry } from "../../set/mod.ts";
import { expandPaths } from "../../source/mod.ts";
import type { Connector, ConnectorContext, PulledBatch } from "./connector.ts";
import { type HistoryBlock, type HistoryReader, openLogReader } from "./log_reader.ts";
import { type Patience, persist, pushPatiently } from "./patience.ts";
import { nameOf, pulledColumns, type PulledSource } from "./pulled_source.ts";
import { ReplayClock, type ReplayPlayer } from "./replay_clock.ts";

const BATCH_ROWS = 16_384;
/** The clock may be set anew while rows wait for it, so it is looked at now and then. */
const MOST_WAIT_MS = 1000;

export interface ReplayOptions {
  readonly entry: number;
  readonly patience: Patience;
  /** Shared by the replays of a system; absent: one of its own. */
  readonly clock?: ReplayClock;
}

export function createReplayConnector(
  config: HistorySource,
  pulled: PulledSource,
  options: ReplayOptions,
): Connector {
  const { source } = pulled;
  const speed = config.kind === "replay" ? config.speed : Infinity;
  const timeAt = pulledColumns(source).findIndex(({ name }) => name === source.time);
  if (timeAt < 0 && (speed < Infinity || isMoved(config))) throw computedTime(source);
  return {
    source: nameOf(source),
    kind: config.kind,
    entry: options.entry,
    isHistory: speed === Infinity && !isMoved(config),
    run: (context) => {
      const clock = options.clock ?? new ReplayClock(context.clock, { speed, players: 1 });
      const { entry } = options;
      const player = clock.join({ source: nameOf(source), entry, latenessUs: source.latenessUs });
      return new Replay(config, pulled, { ...options, context, clock, player, timeAt }).run();
    },
  };
}

/** Where a replay stands. */
interface Position {
  /** Rows given on in this round. */
  readonly row: number;
  /** What times are moved by. */
  readonly shiftUs: number;
  /** Least and largest time of the files so far, as written there. */
  readonly firstUs: number | null;
  readonly lastUs: number | null;
}

interface Play extends ReplayOptions {
  readonly context: ConnectorContext;
  readonly clock: ReplayClock;
  readonly player: ReplayPlayer;
  readonly timeAt: number;
}

class Replay {
  readonly #config: HistorySource;
  readonly #pulled: PulledSource;
  readonly #play: Play;
  #position: Position;
  #hasBegun = false;

  constructor(config: HistorySource, pulled: PulledSource, play: Play) {
    this.#config = config;
    this.#pulled = pulled;
    this.#play = play;
    this.#position = this.#lastPosition();
  }

  async run(): Promise<void> {
    const { context, player, patience } = this.#play;
    try {
      await persist(context, patience, async (onSuccess) => {
        this.#position = this.#lastPosition();
        do {
          const before = this.#position.row;
          await this.#playRound(onSuccess);
          if (this.#position.row === 0 && before === 0) break;
        } while (!context.signal.aborted && this.#turn());
        return "ended";
      });
    } finally {
      player.leave();
    }
  }

  #lastPosition(): Position {
    const cursor = this.#play.context.cursorOf(this.#play.entry);
    return cursor === undefined
      ? { row: 0, shiftUs: 0, firstUs: null, lastUs: null }
      : JSON.parse(cursor);
  }

  /** Begins the next round, just behind this one; false if there is none. */
  #turn(): boolean {
    if (this.#config.kind !== "replay" || !this.#config.loop) return false;
    const { shiftUs, firstUs, lastUs } = this.#position;
    const roundUs = firstUs === null || lastUs === null ? 0 : lastUs - firstUs + 1;
    this.#position = { row: 0, shiftUs: shiftUs + roundUs, firstUs: null, lastUs: null };
    return true;
  }

  async #playRound(onSuccess: () => void): Promise<void> {
    const { signal } = this.#play.context;
    const reader = await openHistory(this.#config, this.#pulled);
    onSuccess();
    try {
      let row = 0;
      for (let block; !signal.aborted && (block = await reader.read()) !== undefined;) {
        const skipped = Math.min(block.batch.length, Math.max(0, this.#position.row - row));
        row += block.batch.length;
        if (skipped < block.batch.length) await this.#playBlock(block, skipped);
      }
    } finally {
      await reader.close();
    }
  }

  async #playBlock(block: HistoryBlock, from: number): Promise<void> {
    const { context, clock, player, timeAt, patience } = this.#play;
    const written = timeAt < 0 ? undefined : asFlat(block.batch.columns[timeAt]!);
    await this.#start(written && dueTimes(written, block.decided), from);
    const { shiftUs } = this.#position;
    const times = written?.map((time) => time + shiftUs);
    const due = times && dueTimes(times, block.decided);
    for (let row = from; row < block.batch.length && !context.signal.aborted;) {
      const nextUs = due?.[row] ?? NaN;
      if (!Number.isNaN(nextUs)) player.stand(nextUs);
      await player.turn(context.signal);
      const untilUs = Math.min(clock.targetUs, player.limitUs - 1);
      const end = due === undefined ? block.batch.length : dueEnd(due, row, untilUs);
      if (end > row) {
        await this.#give({ block, written, times, row, end });
        row = end;
      } else {
        await patience.wait(Math.min(MOST_WAIT_MS, clock.msUntil(nextUs)), context.signal);
      }
    }
  }

  /** Before the first row: what times are moved by, and the start of the clock. */
  async #start(times: Times | undefined, from: number): Promise<void> {
    const { context, player } = this.#play;
    if (this.#hasBegun) return;
    const firstUs = times?.subarray(from).find((time) => !Number.isNaN(time)) ?? Infinity;
    if (times && firstUs === Infinity) return;
    const isFirst = context.cursorOf(this.#play.entry) === undefined;
    if (isFirst && this.#config.kind === "replay" && this.#config.shift && firstUs < Infinity) {
      this.#position = { ...this.#position, shiftUs: Math.floor(context.clock.nowUs() - firstUs) };
    }
    this.#hasBegun = true;
    await Promise.race([
      player.ready(firstUs + this.#position.shiftUs),
      aborted(context.signal),
    ]);
  }

  async #give(piece: Piece): Promise<void> {
    const { context, entry, patience, timeAt } = this.#play;
    const { block, written, times, row, end } = piece;
    let { firstUs, lastUs } = this.#position;
    for (let at = row; written !== undefined && at < end; at++) {
      const time = written[at]!;
      if (Number.isNaN(time)) continue;
      if (firstUs === null || time < firstUs) firstUs = time;
      if (lastUs === null || time > lastUs) lastUs = time;
    }
    const { lastUs: reachedUs } = this.#position;
    const position = { ...this.#position, row: this.#position.row + end - row, firstUs, lastUs };
    const isMoved = times !== undefined && position.shiftUs !== 0;
    const columns: ColumnData[] = [...block.batch.columns];
    if (isMoved) columns[timeAt] = times;
    const isPushed = await pushPatiently(context, {
      batch: sliceBatch({ length: block.batch.length, columns }, row, end),
      rejected: block.rejected.filter((each) => each.row >= row && each.row < end)
        .map((each) => ({ ...each, row: each.row - row })),
      entry,
      cursor: JSON.stringify(position),
      ...decidedPart(block, row, end),
      history: { reachedUs: reachedUs === null ? -Infinity : reachedUs + position.shiftUs },
    }, patience);
    if (isPushed) this.#position = position;
  }
}

type Times = ReturnType<typeof asFlat>;

interface Piece {
  readonly block: HistoryBlock;
  /** Times as the file has them. */
  readonly written: Times | undefined;
  /** The same, moved. */
  readonly times: Times | undefined;
  readonly row: number;
  readonly end: number;
}

/** End of the rows from one on whose time has come; a row without a time goes with those before it. */
function dueEnd(times: Times, row: number, targetUs: number): number {
  let end = row;
  while (end < times.length && !(times[end]! > targetUs)) end++;
  return end;
}

/** Rows that were refused once come from any time, and wait for none. */
function dueTimes(times: Times, decided: HistoryBlock["decided"]): Times {
  return decided ? times.map((time, row) => decided.codes[row] === 0 ? time : NaN) : times;
}

/** The watermark goes with the last of the rows that it is of. */
function decidedPart(
  { batch: { length }, decided }: HistoryBlock,
  row: number,
  end: number,
): Pick<PulledBatch, "decided"> {
  if (!decided) return {};
  const watermarkUs = end === length ? decided.watermarkUs : -Infinity;
  return { decided: { codes: decided.codes.slice(row, end), watermarkUs } };
}

function openHistory(config: HistorySource, pulled: PulledSource): Promise<HistoryReader> {
  return config.kind === "replay" && config.log !== undefined
    ? openLogReader(config.log, pulled)
    : openFiles(config, pulled);
}

function openFiles(config: HistorySource, { source, symbols }: PulledSource): Promise<EntryReader> {
  const patterns = typeof config.path === "string" ? [config.path] : config.path;
  const files = patterns.flatMap((pattern) => {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(pattern)) throw remote(pattern);
    return expandPaths(pattern, "/");
  });
  const reads = pulledColumns(source);
  return openEntry({ config, files }, { source, reads }, { symbols, batchRows: BATCH_ROWS });
}

/** Rows in buffers of their own, for a batch belongs to whom it is given. */
function sliceBatch({ length, columns }: Batch, from: number, to: number): Batch {
  if (from === 0 && to === length) return { length, columns };
  return {
    length: to - from,
    columns: columns.map((column) => copyColumn(sliceColumn(column, from, to))),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

function isMoved(config: HistorySource): boolean {
  return config.kind === "replay" && (config.loop || config.shift);
}

function computedTime(source: Source): FeaturizerError {
  return new FeaturizerError(`Cannot replay "${nameOf(source)}" in time: its time is computed`, {
    code: "REPLAY_TIME_COMPUTED",
    hint: "Say speed: max, without loop and shift; then no row waits for its time.",
  });
}

function remote(path: string): FeaturizerError {
  return new FeaturizerError(`Cannot follow "${path}": a server reads files that lie on its disk`, {
    code: "REPLAY_REMOTE",
    hint: "Fetch the file and name its path here; `run` and `replay` take http(s) URLs.",
  });
}
