/** An intake that keeps what connectors push, and their cursors, as the real one does on disk. */
import { type Source, type ValueType } from "../../../../dsl/mod.ts";
import { asFlat, isNull, SymbolTable } from "../../../../runtime/arrow/mod.ts";
import type { Clock } from "../../../../runtime/live/clock.ts";
import type {
  Connector,
  ConnectorContext,
  ConnectorState,
  PulledBatch,
} from "../../../../runtime/live/sources/connector.ts";

export type Cell = string | number | null;

export class RecordedIntake {
  readonly symbols = new SymbolTable();
  readonly batches: PulledBatch[] = [];
  readonly cursors = new Map<number, string>();
  readonly states: string[] = [];
  /** Thrown by the next push, once. */
  failure: Error | undefined;
  readonly source: Source;
  readonly clock: Clock;
  #waiters: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  constructor(source: Source, clock: Clock = { nowUs: () => 0 }) {
    this.source = source;
    this.clock = clock;
  }

  context(signal: AbortSignal): ConnectorContext {
    return {
      signal,
      clock: this.clock,
      cursorOf: (entry) => this.cursors.get(entry),
      push: (batch) => {
        const { failure } = this;
        this.failure = undefined;
        if (failure) return Promise.reject(failure);
        this.batches.push(batch);
        if (batch.cursor !== undefined) this.cursors.set(batch.entry, batch.cursor);
        this.#look();
        return Promise.resolve();
      },
      decode: () => {
        throw new RangeError("Cannot decode here: no test needs it");
      },
      onState: (state: ConnectorState, detail?: string) => {
        this.states.push(detail === undefined ? state : `${state}: ${detail}`);
        this.#look();
      },
    };
  }

  /** Runs a connector until the condition holds, then stops it and waits for its end. */
  async run(connector: Connector, isMet: (intake: this) => boolean): Promise<void> {
    const controller = new AbortController();
    const run = connector.run(this.context(controller.signal));
    await Promise.race([run, this.until(() => isMet(this))]);
    controller.abort();
    await run;
  }

  until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push({ isMet, resolve });
    return promise;
  }

  get rowCount(): number {
    return this.batches.reduce((sum, { batch }) => sum + batch.length, 0);
  }

  /** The rows that can be read, as texts and numbers. */
  get rows(): Cell[][] {
    const types = this.source.columns.filter(({ computed }) => !computed).map(({ type }) => type);
    return this.batches.flatMap(({ batch, rejected }) =>
      Array.from({ length: batch.length }, (_, row) => row)
        .filter((row) => !rejected.some((reject) => reject.row === row))
        .map((row) =>
          batch.columns.map((column, place) =>
            isNull(column, row) ? null : this.#cell(types[place]!, asFlat(column)[row]!)
          )
        )
    );
  }

  get reasons(): string[] {
    return this.batches.flatMap(({ rejected }) => rejected.map(({ reason }) => reason));
  }

  #cell({ kind }: ValueType, value: number): Cell {
    return kind === "string" || kind === "enum" ? this.symbols.text(value) : value;
  }

  #look(): void {
    const met = this.#waiters.filter(({ isMet }) => isMet());
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  }
}

/** A source `feed.trades` of a key, a time and a price, and what else is given. */
export function tradesSource(more: Partial<Source> = {}): Source {
  return {
    plugin: "feed",
    name: "trades",
    columns: [
      { name: "symbol", type: { kind: "string" } },
      { name: "ts", type: { kind: "timestamp" } },
      { name: "price", type: { kind: "f64" } },
    ],
    time: "ts",
    keys: ["symbol"],
    latenessUs: 0,
    idleUs: 1_000_000,
    selection: "",
    ...more,
  };
}
