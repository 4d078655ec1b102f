/**
 * Online reads: features of many pipelines at many keys, as of one moment.
 *
 * R1 A value is never of a later state than its time: an `at` before what is applied goes to history, or is refused.
 * R2 An answer has in sight every row that the request's token names, or it is refused.
 */
import { type Column, didYouMean, requestOf, type SetFeature } from "../../../dsl/mod.ts";
import { type ColumnData, type SymbolTable } from "../../arrow/mod.ts";
import type { StreamData } from "../../engine/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import type { OnlineAnswer, OnlineRequest, OnlineStatus, OnlineValue } from "../live_system.ts";
import type { Answer } from "../pipeline/ask_queue.ts";
import { parseToken } from "../push_token.ts";
import { createValueReader, type ValueReader } from "./answer_values.ts";
import { awaitSight } from "./await_sight.ts";
import { entityColumn, nullColumn } from "./entity_columns.ts";
import { RequestTexts } from "./request_texts.ts";

/** A pipeline as reads use it. */
export interface AskedPipeline {
  readonly name: string;
  readonly askColumns: readonly Column[];
  readonly answerColumns: readonly Column[];
  /** By source, the log position up to which rows were taken in. */
  readonly positions: Readonly<Record<string, number>>;
  readonly boundUs: number;
  status(): { readonly state: string };
  ask(table: StreamData): Promise<Answer>;
}

/** A feature that can be read. */
export interface ReadFeature {
  /** Its name is what requests call it; its keys are columns of the pipeline's question. */
  readonly set: SetFeature;
  readonly pipeline: AskedPipeline;
  /** True for keys that had a row at the time, by row of the key columns. */
  knows(keys: readonly ColumnData[], length: number, atUs: number): readonly boolean[];
}

/** Answers from stored rows; undefined where they do not reach back to all of what the values depend on. */
export interface OnlineHistory {
  read(pipeline: string, table: StreamData): Promise<Answer | undefined>;
}

export interface OnlineReaderOptions {
  readonly features: readonly ReadFeature[];
  readonly symbols: SymbolTable;
  readonly clock: Clock;
  /** Without it times before the applied state are `OUTSIDE_HISTORY`. */
  readonly history?: OnlineHistory;
}

export interface OnlineReader {
  read(request: OnlineRequest): Promise<OnlineAnswer>;
}

export function createOnlineReader(options: OnlineReaderOptions): OnlineReader {
  const features = new Map(options.features.map((feature) => [feature.set.name, feature]));
  const readers = new Map<string, readonly ValueReader[]>();
  const texts = new RequestTexts(options.symbols);
  const readersOf = ({ set: { name, feature } }: ReadFeature): readonly ValueReader[] => {
    const known = readers.get(name);
    if (known) return known;
    const made = feature.outputs.map(({ type }) => createValueReader(type, options.symbols));
    readers.set(name, made);
    return made;
  };
  return {
    read: async (request) => {
      const asked = request.features.map((name) => features.get(name) ?? unknown(name, features));
      const groups = Map.groupBy(asked, ({ pipeline }) => pipeline);
      const parts = await Promise.all(
        [...groups].map(([pipeline, own]) =>
          new PipelineRead(pipeline, { options, request, features: own, readersOf, texts }).values()
        ),
      );
      const byFeature = new Map(parts.flatMap((part) => [...part]));
      const columns = asked.map((feature) => byFeature.get(feature)!);
      return { rows: request.entities.map((_, row) => columns.map((values) => values[row]!)) };
    },
  };
}

interface ReadContext {
  readonly options: OnlineReaderOptions;
  readonly request: OnlineRequest;
  readonly features: readonly ReadFeature[];
  readonly readersOf: (feature: ReadFeature) => readonly ValueReader[];
  readonly texts: RequestTexts;
}

/** Values of one feature, by entity. */
type FeatureValues = readonly OnlineValue[];

/** The part of a request that one pipeline answers. */
class PipelineRead {
  readonly #pipeline: AskedPipeline;
  readonly #context: ReadContext;
  readonly #columns: readonly ColumnData[];

  constructor(pipeline: AskedPipeline, context: ReadContext) {
    this.#pipeline = pipeline;
    this.#context = context;
    this.#columns = questionColumns(pipeline, context);
  }

