/** Interval joins: the pairs of two streams as a feature, on which the feature itself is built. */
import type { Stream } from "./stream.ts";
import type { Feature, Join, OutputColumn, Upstream } from "./typed_ast.ts";

/** The join, and the stream it starts from. */
export interface Interval {
  readonly input: Stream;
  readonly upstream: Upstream;
  /** The input's name in the feature. */
  readonly alias: string;
  readonly join: Join;
  readonly right: Stream;
  readonly plugin: string;
}

/** How the input's own time is named among the columns of the pairs. */
export function ownTimeOf(alias: string, { time }: Stream): string {
  return `${alias}.${time}`;
}

/** The pairs: keys and time as the input's, then its other columns, its own time, and the right side's columns. */
export function createPairs(interval: Interval): Omit<Feature, "id"> {
  const { input, upstream, alias, join, right, plugin } = interval;
  const taken = new Set([input.time, ...input.keys.map(({ name }) => name)]);
  const left = columns(input, -1, (name) => name).filter(({ name }) => !taken.has(name));
  const time: OutputColumn = {
    name: ownTimeOf(alias, input),
    type: { kind: "timestamp" },
    expression: { kind: "column", type: { kind: "timestamp" }, from: -1, name: input.time },
  };
  return {
    plugin,
    name: `${alias}~${join.alias}`,
    params: {},
    form: "pairs",
    input: upstream,
    joins: [join],
    keys: input.keys,
    rekeyed: false,
    outputs: [...left, time, ...columns(right, 0, (name) => `${join.alias}.${name}`)],
    time: input.time,
  };
}

function columns(
  stream: Stream,
  from: number,
  rename: (name: string) => string,
): readonly OutputColumn[] {
  return [...stream.columns].flatMap(([name, type]) =>
    type === undefined
      ? []
      : [{ name: rename(name), type, expression: { kind: "column", type, from, name } as const }]
  );
}
