/** A live system in memory for tests of the API: real hubs, pushes kept as texts, online values made up from keys. */
import type { Column } from "../../../dsl/mod.ts";
import { SymbolTable } from "../../../runtime/arrow/mod.ts";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { SeriesHub } from "../../../runtime/live/hub/series_hub.ts";
import type {
  LiveCatalog,
  LiveSeriesInfo,
  LiveStatus,
  LiveSystem,
  OnlineAnswer,
  OnlineRequest,
  OnlineValue,
  PushOptions,
  PushReceipt,
} from "../../../runtime/live/mod.ts";

const STRING = { kind: "string" } as const;
const F64 = { kind: "f64" } as const;

const SERIES: readonly LiveSeriesInfo[] = [
  series("spend", [{ name: "card", type: STRING }], [
    { name: "total", type: F64 },
    { name: "seen", type: { kind: "timestamp" } },
  ]),
  series("pairs", [{ name: "card", type: STRING }, { name: "shop", type: { kind: "i64" } }], [
    { name: "total", type: F64 },
  ]),
];

const CATALOG: LiveCatalog = {
  plugins: [{ name: "shop", version: "1.2.0", hash: "4711" }],
  sources: [{
    name: "payments.payments",
    doc: "A payment",
    columns: [
      { name: "card", type: STRING },
      { name: "at", type: { kind: "timestamp" } },
      { name: "amount", type: F64 },
    ],
    keys: ["card"],
    time: "at",
    latenessUs: 2_000_000,
    idleUs: 1_000_000,
  }],
  series: SERIES,
};

export interface Pushed {
  readonly source: string;
  readonly text: string;
  readonly options: PushOptions;
}

export const NOW_US = 1_675_245_600_000_000;

/** The answers and the failures of the double are set from outside. */
export class LiveDouble implements LiveSystem {
  readonly catalog = CATALOG;
  readonly symbols = new SymbolTable();
  readonly pushed: Pushed[] = [];
  readonly reads: OnlineRequest[] = [];
  readonly savepoints: (string | undefined)[] = [];
  ready = true;
  follows = 0;
  failure: Error | undefined;
  /** Resolves when a push has failed. */
  readonly refused = Promise.withResolvers<void>();
  values: (feature: string) => OnlineValue = onlineValue;
  readonly #hubs = new Map<string, SeriesHub>();

  hub(name: string): SeriesHub {
    let hub = this.#hubs.get(name);
    if (hub === undefined) {
      const info = SERIES.find((one) => one.name === name)!;
      hub = new SeriesHub({ info, symbols: this.symbols, stored: { rows: noRows } });
      this.#hubs.set(name, hub);
    }
    return hub;
  }

  /** Emits rows of `spend`: one for each card, its total the row's number. */
  emit(cards: readonly string[]): void {
    const hub = this.hub("spend");
    const length = cards.length;
    const total = new Float64Array(length);
    const time = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      total[i] = hub.count + 1 + i;
      time[i] = NOW_US + total[i]!;
    }
    const codes = Int32Array.from(cards, (card) => this.symbols.intern(card));
    const sequence = new Float64Array(length);
    hub.publish({ length, time, sequence, columns: [codes, total, time.slice()] });
  }

  status(): LiveStatus {
    return statusOf(this.ready);
  }

  async push(
    source: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    options: PushOptions,
  ): Promise<PushReceipt> {
    const text = await new Response(body as BodyInit).text();
    if (this.failure) {
      this.refused.resolve();
      throw this.failure;
    }
    this.pushed.push({ source, text, options });
    const last = this.pushed.length;
    const none = { late: 0, malformed: 0, future: 0, repeated: false };
    return { source, first: last, last, admitted: 1, ...none, token: `t${last}` };
  }

  read(request: OnlineRequest): Promise<OnlineAnswer> {
    this.reads.push(request);
    if (this.failure) return Promise.reject(this.failure);
    return Promise.resolve({
      rows: request.entities.map(() => request.features.map((name) => this.values(name))),
    });
  }

  latest(name: string) {
    return Promise.resolve(this.hub(name).latest());
  }

  follow(...[name, afterRow, listener]: Parameters<LiveSystem["follow"]>) {
    this.follows++;
    return this.hub(name).follow(afterRow, listener);
  }

  late(source?: string) {
    const reason = "late" as const;
    const times = { timeUs: NOW_US, arrivedUs: NOW_US + 5e6 };
    return Promise.resolve([
      { source: source ?? "all", position: 7, ...times, reason, detail: "2s behind" },
    ]);
  }

  errors() {
    const place = { timeUs: NOW_US, sequence: 3 };
    return Promise.resolve([
      { pipeline: "p", feature: "spend", ...place, message: "integer overflow" },
    ]);
  }

  checkpoint(savepoint?: string): Promise<void> {
    this.savepoints.push(savepoint);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

export function ingestFull(): FeaturizerError {
  return new FeaturizerError('Cannot push to "payments.payments": 64 MB wait for the disk', {
    code: "INGEST_FULL",
    domain: "external",
    retry: "backoff",
    hint: "Try again later.",
  });
}

function onlineValue(feature: string): OnlineValue {
  return {
    status: "OK",
    values: feature === "spend" ? { total: 12.5, seen: NOW_US } : { total: null },
    eventTimeUs: NOW_US,
    watermarkUs: NOW_US - 2e6,
    position: { "payments.payments": 4 },
    final: false,
  };
}

function series(
  name: string,
  keys: readonly Column[],
  columns: readonly Column[],
): LiveSeriesInfo {
  const [doc, definition, pipeline] = [`The ${name}`, `payments.${name}`, "p"];
  return { name, kind: "feature", definition, doc, keys, columns, request: [], pipeline };
}

async function* noRows(): AsyncGenerator<never> {}

function statusOf(ready: boolean): LiveStatus {
  return {
    ready,
    sources: [{
      source: "payments.payments",
      position: 4,
      admitted: 3,
      late: 1,
      malformed: 0,
      future: 0,
      watermarkUs: NOW_US - 2e6,
      lastTimeUs: NOW_US,
      idle: false,
      pendingBytes: 0,
    }],
    pipelines: [{
      name: "p",
      state: ready ? "RUNNING" : "STARTING",
      error: undefined,
      sources: ["payments.payments"],
      series: ["spend"],
      boundUs: NOW_US,
      pendingRows: 2,
      slices: 9,
      rowErrors: 0,
      checkpoint: { id: 1, atUs: NOW_US - 5e6, tookMs: 20, bytes: 4096 },
    }],
    connectors: [],
  };
}
