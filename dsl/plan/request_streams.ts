/** Features on requests: at each query, expressions over what the query brings along and over joined values. */
import { writeMapKernel } from "../codegen/mod.ts";
import { type Column, type Feature, requestOf, type Upstream } from "../typed_ast.ts";
import { exchange, sendAndAlign } from "./exchange.ts";
import type { FeatureStreams } from "./feature_streams.ts";
import type { Node, Stream } from "./graph.ts";
import type { ColumnAt } from "./physical.ts";
import type { SetRequest } from "./set_request.ts";
import { type Answers, answersOf, label, type Lookup, outputsOf } from "./stream_shape.ts";

/** A column of the input of a feature on a request, and where it stands beside the queries. */
interface Given extends Column {
  readonly stream: Stream;
  readonly at: ColumnAt;
}

/** A feature's outputs, one row for each query. */
export function requestAnswers(
  streams: FeatureStreams,
  feature: Feature,
  lookup: Lookup,
): Answers {
  const { stream } = lookup;
  const find = givenColumns(streams, feature.input, lookup);
  const joins = feature.joins.map(({ right, on }) => {
    const keys = on.map(({ left }) => find(left));
    return streams.answers(right, lookupOf(streams, feature, { stream, keys }));
  });
  const outputs = outputsOf(feature, streams.demand);
  const text = writeMapKernel({ plugin: feature.plugin, time: "", outputs });
  const read = text.inputs.map(({ from, name, type }, index): Given => {
    if (from === -1) return { ...find(name), name: `${index}` };
    const join = joins[from]!;
    return { name: `${index}`, type, stream: join.stream, at: join.at(name) };
  });
  const site = streams.siteOf(feature);
  if (site === stream.site) {
    return answersOf(addMap(streams, feature, { stream, read, text, outputs }));
  }
  const gathered = withColumns(streams, feature, stream, read);
  const first = stream.columns.length;
  const also = read.map((_, index) => first + index);
  const queries = exchange(streams, gathered, site, lookup.keys, true, also);
  const moved = read.map((column, index): Given => ({
    ...column,
    stream: queries,
    at: { stream: queries.id, column: lookup.keys.length + index },
  }));
  const made = addMap(streams, feature, { stream: queries, read: moved, text, outputs });
  return answersOf(sendAndAlign(streams, made, queries, stream));
}

/** Where the columns stand that a feature on a request sees as its input's. */
function givenColumns(
  streams: FeatureStreams,
  input: Upstream,
  lookup: Lookup,
): (name: string) => Given {
  const { stream, keys, request = {} } = lookup;
  const names = input.kind === "feature"
    ? input.feature.keys.map(({ name }) => name)
    : requestOf(input)?.keys ?? [];
  const at = (name: string, column: number): Given => ({
    name,
    type: stream.columns[column]!.type,
    stream,
    at: { stream: stream.id, column },
  });
  return (name) => {
    const key = names.indexOf(name);
    if (key >= 0) return at(name, keys[key]!);
    if (input.kind === "feature") {
      const { type } = input.feature.outputs.find((output) => output.name === name)!;
      const answers = streams.answers(input, lookup);
      return { name, type, stream: answers.stream, at: answers.at(name) };
    }
    const place = request[name];
    if (place === undefined) {
      throw new RangeError(`Cannot plan a read of "${name}": the question has no such column`);
    }
    return at(name, place);
  };
}

/** The queries of a join: the questions themselves, with the keys that are computed from them added. */
function lookupOf(
  streams: FeatureStreams,
  feature: Feature,
  { stream, keys }: { readonly stream: Stream; readonly keys: readonly Given[] },
): Lookup {
  const computed = keys.filter(({ at }) => at.stream !== stream.id);
  if (computed.length === 0) return { stream, keys: keys.map(({ at }) => at.column) };
  const first = stream.columns.length;
  return {
    stream: withColumns(streams, feature, stream, computed),
    keys: keys.map((key) => {
      const place = computed.indexOf(key);
      return place < 0 ? key.at.column : first + place;
    }),
  };
}

/** A stream's columns, and others that stand beside it. */
function withColumns(
  streams: FeatureStreams,
  feature: Feature,
  stream: Stream,
  added: readonly Given[],
): Stream {
  const outputs = added.map(({ name, type }) => ({
    name,
    type,
    expression: { kind: "column", type, from: -1, name } as const,
  }));
  const text = writeMapKernel({ plugin: "", time: "", outputs });
  const read = text.inputs.map(({ name }) => added.find((column) => column.name === name)!);
  const carries = stream.columns.map((_, place) => place);
  return addMap(streams, feature, { stream, read, text, outputs, carries });
}

function addMap(
  { graph }: FeatureStreams,
  feature: Feature,
  { stream, read, text, outputs, carries = [] }: {
    readonly stream: Stream;
    readonly read: readonly Given[];
    readonly text: ReturnType<typeof writeMapKernel>;
    readonly outputs: readonly Column[];
    readonly carries?: readonly number[];
  },
): Stream {
  const kernel = graph.kernel(stream.site, { feature: label(feature), text });
  const inputs = [stream, ...read.map((column) => column.stream)];
  const node: Node = graph.node(stream.site, [...new Set(inputs)], () => ({
    kind: "map",
    kernel,
    input: stream.id,
    reads: read.map(({ at }) => at),
    carries,
    trails: [],
    keys: [],
    output: made.id,
  }));
  const carried = carries.map((place) => stream.columns[place]!);
  const columns = [...carried, ...outputs.map(({ name, type }) => ({ name, type }))];
  const made = graph.stream({ ...stream, columns, producer: node });
  return made;
}

/** A request has no rows: nothing can be asked for but values at questions that bring its columns. */
export function refuseRequestRows({ spine, rowsOf, label }: SetRequest): void {
  const asked = (upstream: Upstream) => requestOf(upstream) !== undefined;
  const feature = rowsOf.find((feature) => asked({ kind: "feature", feature }));
  if (feature) throw refusal(feature, "it stands on a request, which has no rows");
  if (label && asked({ kind: "feature", feature: label.feature })) {
    throw refusal(label.feature, "a label cannot stand on a request");
  }
  if (spine && spine.kind !== "table" && spine.of.kind === "feature" && asked(spine.of)) {
    throw refusal(spine.of.feature, "it stands on a request, which makes no spine");
  }
}

function refusal({ plugin, name }: Feature, state: string): RangeError {
  return new RangeError(`Cannot read rows of "${plugin}.${name}": ${state}`);
}
