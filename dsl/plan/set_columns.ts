/** The columns of a set at the rows of its spine, and its label. */
import type { Column } from "../typed_ast.ts";
import type { FeatureStreams } from "./feature_streams.ts";
import { HOST, type Stream } from "./graph.ts";
import type { ColumnAt, Constant, ResultEdge } from "./physical.ts";
import { driversOf, type SetFeature, type SetRequest, type Spine } from "./set_request.ts";
import type { SpineRows } from "./spine_rows.ts";
import { type Lookup, placeOf } from "./stream_shape.ts";

export class SetColumns {
  readonly #streams: FeatureStreams;
  readonly #request: SetRequest;

  constructor(streams: FeatureStreams, request: SetRequest) {
    this.#streams = streams;
    this.#request = request;
  }

  lower(spine: Spine, { stream, keys }: SpineRows): ResultEdge {
    const { features, label } = this.#request;
    const columns: { column: Column; at: ColumnAt }[] = keys.map((place) => ({
      column: stream.columns[place]!,
      at: { stream: stream.id, column: place },
    }));
    const inputs = [stream];
    for (const set of features) this.#addAnswers(set, stream, spine, columns, inputs);
    const order = keyOrderOf(stream, keys, columns);
    if (!label) return this.#finish(stream, columns, inputs, order);
    return this.#finish(...this.#hold(stream, { columns, inputs, label }), order);
  }

  #addAnswers(
    set: SetFeature,
    stream: Stream,
    spine: Spine | undefined,
    columns: { column: Column; at: ColumnAt }[],
    inputs: Stream[],
    prefix = "",
  ): void {
    const own = spine?.kind === "rows" && spine.of.kind === "feature" &&
      spine.of.feature.id === set.feature.id && isIdentity(set);
    const at = own
      ? (name: string) => ({ stream: stream.id, column: placeOf(stream, name) })
      : this.#answers(set, stream, inputs);
    for (const { name, type } of set.feature.outputs) {
      columns.push({ column: { name: `${prefix}${set.name}.${name}`, type }, at: at(name) });
    }
  }

  #answers(set: SetFeature, stream: Stream, inputs: Stream[]): (name: string) => ColumnAt {
    const lookup = this.#lookup(set, stream);
    const answers = this.#streams.answers({ kind: "feature", feature: set.feature }, lookup);
    inputs.push(answers.stream);
    return (name) => answers.at(name);
  }

  /** The spine with pinned keys appended as constants. */
  #lookup({ feature, keys, request: brought = {} }: SetFeature, stream: Stream): Lookup {
    const pins: { name: string; value: Constant }[] = [];
    const places = feature.keys.map(({ name }) => {
      const key = keys[name];
      if (!key) {
        throw new RangeError(`Cannot read "${feature.name}": its key "${name}" comes from nowhere`);
      }
      if ("column" in key) return placeOf(stream, key.column);
      pins.push({ name, value: key.pin });
      return stream.columns.length + pins.length - 1;
    });
    const request = Object.fromEntries(
      Object.entries(brought).map(([name, column]) => [name, placeOf(stream, column)]),
    );
    if (pins.length === 0) return { stream, keys: places, request };
    const { graph } = this.#streams;
    const node = graph.node(stream.site, [stream], () => ({
      kind: "constant",
      input: stream.id,
      output: pinned.id,
      values: pins.map(({ value }) => value),
    }));
    const added = pins.map(({ name }) => feature.keys.find((key) => key.name === name)!);
    const pinned = graph.stream({
      ...stream,
      columns: [...stream.columns, ...added],
      producer: node,
    });
    return { stream: pinned, keys: places, request };
  }
  #hold(stream: Stream, parts: {
    columns: { column: Column; at: ColumnAt }[];
    inputs: Stream[];
    label: SetFeature & { readonly lookaheadUs: number };
  }): [Stream, { column: Column; at: ColumnAt }[], Stream[]] {
    const { columns, inputs, label } = parts;
    const { graph } = this.#streams;
    const sources = driversOf({ kind: "feature", feature: label.feature })
      .map((source) => this.#streams.sourceNumber(source));
    const delay = graph.node(stream.site, [stream], () => ({
      kind: "delay",
      input: stream.id,
      byUs: label.lookaheadUs,
      sources,
      output: delayed.id,
    }));
    const delayed = graph.stream({ ...stream, places: [], madeBy: undefined, producer: delay });
    const labels: { column: Column; at: ColumnAt }[] = [];
    const labelInputs = [delayed];
    this.#addAnswers(label, delayed, undefined, labels, labelInputs, "label.");
    const hold = graph.node(stream.site, [...inputs, ...labelInputs], () => ({
      kind: "hold",
      input: stream.id,
      columns: columns.map(({ at }) => at),
      delayed: delayed.id,
      labels: labels.map(({ at }) => at),
      output: held.id,
    }));
    const all = [...columns, ...labels].map(({ column }) => column);
    const held = graph.stream({ ...stream, columns: all, producer: hold });
    const at = all.map((column, index) => ({ column, at: { stream: held.id, column: index } }));
    return [held, at, [held]];
  }

  #finish(
    stream: Stream,
    columns: readonly { column: Column; at: ColumnAt }[],
    inputs: readonly Stream[],
    keyOrder: readonly number[] | undefined,
  ): ResultEdge {
    const { graph } = this.#streams;
    const edge = graph.edge(stream.site, HOST);
    graph.node(stream.site, inputs, () => ({
      kind: "send",
      input: stream.id,
      edge,
      columns: columns.map(({ at }) => at),
      keys: undefined,
      returns: false,
    }));
    return {
      ...graph.edges[edge]!,
      columns: columns.map(({ column }) => column),
      keyOrder,
    };
  }
}

/** Where the columns stand that order rows of one time; those that are no keys of the set are added unnamed. */
function keyOrderOf(
  stream: Stream,
  keys: readonly number[],
  columns: { column: Column; at: ColumnAt }[],
): readonly number[] | undefined {
  return stream.keyOrder?.map((place) => {
    const key = keys.indexOf(place);
    if (key >= 0) return key;
    const column = { ...stream.columns[place]!, name: "" };
    return columns.push({ column, at: { stream: stream.id, column: place } }) - 1;
  });
}

function isIdentity({ feature, keys }: SetFeature): boolean {
  return feature.keys.every(({ name }) => {
    const key = keys[name];
    return key !== undefined && "column" in key && key.column === name;
  });
}
