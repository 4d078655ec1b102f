/** All joins of a feature: those that look up, and the one that makes pairs. */
import type { FeatureNode, JoinNode } from "./ast.ts";
import { aliasOf, checkJoin, type JoinedStream } from "./check_join.ts";
import type { Parameters } from "./constant.ts";
import type { Report } from "./diagnostic.ts";
import { createPairs, ownTimeOf } from "./interval_join.ts";
import type { ScopeJoin } from "./scope.ts";
import type { Stream } from "./stream.ts";
import type { Feature, Join, Upstream } from "./typed_ast.ts";

/** What the joins mean for the rest of the feature. */
export interface FeatureJoins {
  /** The streams by alias, right or wrong. */
  readonly joins: readonly ScopeJoin[];
  /** With an interval join: the name of the input's own time. */
  readonly ownTime?: string;
  /** What the feature is built on: its input, or the pairs. Absent if that is wrong or not bound. */
  readonly upstream?: Upstream;
  /** The joins that look up; absent if one is wrong. */
  readonly found?: readonly Join[];
}

interface JoinsContext {
  readonly plugin: string;
  readonly input: Stream;
  readonly rights: readonly Stream[];
  readonly params: Parameters;
  readonly report: Report;
  readonly faults: () => number;
  readonly identify: (feature: Omit<Feature, "id">) => Feature;
}

/** Checks the joins of a feature. */
export function checkJoins(node: FeatureNode, context: JoinsContext): FeatureJoins {
  const { input } = context;
  const list = checkAll(node, context);
  const intervals = node.joins.filter(({ between }) => between !== undefined);
  const [interval, second] = intervals;
  if (second !== undefined) {
    const hint = "join the first two streams in a feature of its own";
    context.report("E609", second, "A feature has at most one interval join", hint);
  }
  const alias = aliasOf(node, input);
  const joins = placeJoins(node.joins, list);
  const complete = list.every(({ join }) => join !== undefined);
  const rest: FeatureJoins = {
    joins,
    ...(interval === undefined ? {} : { ownTime: ownTimeOf(alias, input) }),
  };
  if (!complete || input.upstream === undefined) return rest;
  const found = list.flatMap(({ join }) => join === undefined || join.between ? [] : [join]);
  if (interval === undefined) return { ...rest, upstream: input.upstream, found };
  const pair = list[node.joins.indexOf(interval)];
  if (pair?.join === undefined || context.faults() > 0) return rest;
  const { plugin, identify } = context;
  const { upstream } = input;
  const feature = identify(
    createPairs({ input, upstream, alias, join: pair.join, right: pair.stream, plugin }),
  );
  return { ...rest, upstream: { kind: "feature", feature }, found };
}

/** Joins that look up are numbered; the pairs are read from the input row. */
function placeJoins(
  nodes: readonly JoinNode[],
  list: readonly JoinedStream[],
): readonly ScopeJoin[] {
  let lookups = 0;
  return list.map(({ alias, stream }, index) =>
    nodes[index]?.between === undefined
      ? { alias, stream, from: lookups++, prefix: "" }
      : { alias, stream, from: -1, prefix: `${alias}.` }
  );
}

function checkAll(node: FeatureNode, context: JoinsContext): readonly JoinedStream[] {
  const { input, rights, params, report } = context;
  const inputAlias = aliasOf(node, input);
  const taken = new Set([inputAlias]);
  return node.joins.map((join, index) => {
    const stream = rights[index];
    if (stream === undefined) throw new TypeError("Cannot check a join: its stream is missing");
    const joined = checkJoin(join, stream, { input, inputAlias, params, report });
    if (taken.has(joined.alias)) {
      const hint = `give it a name of its own: join … as other`;
      const message = `Two streams of this feature are called "${joined.alias}"`;
      report("E203", join.alias ?? join.right, message, hint);
    }
    taken.add(joined.alias);
    return joined;
  });
}
