/** Moving a stream to another site or another split of keys, and bringing answers home. */
import type { FeatureStreams } from "./feature_streams.ts";
import { storageOf } from "../types.ts";
import { type Node, overEdge, type Stream } from "./graph.ts";

/** The stream's rows at `site`, split by the columns `keys`; queries take only those, the columns `also` and
 * what tells them apart, and say where they came from. */
export function exchange(
  { graph }: FeatureStreams,
  input: Stream,
  site: number,
  keys: readonly number[],
  returns = false,
  also: readonly number[] = [],
): Stream {
  const order = input.madeBy === undefined ? [] : input.keyOrder ?? [];
  const places = returns
    ? [...keys, ...also, ...order.filter((place) => ![...keys, ...also].includes(place))]
    : input.columns.map((_, index) => index);
  const columns = places.map((place) => input.columns[place]!);
  const edge = graph.edge(input.site, site);
  const sent = returns ? keys.map((_, index) => index) : keys;
  graph.node(input.site, [input], () => ({
    kind: "send",
    input: input.id,
    edge,
    columns: places.map((column) => ({ stream: input.id, column })),
    keys: sent,
    returns,
  }));
  const node: Node = graph.node(site, [input], () => ({
    kind: "receive",
    edge,
    output: stream.id,
    columns: columns.length,
    returns,
    keyOrder: returns ? undefined : input.keyOrder,
  }));
  const stream = graph.stream({
    ...input,
    site,
    columns,
    partition: sent,
    keyOrder: returns && input.keyOrder
      ? order.map((place) => places.indexOf(place))
      : input.keyOrder,
    producer: overEdge(node),
  });
  return stream;
}

/** Answers made at another site or partition, aligned with the queries as they were before they left. */
export function sendAndAlign(
  { graph }: FeatureStreams,
  answers: Stream,
  queries: Stream,
  home: Stream,
): Stream {
  const edge = graph.edge(answers.site, home.site);
  graph.node(answers.site, [answers, queries], () => ({
    kind: "return",
    queries: queries.id,
    columns: answers.columns.map((_, column) => ({ stream: answers.id, column })),
    edge,
  }));
  const node: Node = graph.node(home.site, [answers, home], () => ({
    kind: "align",
    edge,
    like: home.id,
    output: stream.id,
    symbols: answers.columns.map(({ type }) => storageOf(type) === "symbol"),
    types: answers.columns.map(({ type }) => type),
  }));
  const stream = graph.stream({ ...home, columns: answers.columns, producer: overEdge(node) });
  return stream;
}
