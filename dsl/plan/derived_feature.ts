/**
 * Features the plan makes of others, so that a few kernels compute all forms:
 * - what is asked at times (`every`, hopping windows, `fill`) is an event-driven feature asked at ticks;
 * - which rows pass a `where` is a feature without outputs;
 * - the rows of a table are those that delete nothing.
 */
import type {
  AggregateCall,
  ClosedWindow,
  Expression,
  Feature,
  Source,
  Upstream,
} from "../typed_ast.ts";
import { columnsOf, keysOf } from "../typed_ast.ts";
import { aggregatesOf } from "../visit.ts";
import { identityOf } from "./identity.ts";
import { rewrite } from "./rewrite.ts";

type GridWindow = Extract<ClosedWindow, { kind: "tumbling" | "hopping" }>;

/** The window of a feature whose rows are answers at the ends of windows; others close in a kernel of their own. */
export function gridWindowOf({ window }: Feature): GridWindow | undefined {
  if (window?.kind === "hopping") return window;
  return window?.kind === "tumbling" && window.fill === true ? window : undefined;
}

/** True for features whose rows are made at ticks. */
export function isTicked(feature: Feature): boolean {
  return feature.everyUs !== undefined || gridWindowOf(feature) !== undefined;
}

const asked = new WeakMap<Feature, Feature>();

/** The event-driven feature that a ticked one asks. */
export function askedFeature(feature: Feature): Feature {
  const known = asked.get(feature);
  if (known) return known;
  const { everyUs: _every, ...rest } = feature;
  const grid = gridWindowOf(feature);
  const id = `${feature.id}~asked`;
  const made: Feature = grid ? { ...slidingFeature(feature, grid), id } : { ...rest, id };
  if (grid) sliding.add(made);
  asked.set(feature, made);
  return made;
}

/** True for a feature whose sliding windows stand for ones that end: nothing inside them is forgotten. */
export function keepsWindows(feature: Feature): boolean {
  return sliding.has(feature);
}

const sliding = new WeakSet<Feature>();

function slidingFeature(feature: Feature, grid: GridWindow): Feature {
  const { window: _window, ...rest } = feature;
  return { ...rest, form: "sliding", outputs: slidingOutputs(feature, grid) };
}

function slidingOutputs({ outputs }: Feature, { widthUs }: GridWindow): Feature["outputs"] {
  const known = new Map<Expression, Expression>();
  const slide = (expression: Expression): Expression | undefined =>
    expression.kind === "aggregate"
      ? { ...expression, window: { kind: "sliding", widthUs } }
      : undefined;
  return outputs.map((output) => ({
    ...output,
    expression: rewrite(output.expression, slide, known),
  }));
}

const passing = new WeakMap<Feature, Feature>();

/** The rows that pass a feature's `where`: keys and time alone. Its `ttl` says how long `prev` and `lag` remember. */
export function passingFeature(feature: Feature): Feature {
  const known = passing.get(feature);
  if (known) return known;
  const { everyUs: _every, window: _window, ...rest } = feature;
  const made: Feature = { ...rest, id: `${feature.id}~passing`, form: "rows", outputs: [] };
  passing.set(feature, made);
  return made;
}

const tables = new WeakMap<Source, Feature>();

/** The rows of a table that delete nothing; undefined for sources without deletes. */
export function tableFeature(source: Source): Feature | undefined {
  const deleted = source.table?.deleted;
  if (deleted === undefined) return undefined;
  const known = tables.get(source);
  if (known) return known;
  const input: Upstream = { kind: "source", source };
  const keys = keysOf(input);
  const made: Feature = {
    id: `${identityOf(input)}~rows`,
    plugin: source.plugin,
    name: source.name,
    params: {},
    form: "rows",
    input,
    joins: [],
    keys,
    rekeyed: false,
    where: not(isTrue(deleted)),
    outputs: columnsOf(input)
      .filter(({ name }) => name !== source.time && !source.keys.includes(name))
      .map(({ name, type }) => ({
        name,
        type,
        expression: { kind: "column", type, from: -1, name },
      })),
    time: source.time,
  };
  tables.set(source, made);
  return made;
}

function isTrue(name: string): Expression {
  const column: Expression = { kind: "column", type: { kind: "bool" }, from: -1, name };
  const no: Expression = { kind: "literal", type: { kind: "bool" }, value: false };
  return { kind: "binary", type: { kind: "bool" }, operator: "??", left: column, right: no };
}

function not(operand: Expression): Expression {
  return { kind: "unary", type: { kind: "bool" }, operator: "not", operand };
}

/** The longest window of time of a feature; 0 without one. */
export function longestWindowUs(feature: Feature): number {
  const widths = aggregatesIn(feature).map(({ window }) =>
    window.kind === "sliding" ? window.widthUs : 0
  );
  return Math.max(0, ...widths);
}

/** True if a value goes on changing while no rows come. */
export function decays(feature: Feature): boolean {
  return aggregatesIn(feature).some(({ name, window }) =>
    name === "decayed_sum" && window.kind !== "sliding"
  );
}

function aggregatesIn({ outputs }: Feature): readonly AggregateCall[] {
  return aggregatesOf(outputs.map(({ expression }) => expression));
}

const ZERO_WHEN_EMPTY = new Set<string>([
  "count",
  "count_distinct",
  "approx_distinct",
  "sum",
  "rate",
]);

/** The value of an expression for a key that was never seen. */
export function emptyValue(expression: Expression): Expression {
  return rewrite(expression, (part) => {
    if (part.kind === "aggregate" && part.name === "user") return emptyAggregate(part);
    if (part.kind === "aggregate" && part.per === undefined && ZERO_WHEN_EMPTY.has(part.name)) {
      return { kind: "literal", type: part.type, value: 0 };
    }
    const isLeaf = part.kind === "aggregate" || part.kind === "column" || part.kind === "lag" ||
      part.kind === "folded";
    return isLeaf ? { kind: "literal", type: part.type, value: null } : undefined;
  }, new Map());
}

/** What an aggregate of the user's makes of no rows, only its own functions know. */
function emptyAggregate(call: AggregateCall): Expression {
  const never: Expression = { kind: "literal", type: { kind: "bool" }, value: false };
  const nulls = (call.arguments ?? []).map(({ type }): Expression => ({
    kind: "literal",
    type,
    value: null,
  }));
  const { per: _per, excludesCurrent: _excludes, ...rest } = call;
  if (call.per) return { kind: "literal", type: call.type, value: null };
  return { ...rest, arguments: nulls, where: never, window: { kind: "ever" } };
}
