/** A differential case as a live run: rows published a few at a time, against the bounded run over all of them. */
import {
  type Column,
  type PhysicalPlan,
  type SetFeature,
  sourceIdentity,
  type SourcePlan,
} from "../../../../dsl/mod.ts";
import { createColumn, SymbolTable } from "../../../../runtime/arrow/mod.ts";
import { createSite, gatherRows, type StreamData } from "../../../../runtime/engine/mod.ts";
import { SeriesHub } from "../../../../runtime/live/hub/series_hub.ts";
import { planFeatures } from "../../../../runtime/live/pipeline/live_plan.ts";
import { Pipeline } from "../../../../runtime/live/pipeline/pipeline.ts";
import type { PublishedRows } from "../../../../runtime/live/pipeline/source_tail.ts";
import { columnsRead, evaluateSet } from "../../../../runtime/set/evaluate.ts";
import { PlanRun, type PlanRunOptions } from "../../../../runtime/set/plan_run.ts";
import { SourceFeed } from "../../../../runtime/set/source_feed.ts";
import type { CheckpointStore, StateData } from "../../../../runtime/store/mod.ts";
import { openSitesInline } from "../../../../runtime/worker/mod.ts";
import type { Cells } from "../../../oracle/value.ts";
import { batchFrom, rowsOfBatches } from "../../../support/batches.ts";
import type { Case } from "../../../support/case.ts";
import { compileCase, type CompiledCase, sourceOf } from "../../../support/compiled_case.ts";

/** Admitted rows of a source, in their final order, with all its columns. */
export interface SourceRows {
  readonly name: string;
  readonly rows: StreamData;
}

export function blocksOf(rows: readonly Cells[], columns: readonly Column[], symbols: SymbolTable) {
  return [{ batch: batchFrom(rows, columns, symbols), firstRow: 1, file: "rows", rejected: [] }];
}

export class LiveCase {
  readonly compiled: CompiledCase;
  readonly features: readonly SetFeature[];
  readonly shards: number;
  readonly plan: PhysicalPlan;

  constructor(testCase: Case) {
    this.compiled = compileCase(testCase);
    this.shards = testCase.partitions;
    const asked = this.compiled.features.map(({ name, feature }) => ({ name, feature, keys: {} }));
    const { plan, features } = planFeatures(asked, this.shards);
    this.plan = plan;
    this.features = features;
  }

  openSites(): PlanRunOptions["openSites"] {
    return (sites, listener) =>
      openSitesInline(sites, {
        ...listener,
        partitions: this.shards,
        createSite,
        holesOf: (plugin) => this.compiled.holesOf(plugin),
      });
  }

  /** What of a source's rows counts; of all its entries the first alone delivers. */
  async admitted(symbols: SymbolTable): Promise<readonly SourceRows[]> {
    const { plan } = this;
    const run = await PlanRun.open({
      plan,
      partitions: this.shards,
      symbols,
      openSites: this.openSites(),
    });
    try {
      const all: SourceRows[] = [];
      for (const [place, source] of plan.sources.entries()) {
        all.push({
          name: nameOf(source),
          rows: await this.#admittedOf(source, run.prepareOf(place), symbols),
        });
      }
      return all;
    } finally {
      await run.close();
    }
  }

  async #admittedOf(
    plan: SourcePlan,
    prepare: ReturnType<PlanRun["prepareOf"]>,
    symbols: SymbolTable,
  ): Promise<StreamData> {
    const [block] = blocksOf(this.#rowsOf(plan), plan.reads, symbols);
    let isRead = false;
    const reader = {
      bytesRead: 0,
      bytesTotal: 0,
      read: () => {
        const next = isRead ? undefined : block;
        isRead = true;
        return Promise.resolve(next);
      },
      close: () => Promise.resolve(),
    };
    const feed = new SourceFeed({
      plan,
      symbols,
      entries: [reader],
      ...(prepare ? { prepare } : {}),
    });
    while (!feed.ended) await feed.advance();
    const rows = feed.release(Infinity);
    const columns = plan.source.columns.map(({ name, type }) => {
      const place = plan.columns.findIndex((column) => column.name === name);
      return place < 0 ? createColumn(type, rows.length) : rows.columns[place]!;
    });
    return { ...rows, columns };
  }

  #rowsOf({ source }: SourcePlan): readonly Cells[] {
    const { testCase } = this.compiled;
    const own = testCase.sources.find(({ definition }) =>
      sourceIdentity(sourceOf(this.compiled, definition)) === sourceIdentity(source)
    );
    return own?.entries[0] ?? [];
  }

  /** The features' own rows up to a time, by feature, as texts. */
  async expectedRows(untilUs: number): Promise<readonly (readonly string[])[]> {
    const symbols = new SymbolTable();
    const result = await this.#evaluated(symbols);
    return this.features.map((_, index) => {
      const { columns, batches } = result.rows.get(index)!;
      return batches.flatMap((rows) => textsOf(rows, columns, symbols, untilUs));
    });
  }

  /** Answers to the rows of a question, as texts. */
  async expectedAnswers(table: StreamData, symbols: SymbolTable): Promise<readonly string[]> {
    const { columns, batches } = await this.#evaluated(symbols, table);
    return batches.flatMap((rows) => textsOf(rows, columns, symbols, Infinity));
  }

  #evaluated(symbols: SymbolTable, table?: StreamData) {
    const { compiled, features, plan } = this;
    const spine = table && {
      kind: "table" as const,
      columns: plan.tableEdge!.columns,
      time: table.time,
      rows: { length: table.length, columns: table.columns },
    };
    return evaluateSet({
      features: features.map(({ name, feature, keys }) => ({
        name,
        feature,
        keys: Object.fromEntries(
          Object.entries(keys).flatMap(([key, from]) =>
            "column" in from ? [[key, from.column]] : []
          ),
        ),
      })),
      ...(spine ? { spine } : {}),
      startUs: -Infinity,
      endUs: table ? table.time.at(-1)! + 1 : Infinity,
      sources: plan.sources.map((source) => ({
        source: source.source,
        entries: [blocksOf(this.#rowsOf(source), columnsRead(source.source), symbols)],
      })),
      symbols,
      holesOf: (plugin) => compiled.holesOf(plugin),
      partitions: 1,
      rowsOf: features.map((_, index) => index),
    });
  }
}

