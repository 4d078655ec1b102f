/** Aggregates by brute force over the list of their inputs. */
import type { AggregateCall } from "../../dsl/typed_ast.ts";
import { frequencyAggregate } from "./frequencies.ts";
import { statisticOf } from "./statistics.ts";
import { compareValues, numberOf, RowError, type Value } from "./value.ts";

/** A row of the window with no argument null: all its arguments, and its time. */
export interface Sample {
  readonly values: readonly Value[];
  readonly timeUs: number;
}

const SECOND_US = 1_000_000;

/** The value of an aggregate over its window's samples in order of position, read at `atUs`. */
export function aggregateOf(call: AggregateCall, samples: readonly Sample[], atUs: number): Value {
  const present = samples.map(({ values }) => values[0] ?? null);
  switch (call.name) {
    case "count":
      return samples.length;
    case "any":
      return present.length === 0 ? null : present.includes(true);
    case "all":
      return present.length === 0 ? null : !present.includes(false);
    case "first":
      return present[0] ?? null;
    case "last":
      return present.at(-1) ?? null;
    case "min":
      return sorted(present)[0] ?? null;
    case "max":
      return sorted(present).at(-1) ?? null;
    case "top":
      return listOf(sorted(present).toReversed().slice(0, call.most));
    case "bottom":
      return listOf(sorted(present).slice(0, call.most));
    case "first_k":
      return listOf(present.slice(0, call.most));
    case "last_k":
      return listOf(present.slice(-(call.most ?? 0)));
    case "collect":
      return listOf(present);
    case "arg_min":
    case "arg_max":
      return argument(samples, call.name === "arg_min" ? -1 : 1);
    case "ewma":
    case "decayed_sum":
      return decayed(call, samples, atUs);
    case "rate":
      return samples.length / (widthOf(call) / SECOND_US);
    case "count_distinct":
    case "approx_distinct":
    case "top_frequency":
    case "top1_ratio":
    case "histogram":
    case "entropy":
      return frequencyAggregate(call, present);
    case "user":
      throw new RangeError("Cannot evaluate an aggregate of the user's without its hole");
    default:
      return statisticOf(call, samples);
  }
}

function listOf(values: readonly Value[]): Value {
  return values.length === 0 ? null : values;
}

function sorted(values: readonly Value[]): readonly Value[] {
  if (values.some((value) => typeof value === "bigint")) {
    throw new RowError("Cannot order a 64-bit integer: it is beyond 2^53 - 1");
  }
  return values.toSorted(compareValues);
}

/** x of the row with the least (-1) or largest (1) y; the earliest of equals. */
function argument(samples: readonly Sample[], sign: number): Value {
  sorted(samples.map(({ values }) => values[1] ?? null));
  const best = samples.reduce<Sample | undefined>((found, sample) => {
    if (found === undefined) return sample;
    const order = compareValues(sample.values[1] ?? null, found.values[1] ?? null);
    return order * sign > 0 ? sample : found;
  }, undefined);
  return best?.values[0] ?? null;
}

function decayed(
  { name, halfLifeUs = 1 }: AggregateCall,
  samples: readonly Sample[],
  atUs: number,
) {
  if (samples.length === 0) return null;
  const lastUs = samples.at(-1)?.timeUs ?? 0;
  // Weights relative to the last sample: their ratio does not underflow.
  const weighed = samples.map(({ values, timeUs }) => ({
    x: numberOf(values[0] ?? null),
    weight: 2 ** (-(lastUs - timeUs) / halfLifeUs),
  }));
  const sum = weighed.reduce((total, { x, weight }) => total + x * weight, 0);
  if (name === "decayed_sum") return sum * 2 ** (-(atUs - lastUs) / halfLifeUs);
  return sum / weighed.reduce((total, { weight }) => total + weight, 0);
}

function widthOf({ window }: AggregateCall): number {
  if ("widthUs" in window) return window.widthUs;
  throw new RangeError(`Cannot tell a rate over "${window.kind}"`);
}
