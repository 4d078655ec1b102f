/** Rows made at times: `every`, hopping windows, and windows that are filled. */
import { type Column, type Expression, type Feature, type Upstream } from "../typed_ast.ts";
import {
  askedFeature,
  decays,
  emptyValue,
  gridWindowOf,
  longestWindowUs,
  passingFeature,
} from "./derived_feature.ts";
import type { FeatureStreams } from "./feature_streams.ts";
import type { Node, Stream } from "./graph.ts";
import type { TicksOperation } from "./physical.ts";
import { type Answers, label, outputsOf, placeOf } from "./stream_shape.ts";

const LIVE: Column = { name: "(live)", type: { kind: "f64" } };

/** The column that tells a key with ticks from one without: its value is computed as if nothing had been. */
export const TICK = {
  /** The name of a key column as the value has it: null once the key is forgotten. */
  keyOfValue: (name: string): string => `(${name})`,
  /** The time of the last tick, if that is a row. */
  ifLive(time: Expression): Expression {
    const mark: Expression = { kind: "column", type: LIVE.type, from: -1, name: LIVE.name };
    const one: Expression = { kind: "literal", type: LIVE.type, value: 1 };
    const condition: Expression = {
      kind: "binary",
      type: { kind: "bool" },
      operator: "==",
      left: mark,
      right: one,
    };
    const otherwise: Expression = { kind: "literal", type: time.type, value: null };
    return { kind: "if", type: time.type, condition, then: time, otherwise };
  },
  orEmpty(read: Expression, original: Expression): Expression {
    const mark: Expression = { kind: "column", type: LIVE.type, from: -1, name: LIVE.name };
    const condition: Expression = {
      kind: "call",
      type: { kind: "bool" },
      name: "is_null",
      arguments: [mark],
    };
    return {
      kind: "if",
      type: read.type,
      condition,
      then: emptyValue(original),
      otherwise: read,
    };
  },
};

/** A ticked feature's rows: live ticks. */
export function tickRows(streams: FeatureStreams, feature: Feature): Stream {
  return emit(streams, feature, false);
}

/** All ticks of an `every` feature, those between rows included, which its value needs. */
export function everyTicks(streams: FeatureStreams, feature: Feature): Stream {
  return emit(streams, feature, true);
}

function emit(streams: FeatureStreams, feature: Feature, all: boolean): Stream {
  const { graph, demand } = streams;
  const { ticks, answers } = askedTicks(streams, feature, all);
  const outputs = outputsOf(feature, demand);
  const keys = feature.keys.map((_, index) => index);
  const asked = demand.of({ kind: "feature", feature });
  const valueKeys = all ? feature.keys.filter(({ name }) => asked.has(name)) : [];
  const node: Node = graph.node(ticks.site, [ticks, answers.stream], () => ({
    kind: "emit",
    ticks: ticks.id,
    live: keys.length,
    closes: gridWindowOf(feature) !== undefined,
    columns: [
      ...keys.map((column) => ({ stream: ticks.id, column })),
      ...outputs.map(({ name }) => answers.at(name)),
      ...(all ? [{ stream: ticks.id, column: keys.length }] : []),
      ...valueKeys.map(({ name }) => answers.at(name)),
    ],
    all,
    output: stream.id,
  }));
  const stream = graph.stream({
    ...ticks,
    columns: [
      ...feature.keys,
      ...outputs.map(({ name, type }) => ({ name, type })),
      ...(all ? [LIVE] : []),
      ...valueKeys.map(({ name, type }) => ({ name: TICK.keyOfValue(name), type })),
    ],
    time: feature.time,
    madeBy: feature.id,
    keyOrder: keys,
    producer: node,
  });
  return stream;
}

function askedTicks(
  streams: FeatureStreams,
  feature: Feature,
  all: boolean,
): { ticks: Stream; answers: Answers } {
  const { graph } = streams;
  const rows = tickedRows(streams, feature);
  const keys = feature.keys.map(({ name }) => placeOf(rows, name));
  const node: Node = graph.node(rows.site, [rows], () => ({
    kind: "ticks",
    feature: label(feature),
    input: rows.id,
    keys,
    ...timesOf(feature, all),
    untilUs: streams.untilUs,
    output: ticks.id,
  }));
  const places = keys.map((_, index) => index);
  const ticks = graph.stream({
    site: rows.site,
    columns: [...feature.keys, LIVE],
    time: "",
    places: [],
    madeBy: undefined,
    partition: places,
    keyOrder: places,
    producer: node,
  });
  const asked: Upstream = { kind: "feature", feature: askedFeature(feature) };
  return { ticks, answers: streams.answers(asked, { stream: ticks, keys: places }) };
}

/** The rows that make keys live: those that pass `where`, split by the feature's keys. */
function tickedRows(streams: FeatureStreams, feature: Feature): Stream {
  if (feature.where) return streams.rows({ kind: "feature", feature: passingFeature(feature) });
  return streams.inputAt(feature, streams.sharedSite());
}

type Times = Pick<
  TicksOperation,
  "stepUs" | "offsetUs" | "closes" | "liveUs" | "changesUs" | "keepsUs"
>;

/** Ages are of the last row at the time that is asked, which for windows is one microsecond before their end. */
function timesOf(feature: Feature, all: boolean): Times {
  const { everyUs, ttlUs = Infinity } = feature;
  const grid = gridWindowOf(feature);
  if (grid) {
    const stepUs = grid.kind === "hopping" ? grid.stepUs : grid.widthUs;
    const liveUs = grid.fill ? ttlUs - 1 : grid.widthUs - 1;
    return { stepUs, offsetUs: grid.offsetUs, closes: true, liveUs, changesUs: [], keepsUs: -1 };
  }
  if (everyUs === undefined) throw new RangeError(`Cannot plan ticks of "${feature.name}"`);
  const longest = longestWindowUs(feature);
  const liveUs = Math.min(ttlUs, longest > 0 ? longest - 1 : Infinity);
  const changes = all ? [liveUs, ttlUs].filter(Number.isFinite) : [];
  return {
    stepUs: everyUs,
    offsetUs: 0,
    closes: false,
    liveUs,
    changesUs: [...new Set(changes)],
    keepsUs: all && decays(feature) ? ttlUs : -1,
  };
}
