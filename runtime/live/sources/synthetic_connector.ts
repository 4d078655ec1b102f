/** Rows out of nothing, at a rate: for demonstrations and load. */
import type { SyntheticSource } from "../../set/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import type { Connector, ConnectorContext } from "./connector.ts";
import { type Patience, persist, pushPatiently } from "./patience.ts";
import { nameOf, pulledColumns, type PulledSource } from "./pulled_source.ts";
import { pause } from "./seeded_values.ts";
import { SyntheticRows } from "./synthetic_rows.ts";

const MOST_ROWS = 8192;
/** Rows of so many milliseconds are made together. */
const LEAST_WAIT_MS = 5;
const MOST_WAIT_MS = 1000;

export function createSyntheticConnector(
  config: SyntheticSource,
  pulled: PulledSource,
  { entry, patience }: { readonly entry: number; readonly patience: Patience },
): Connector {
  const { source } = pulled;
  if (!pulledColumns(source).some(({ name }) => name === source.time)) {
    throw new FeaturizerError(`Cannot make rows for "${nameOf(source)}": its time is computed`, {
      code: "SYNTHETIC_TIME_COMPUTED",
      hint: "Give the source a time column that is not computed.",
    });
  }
  const rows = new SyntheticRows(config, pulled);
  return {
    source: nameOf(source),
    kind: config.kind,
    entry,
    run: (context) =>
      persist(context, patience, async (onSuccess) => {
        const schedule = new Schedule(config, context, entry);
        onSuccess();
        while (!context.signal.aborted) {
          const times = schedule.take(context.clock.nowUs());
          if (times.length > 0) {
            const batch = rows.make(schedule.index - times.length, times);
            const { cursor } = schedule;
            await pushPatiently(context, { batch, rejected: [], entry, cursor }, patience);
          }
          if (times.length === MOST_ROWS) continue;
          const untilMs = (schedule.nextUs - context.clock.nowUs()) / 1000;
          const ms = Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, untilMs));
          await patience.wait(ms, context.signal);
        }
        return "ended";
      }),
  };
}

/** When each row is: evenly, or by chance for poisson; after a restart from then on. */
class Schedule {
  /** Of the next row. */
  index = 0;
  nextUs: number;
  readonly #config: SyntheticSource;
  readonly #times = new Float64Array(MOST_ROWS);

  constructor(config: SyntheticSource, { clock, cursorOf }: ConnectorContext, entry: number) {
    this.#config = config;
    this.nextUs = clock.nowUs();
    const cursor = cursorOf(entry);
    if (cursor === undefined) return;
    const { index, nextUs }: { index: number; nextUs: number } = JSON.parse(cursor);
    this.index = index;
    this.nextUs = Math.max(this.nextUs, nextUs);
  }

  get cursor(): string {
    return JSON.stringify({ index: this.index, nextUs: this.nextUs });
  }

  /** Times of the rows that are due, at most a batch of them. */
  take(nowUs: number): Float64Array {
    const { generator, ratePerSecond, seed } = this.#config;
    const gapUs = 1_000_000 / ratePerSecond;
    let count = 0;
    while (count < MOST_ROWS && this.nextUs <= nowUs) {
      this.#times[count++] = Math.floor(this.nextUs);
      this.nextUs += generator === "poisson" ? pause(gapUs, seed, this.index, 0) : gapUs;
      this.index++;
    }
    return this.#times.slice(0, count);
  }
}
