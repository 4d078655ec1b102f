/** An intake over a source of trades, whose clock is driven by hand, and what it published. */
import { type Source } from "../../../../dsl/mod.ts";
import { asFlat, SymbolTable } from "../../../../runtime/arrow/mod.ts";
import { createSite } from "../../../../runtime/engine/mod.ts";
import { type IntakeOptions, openIntake } from "../../../../runtime/live/intake/open_intake.ts";
import type { BatchReceipt, LiveIntake, PushBatch } from "../../../../runtime/live/live_intake.ts";
import type { PublishedRows } from "../../../../runtime/live/pipeline/source_tail.ts";
import type { EventLog } from "../../../../runtime/store/mod.ts";
import { openSitesInline } from "../../../../runtime/worker/mod.ts";
import { HandClock } from "../sources/hand_clock.ts";
import { tradesSource } from "../sources/recorded_intake.ts";

export const SECOND = 1_000_000;
export const NAME = "feed.trades";
export const START_US = 1000 * SECOND;

/** A row: its key, its time in seconds, its price. */
export type Trade = readonly [key: string | null, seconds: number | null, price?: number];

export class IntakeCase {
  readonly clock = new HandClock(START_US);
  readonly symbols = new SymbolTable();
  readonly published: PublishedRows[] = [];
  /** In seconds. */
  readonly watermarks: number[] = [];
  readonly source: Source;
  readonly log: EventLog;

  constructor(log: EventLog, source: Partial<Source> = {}) {
    this.log = log;
    this.source = tradesSource(source);
  }

  open(options: Partial<IntakeOptions> = {}): Promise<LiveIntake> {
    return openIntake({
      sources: [this.source],
      symbols: this.symbols,
      log: this.log,
      clock: this.clock,
      openSites: (sites, listener) =>
        openSitesInline(sites, { ...listener, partitions: 1, createSite, holesOf: () => [] }),
      listener: {
        onAdmitted: ({ source: _, ...rows }) => this.published.push(rows),
        onWatermark: (_, us) => this.watermarks.push(us / SECOND),
      },
      ...options,
    });
  }

  push(
    intake: LiveIntake,
    rows: readonly Trade[],
    { to = NAME, ...more }: Partial<PushBatch> & { readonly to?: string } = {},
  ): Promise<BatchReceipt> {
    const codes = rows.map(([key]) => key === null ? -1 : this.symbols.intern(key));
    const times = rows.map(([, seconds]) => seconds === null ? NaN : seconds * SECOND);
    const columns = [
      Int32Array.from(codes),
      Float64Array.from(times),
      Float64Array.from(rows, ([, , price = 0]) => price),
    ];
    const batch = { length: rows.length, columns };
    return intake.push(to, { batch, rejected: [], ...more });
  }

  /** Positions of what was published. */
  get positions(): readonly number[] {
    return this.published.flatMap(({ rows }) => [...rows.sequence]);
  }
}

/** Rows as texts, for comparison. */
export function textsOf({ rows }: PublishedRows, symbols: SymbolTable): string[] {
  const [keys, , prices] = rows.columns.map(asFlat);
  return Array.from(rows.time, (time, i) => {
    const key = symbols.text(keys![i]!);
    return `${rows.sequence[i]} ${key} ${time / SECOND} ${prices![i]}`;
  });
}
