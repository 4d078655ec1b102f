/** What streams of features look like: their columns, and what orders their rows. */
import {
  type Column,
  columnsOf,
  type Expression,
  type Feature,
  type OutputColumn,
  type Upstream,
} from "../typed_ast.ts";
import type { Demand } from "./demand.ts";
import { isTicked } from "./derived_feature.ts";
import type { Node, Stream } from "./graph.ts";
import type { ColumnAt } from "./physical.ts";

/** Columns of answers, by name. */
export interface Answers {
  at(name: string): ColumnAt;
  readonly stream: Stream;
}

/** A query of a join or a set: rows of a stream, with the key to look up. */
export interface Lookup {
  readonly stream: Stream;
  /** Places of the key columns, in the order of the keys looked up. */
  readonly keys: readonly number[];
  /** Places of the other columns that a request brings along, by their names there. */
  readonly request?: Readonly<Record<string, number>>;
}

/** What has rows. */
export type RowUpstream = Exclude<Upstream, { kind: "request" }>;

/** A request is asked of no kernel: it has no rows that one could keep. */
export function withRows(upstream: Upstream): RowUpstream {
  if (upstream.kind !== "request") return upstream;
  throw new RangeError(`Cannot read rows of "${upstream.request.name}": a request has none`);
}

export function answersOf(stream: Stream): Answers {
  return { stream, at: (name) => columnAt(stream, name, true) };
}

export function placeOf(stream: Stream, name: string): number {
  const place = stream.columns.findIndex((column) => column.name === name);
  if (place < 0) {
    throw new RangeError(`Cannot plan a read of "${name}": the stream has no such column`);
  }
  return place;
}

export function columnAt(stream: Stream, name: string, isAnswer = false): ColumnAt {
  const isTime = !isAnswer && name === stream.time;
  return { stream: stream.id, column: isTime ? -1 : placeOf(stream, name) };
}

/** The name of a feature in errors. */
export function label(feature: Feature): string {
  return `${feature.plugin}.${feature.name}`;
}

/** True for features whose rows are made by time, not by rows. */
export function isMadeByTime(feature: Feature): boolean {
  const { window } = feature;
  const isBar = window?.kind === "bar" || window?.kind === "sum_bar";
  return isTicked(feature) || feature.form === "pairs" || (window !== undefined && !isBar);
}

/**
 * Rows made by time are ordered by the keys they were made with, also when they are keyed anew: those columns
 * then go along without a name.
 */
export function trailsOf(feature: Feature, input: Stream): readonly number[] {
  if (!input.keyOrder || isMadeByTime(feature)) return [];
  const keys = feature.keys.map(({ name }) => placeOf(input, name));
  return String(keys) === String(input.keyOrder) ? [] : input.keyOrder;
}

/** The stream of a feature's rows: its keys, then outputs, then what orders them. */
export function rowShape(
  feature: Feature,
  input: Stream,
  outputs: readonly Column[],
  producer: Node,
): Omit<Stream, "id"> {
  const trails = trailsOf(feature, input).map((place) => ({ ...input.columns[place]!, name: "" }));
  const shown = [...feature.keys, ...outputs.map(({ name, type }) => ({ name, type }))];
  const places = feature.keys.map((_, index) => index);
  const order = trails.length > 0 ? trails.map((_, index) => shown.length + index) : places;
  return {
    site: producer.site,
    columns: [...shown, ...trails],
    time: feature.time,
    places: isMadeByTime(feature) ? [] : input.places,
    madeBy: isMadeByTime(feature) ? feature.id : input.madeBy,
    partition: places,
    keyOrder: isMadeByTime(feature) || input.keyOrder ? order : undefined,
    producer,
  };
}

/** Outputs that someone reads, in declared order. */
export function outputsOf(feature: Feature, demand: Demand): readonly OutputColumn[] {
  const asked = demand.of({ kind: "feature", feature });
  return feature.outputs.filter(({ name }) => asked.has(name));
}

/** What someone reads of a feature's value: outputs, and keys and time of the row it comes from. */
export function valueOutputs(feature: Feature, demand: Demand): readonly OutputColumn[] {
  const asked = demand.of({ kind: "feature", feature });
  return [...outputsOf(feature, demand), ...passed(feature).filter(({ name }) => asked.has(name))];
}

export function valueColumns(upstream: Upstream, demand: Demand): readonly Column[] {
  if (upstream.kind === "feature") return valueOutputs(upstream.feature, demand);
  const asked = demand.valueOf(upstream);
  return columnsOf(upstream).filter(({ name }) => asked.has(name));
}

/** Keys and time as columns of a feature's value: those of its last row. */
export function passed(feature: Feature): readonly OutputColumn[] {
  const { window } = feature;
  const time: Column = { name: feature.time, type: { kind: "timestamp" } };
  return [...feature.keys, time].map(({ name, type }) => {
    const read: Expression = { kind: "column", type, from: -1, name };
    const keyed = window && name !== feature.time;
    return {
      name,
      type,
      expression: keyed ? { kind: "aggregate", type, name: "last", operand: read, window } : read,
    };
  });
}