  async values(): Promise<ReadonlyMap<ReadFeature, FeatureValues>> {
    const { request, options: { clock, history } } = this.#context;
    const isInSight = await this.#awaitSight();
    const atUs = request.atUs ?? clock.nowUs();
    if (!isInSight) return this.#refused("STALE", atUs);
    const answer = await this.#ask(atUs);
    if (!answer) return this.#refused("FAILED", atUs);
    const { maxStalenessUs = Infinity } = request;
    if (answer.watermarkUs < atUs - maxStalenessUs) return this.#refused("STALE", atUs, answer);
    if (atUs >= answer.appliedUs) return this.#answered(answer, atUs);
    if (request.atUs === undefined) return this.#answered(answer, answer.appliedUs);
    const past = await history?.read(this.#pipeline.name, this.#table(atUs));
    return past ? this.#answered(past, atUs) : this.#refused("OUTSIDE_HISTORY", atUs, answer);
  }

  #awaitSight(): Promise<boolean> {
    const { token, minWatermarkUs, waitMs } = this.#context.request;
    return awaitSight(this.#pipeline, {
      positions: token === undefined ? {} : parseToken(token),
      ...(minWatermarkUs === undefined ? {} : { minWatermarkUs }),
      ...(waitMs === undefined ? {} : { waitMs }),
    });
  }

  /** Undefined if the pipeline has failed. */
  async #ask(atUs: number): Promise<Answer | undefined> {
    try {
      return await this.#pipeline.ask(this.#table(atUs));
    } catch (error) {
      if (this.#pipeline.status().state === "FAILED") return undefined;
      throw error;
    }
  }

  #table(atUs: number): StreamData {
    const { length } = this.#context.request.entities;
    const sequence = Float64Array.from({ length }, (_, row) => row);
    return {
      length,
      time: new Float64Array(length).fill(atUs),
      sequence,
      columns: this.#columns,
    };
  }

  #answered(answer: Answer, atUs: number): ReadonlyMap<ReadFeature, FeatureValues> {
    return new Map(this.#context.features.map((feature) => {
      return [feature, this.#valuesOf(feature, answer, atUs)];
    }));
  }

  #valuesOf(feature: ReadFeature, answer: Answer, atUs: number): FeatureValues {
    const { set } = feature;
    const readers = this.#context.readersOf(feature);
    const columns = set.feature.outputs.map(({ name }) => {
      const place = this.#pipeline.answerColumns.findIndex((column) =>
        column.name === `${set.name}.${name}`
      );
      return answer.rows.columns[place]!;
    });
    const known = this.#knownKeys(feature, answer.rows.length, atUs);
    return known.map((isKnown, row) => {
      const cells = columns.map((column, place) => readers[place]!(column, row));
      // A row that still waits in the pipeline is in the value before its key is known.
      const isFound = isKnown || cells.some((cell) => cell !== null && cell !== 0);
      return {
        ...this.#sightOf(answer, atUs),
        status: isFound ? "OK" : "NOT_FOUND",
        values: Object.fromEntries(
          set.feature.outputs.map(({ name }, place) => [name, cells[place]!]),
        ),
      };
    });
  }

  #knownKeys(read: ReadFeature, length: number, atUs: number): readonly boolean[] {
    const { symbols } = this.#context.options;
    const { set } = read;
    const columns = set.feature.keys.map((column) => {
      const from = set.keys[column.name]!;
      if ("pin" in from) {
        const entity = { [column.name]: from.pin };
        const entities = Array.from({ length }, () => entity);
        return entityColumn({ feature: set.name, column }, entities, symbols);
      }
      return this.#columns[placeOf(this.#pipeline, from.column)]!;
    });
    return read.knows(columns, length, atUs);
  }

  #refused(
    status: OnlineStatus,
    atUs: number,
    sight: Pick<Answer, "watermarkUs" | "positions"> = {
      watermarkUs: this.#pipeline.boundUs,
      positions: this.#pipeline.positions,
    },
  ): ReadonlyMap<ReadFeature, FeatureValues> {
    const { features, request } = this.#context;
    return new Map(features.map((feature) => {
      const names = feature.set.feature.outputs.map(({ name }) => name);
      const values = Object.fromEntries(names.map((name) => [name, null]));
      const value = { ...this.#sightOf(sight, atUs), status, values, final: false };
      return [feature, request.entities.map(() => value)];
    }));
  }

  #sightOf(
    { watermarkUs, positions }: Pick<Answer, "watermarkUs" | "positions">,
    atUs: number,
  ): Omit<OnlineValue, "status" | "values"> {
    return {
      eventTimeUs: atUs,
      watermarkUs,
      position: positions,
      final: watermarkUs > atUs,
    };
  }
}

/** The columns of a question; what no feature asks for is null. */
function questionColumns(
  pipeline: AskedPipeline,
  { options: { symbols }, request: { entities }, features, texts }: ReadContext,
): readonly ColumnData[] {
  const columns = pipeline.askColumns.map(({ type }) => nullColumn(type, entities.length));
  const filled = new Set<string>();
  for (const { set } of features) {
    for (const column of set.feature.keys) {
      const from = set.keys[column.name];
      if (from === undefined || "pin" in from || filled.has(from.column)) continue;
      filled.add(from.column);
      const data = entityColumn(
        { feature: set.name, column },
        entities,
        symbols,
      );
      columns[placeOf(pipeline, from.column)] = data;
    }
  }
  for (const { set } of features) {
    for (const { column, from } of broughtBy(set)) {
      const asked = { feature: set.name, column };
      columns[placeOf(pipeline, from)] = entityColumn(asked, entities, symbols, texts);
    }
  }
  return columns;
}

/** The columns of a feature's request, keys among them, with their places in the question. */
function broughtBy({ feature, keys, request = {} }: SetFeature) {
  return (requestOf({ kind: "feature", feature })?.columns ?? []).flatMap((column) => {
    const key = keys[column.name];
    const from = key === undefined ? request[column.name] : "pin" in key ? undefined : key.column;
    return from === undefined ? [] : [{ column, from }];
  });
}

function placeOf({ askColumns }: AskedPipeline, name: string): number {
  return askColumns.findIndex((column) => column.name === name);
}

function unknown(name: string, known: ReadonlyMap<string, unknown>): never {
  const names = [...known.keys()];
  throw new FeaturizerError(`Cannot read "${name}": there is no such feature here`, {
    code: "SERIES_NOT_FOUND",
    hint: didYouMean(name, names) ?? `Features are ${names.join(", ") || "none"}.`,
  });
}
