/** An aggregate call over the rows of its window: `where`, arguments, categories. */
import type { AggregateCall, Expression } from "../../dsl/typed_ast.ts";
import { aggregateOf, type Sample } from "./aggregate.ts";
import { called } from "./expression.ts";
import { fromForeign, toForeign } from "./foreign.ts";
import { compareKeys, compareValues, emitted, textOf, type Value } from "./value.ts";

/** A row of the window, with what expressions over it give. */
export interface CallRow {
  readonly timeUs: number;
  evaluate(expression: Expression): Value;
}

interface CallOptions {
  readonly atUs: number;
  hole(index: number): unknown;
}

interface UserAggregate {
  init(): unknown;
  add(state: unknown, ...values: unknown[]): unknown;
  result(state: unknown): unknown;
}

export function callAggregate(
  call: AggregateCall,
  rows: readonly CallRow[],
  options: CallOptions,
): Value {
  const { where, per } = call;
  const counted = rows.filter((row) => where === undefined || row.evaluate(where) === true);
  if (per === undefined) return valueOf(call, counted, options);
  const categories = Map.groupBy(counted, (row) => textOf(emitted(row.evaluate(per.category))));
  const entries = [...categories.values()].flatMap((group): [Value, Value][] => {
    const category = emitted(group[0]?.evaluate(per.category) ?? null);
    return category === null ? [] : [[category, valueOf(call, group, options)]];
  });
  if (entries.length === 0) return null;
  return new Map(kept(entries, per.top).toSorted(([a], [b]) => compareKeys([a], [b])));
}

/** The n largest by key or value: null values last, smaller keys first among equals. */
function kept(
  entries: readonly [Value, Value][],
  top: NonNullable<AggregateCall["per"]>["top"],
): readonly [Value, Value][] {
  if (top === undefined) return entries;
  const sorted = entries.toSorted(([a, left], [b, right]) =>
    top.by === "key" ? compareValues(b, a) : compareValues(right, left) || compareValues(a, b)
  );
  return sorted.slice(0, top.most);
}

function valueOf(call: AggregateCall, rows: readonly CallRow[], options: CallOptions): Value {
  const parts = call.arguments ?? [call.operand, call.second].filter((part) => part !== undefined);
  const samples = rows.map(({ timeUs, evaluate }): Sample => ({
    timeUs,
    values: parts.length === 0 ? [true] : parts.map((part) => emitted(evaluate(part))),
  })).filter(({ values }) => !values.includes(null));
  if (call.name !== "user") return aggregateOf(call, samples, options.atUs);
  return userValue(call, samples, options);
}

function userValue(call: AggregateCall, samples: readonly Sample[], { hole }: CallOptions): Value {
  const { arguments: parts = [], hole: named, per } = call;
  const aggregate = hole(named?.hole ?? -1) as UserAggregate;
  const type = per !== undefined && call.type.kind === "map" ? call.type.value : call.type;
  return called(named?.name ?? "aggregate", () => {
    const state = samples.reduce(
      (state, { values }) =>
        aggregate.add(state, ...values.map((value, i) => toForeign(value, parts[i]!.type))),
      aggregate.init(),
    );
    return fromForeign(aggregate.result(state), type);
  });
}