export function nameOf({ source }: SourcePlan): string {
  return `${source.plugin}.${source.name}`;
}

/** Rows up to a time as texts: time, then every column. */
export function textsOf(
  rows: StreamData,
  columns: readonly Column[],
  symbols: SymbolTable,
  untilUs: number,
): readonly string[] {
  const cells = rowsOfBatches([rows], columns, symbols);
  return cells.flatMap((row, i) => {
    if (rows.time[i]! > untilUs) return [];
    const shown = { at: rows.time[i]!, ...row };
    return [JSON.stringify(shown, (_, value: unknown) => {
      if (typeof value === "bigint") return `${value}n`;
      return value instanceof Map ? [...value] : value;
    })];
  });
}

type Checkpoints = Pick<CheckpointStore, "commit" | "rows">;

/** A pipeline over a log in memory, with what its series handed on. */
export class LiveRun {
  readonly rows: readonly string[][];
  readonly symbols: SymbolTable;
  pipeline!: Pipeline;
  /** By feature. */
  hubs!: readonly SeriesHub[];
  readonly #case: LiveCase;
  readonly #store: Checkpoints;
  /** By source: what was published. */
  readonly #log = new Map<string, PublishedRows[]>();
  readonly #watermarks = new Map<string, number>();

  constructor(live: LiveCase, symbols: SymbolTable, store: Checkpoints) {
    this.#case = live;
    this.symbols = symbols;
    this.#store = store;
    this.rows = live.features.map(() => []);
  }

  async open(states?: ReadonlyMap<string, StateData>, rows = Infinity): Promise<void> {
    const { plan, features, shards } = this.#case;
    const hubs = features.map(({ name, feature }) => {
      const state = states?.get(`series:${name}`) as ReturnType<SeriesHub["state"]> | undefined;
      return new SeriesHub({
        info: {
          name,
          kind: "feature",
          definition: undefined,
          doc: undefined,
          keys: feature.keys,
          columns: feature.outputs,
          request: [],
          pipeline: "p",
        },
        symbols: this.symbols,
        stored: this.#store,
        ...(state ? { state } : {}),
      });
    });
    this.hubs = hubs;
    for (const [index, hub] of hubs.entries()) {
      await hub.follow(0, {
        onRows: ({ first, time, batch }) => {
          const { keys, columns } = hub.info;
          const at = time.slice();
          const data = { length: batch.length, time: at, sequence: at, columns: batch.columns };
          textsOf(data, [...keys, ...columns], this.symbols, Infinity).forEach((text, i) => {
            const list = this.rows[index]!;
            const known = list[first - 1 + i];
            if (known !== undefined && known !== text) throw new Error(`${known} became ${text}`);
            list[first - 1 + i] = text;
          });
        },
        onFailure: () => {},
      });
    }
    this.pipeline = await Pipeline.open({
      name: "p",
      identity: "same",
      plan,
      shards,
      symbols: this.symbols,
      clock: { nowUs: () => 0 },
      openSites: this.#case.openSites(),
      sources: plan.sources.map((source) => this.#followed(nameOf(source))),
      series: hubs.map((hub, from) => ({ hub, from })),
      store: this.#store,
      intervalUs: Infinity,
      rows,
      retained: 2,
      flushUs: 0,
      flushRows: 8192,
      closingUs: 0,
      ...(states ? { states } : {}),
    });
    this.pipeline.start();
  }

  #followed(name: string) {
    const log = this.#log;
    const watermarks = this.#watermarks;
    return {
      name,
      async *replay(after: number) {
        for (const published of [...log.get(name) ?? []]) {
          if (published.lastPosition > after) yield { ...published, watermarkUs: -Infinity };
        }
      },
      liveWatermarkUs: () => watermarks.get(name) ?? -Infinity,
    };
  }

  /** The log and the watermarks of an earlier run. */
  takeOver(earlier: LiveRun): void {
    for (const [name, log] of earlier.#log) this.#log.set(name, log);
    for (const [name, us] of earlier.#watermarks) this.#watermarks.set(name, us);
  }

  publish(name: string, rows: StreamData): void {
    const log = this.#log.get(name) ?? [];
    this.#log.set(name, log);
    const lastPosition = (log.at(-1)?.lastPosition ?? 0) + rows.length;
    const published = { rows: gatherRows(rows, everyRow(rows.length)), lastPosition };
    log.push(published);
    this.pipeline.publish(name, published);
  }

  advanceTo(name: string, watermarkUs: number): void {
    this.#watermarks.set(name, watermarkUs);
    this.pipeline.advanceTo(name, watermarkUs);
  }
}

function everyRow(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
