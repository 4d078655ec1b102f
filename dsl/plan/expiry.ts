/** Values of windows asked at ticks, which are null once the key's last row is older than the feature's `ttl`. */
import { writeMapKernel } from "../codegen/mod.ts";
import { type Expression, type Feature, type OutputColumn } from "../typed_ast.ts";
import { gridWindowOf, passingFeature } from "./derived_feature.ts";
import type { FeatureStreams } from "./feature_streams.ts";
import type { Node } from "./graph.ts";
import { type Answers, answersOf, label, type Lookup, valueOutputs } from "./stream_shape.ts";

/** True where the remembered row may be too old though no newer one took its place. */
export function expires(feature: Feature): boolean {
  return feature.ttlUs !== undefined && gridWindowOf(feature) !== undefined;
}

/** `remembered` where a row that passed `where` is young enough, else null. */
export function unexpired(
  streams: FeatureStreams,
  feature: Feature,
  { lookup, remembered }: { readonly lookup: Lookup; readonly remembered: Answers },
): Answers {
  const { graph, demand } = streams;
  const rows = passingFeature(feature);
  const young = streams.answers({ kind: "feature", feature: rows }, lookup, feature.ttlUs);
  const outputs = valueOutputs(feature, demand).map((output) => unlessOld(output, rows.time));
  const text = writeMapKernel({ plugin: "", time: "", outputs });
  const { site } = lookup.stream;
  const kernel = graph.kernel(site, { feature: label(feature), text });
  const node: Node = graph.node(site, [remembered.stream, young.stream], () => ({
    kind: "map",
    kernel,
    input: remembered.stream.id,
    reads: text.inputs.map(({ from, name }) => from === -1 ? remembered.at(name) : young.at(name)),
    carries: [],
    trails: [],
    keys: [],
    output: stream.id,
  }));
  const columns = outputs.map(({ name, type }) => ({ name, type }));
  const stream = graph.stream({ ...lookup.stream, columns, producer: node });
  return answersOf(stream);
}

function unlessOld({ name, type }: OutputColumn, time: string): OutputColumn {
  const young: Expression = { kind: "column", type: { kind: "timestamp" }, from: 0, name: time };
  const condition: Expression = {
    kind: "call",
    type: { kind: "bool" },
    name: "is_null",
    arguments: [young],
  };
  const then: Expression = { kind: "literal", type, value: null };
  const otherwise: Expression = { kind: "column", type, from: -1, name };
  return { name, type, expression: { kind: "if", type, condition, then, otherwise } };
}
