/** Rows that need no kernel with state: maps, unions, interval joins. */
import { writeMapKernel } from "../codegen/mod.ts";
import { type Column, type Feature, keysOf, type Upstream } from "../typed_ast.ts";
import { exchange, sendAndAlign } from "./exchange.ts";
import type { FeatureStreams } from "./feature_streams.ts";
import type { Node, Stream } from "./graph.ts";
import type { PairSide } from "./physical.ts";
import {
  type Answers,
  answersOf,
  columnAt,
  label,
  type Lookup,
  outputsOf,
  placeOf,
  rowShape,
  trailsOf,
  valueOutputs,
} from "./stream_shape.ts";

export function mapRows(streams: FeatureStreams, feature: Feature): Stream {
  const { graph, demand } = streams;
  const site = streams.siteOf(feature);
  const input = streams.rowsAt(feature.input, site, keysOf(feature.input).map(({ name }) => name));
  const outputs = outputsOf(feature, demand);
  const text = writeMapKernel({ plugin: feature.plugin, time: feature.time, outputs });
  const kernel = graph.kernel(site, { feature: label(feature), text });
  const node: Node = graph.node(site, [input], () => ({
    kind: "map",
    kernel,
    input: input.id,
    reads: text.inputs.map(({ name }) => columnAt(input, name)),
    carries: feature.keys.map(({ name }) => placeOf(input, name)),
    trails: trailsOf(feature, input),
    keys: [],
    output: stream.id,
  }));
  const stream = graph.stream(rowShape(feature, input, outputs, node));
  return stream;
}

/** A map's value is its expressions over the upstream's value. */
export function mapAnswers(streams: FeatureStreams, feature: Feature, lookup: Lookup): Answers {
  const { graph, demand } = streams;
  const site = streams.siteOf(feature);
  const moved = lookup.stream.site === site ? lookup : {
    stream: exchange(streams, lookup.stream, site, lookup.keys, true),
    keys: lookup.keys.map((_, index) => index),
  };
  const upstream = streams.answers(feature.input, moved);
  const outputs = valueOutputs(feature, demand);
  const text = writeMapKernel({ plugin: feature.plugin, time: "", outputs });
  const kernel = graph.kernel(site, { feature: label(feature), text });
  const node: Node = graph.node(site, [upstream.stream, moved.stream], () => ({
    kind: "map",
    kernel,
    input: upstream.stream.id,
    reads: text.inputs.map(({ name }) => upstream.at(name)),
    carries: [],
    trails: [],
    keys: moved.keys.map((column) => ({ stream: moved.stream.id, column })),
    output: stream.id,
  }));
  const columns = outputs.map(({ name, type }) => ({ name, type }));
  const stream = graph.stream({ ...moved.stream, columns, producer: node });
  if (moved === lookup) return answersOf(stream);
  return answersOf(sendAndAlign(streams, stream, moved.stream, lookup.stream));
}

/** Rows of all members, split by their keys, in the order of the union. */
export function unionRows(streams: FeatureStreams, feature: Feature): Stream {
  const { graph, demand } = streams;
  const site = streams.sharedSite();
  const keys = feature.keys.map(({ name }) => name);
  const members = (feature.members ?? []).map((member) => streams.rowsAt(member, site, keys));
  const outputs = outputsOf(feature, demand);
  const columns: Column[] = [...feature.keys, ...outputs.map(({ name, type }) => ({ name, type }))];
  const places = members.flatMap((member) => member.places);
  const node: Node = graph.node(site, members, () => ({
    kind: "union",
    members: members.map((member, index) => ({
      stream: member.id,
      columns: columns.map(({ name }) => columnAt(member, name).column),
      place: members.slice(0, index).reduce((sum, before) => sum + before.places.length, 0),
    })),
    output: stream.id,
  }));
  places.forEach((source) => streams.rank(source));
  const stream = graph.stream({
    site,
    columns,
    time: feature.time,
    places,
    madeBy: undefined,
    partition: keys.map((_, index) => index),
    keyOrder: undefined,
    producer: node,
  });
  return stream;
}

/** Pairs of an interval join, split by the columns that are equal on both sides. */
export function pairRows(streams: FeatureStreams, feature: Feature): Stream {
  const { graph, demand } = streams;
  const site = streams.sharedSite();
  const [join] = feature.joins;
  if (!join?.between) throw new RangeError(`Cannot pair rows of "${feature.name}": no interval`);
  const { on, right, between } = join;
  const left = streams.rowsAt(feature.input, site, on.map((pair) => pair.left));
  const other = streams.rowsAt(right, site, on.map((pair) => pair.right));
  const outputs = outputsOf(feature, demand);
  const leftOutputs = outputs.filter((output) => sideOf(output.expression) === -1);
  const rightOutputs = outputs.filter((output) => sideOf(output.expression) === 0);
  const columns: Column[] = [...feature.keys, ...leftOutputs, ...rightOutputs]
    .map(({ name, type }) => ({ name, type }));
  const orders = [orderColumns(left), orderColumns(other)].flat();
  const node: Node = graph.node(site, [left, other], () => ({
    kind: "pairs",
    feature: label(feature),
    left: sideFor(left, {
      keys: on.map((pair) => pair.left),
      columns: [
        ...feature.keys.map(({ name }) => placeOf(left, name)),
        ...leftOutputs.map(({ expression }) => readAt(left, expression)),
      ],
    }),
    right: sideFor(other, {
      keys: on.map((pair) => pair.right),
      columns: rightOutputs.map(({ expression }) => readAt(other, expression)),
    }),
    ...between,
    excludesSelf: left.id === other.id || isSame(feature.input, right),
    output: stream.id,
  }));
  const stream = graph.stream({
    site,
    columns: [...columns, ...orders],
    time: feature.time,
    places: [],
    madeBy: feature.id,
    partition: on.map((pair) => columns.findIndex(({ name }) => name === pair.left)),
    keyOrder: orders.map((_, index) => columns.length + index),
    producer: node,
  });
  const keys = feature.keys.map(({ name }) => placeOf(stream, name));
  return streams.isSplitBy({ stream, keys }) ? stream : exchange(streams, stream, site, keys);
}

function sideOf(expression: Feature["outputs"][number]["expression"]): number {
  if (expression.kind !== "column") throw new RangeError("Cannot pair: an output is no column");
  return expression.from;
}

function readAt(stream: Stream, expression: Feature["outputs"][number]["expression"]): number {
  if (expression.kind !== "column") throw new RangeError("Cannot pair: an output is no column");
  return columnAt(stream, expression.name).column;
}

function orderColumns({ columns, keyOrder }: Stream): readonly Column[] {
  const number: Column = { name: "", type: { kind: "f64" } };
  if (!keyOrder) return [number, number];
  return [number, ...keyOrder.map((place) => ({ ...columns[place]!, name: "" }))];
}

function sideFor(
  stream: Stream,
  { keys, columns }: { keys: readonly string[]; columns: readonly number[] },
): PairSide {
  return {
    stream: stream.id,
    keys: keys.map((name) => placeOf(stream, name)),
    columns,
    keyOrder: stream.keyOrder,
  };
}

function isSame(a: Upstream, b: Upstream): boolean {
  if (a.kind === "feature") return b.kind === "feature" && a.feature.id === b.feature.id;
  return a.kind === "source" && b.kind === "source" && a.source.plugin === b.source.plugin &&
    a.source.name === b.source.name && a.source.selection === b.source.selection;
}
