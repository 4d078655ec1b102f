/** What the kernel asks of a window's text, and the text for windows that only add (`ever`, one closed bucket). */
import type { AggregateCall } from "../typed_ast.ts";
import {
  type Accumulator,
  countPart,
  distinctPart,
  type Part,
  sortedPart,
  sumPart,
  valueOf,
  welfordMoments,
} from "./accumulators.ts";
import type { Lanes, Need, WindowNeeds } from "./lanes.ts";
import type { StateWriter } from "./state.ts";

/** One window of a kernel as text. `t` is the row's time, `k` its slot; queries stand at `t` too. */
export interface WindowText {
  /** Rows that left by time `t` go; before a row enters and before a query reads. */
  readonly expire: string;
  /** After the row's lanes are computed and, where there is a row log, the row is appended at `p`. */
  readonly onRow: string;
  /** Numbers that the kernel keeps between slices as plain variables. */
  readonly counters?: readonly { readonly name: string; readonly start: string }[];
  /** Name of the counter that says how many rows of the log the window holds. */
  readonly rows?: string;
  /** Text of the call's value now. */
  value(call: AggregateCall): string;
}

/** The text of a window that keeps no rows. */
export interface AddingText extends WindowText {
  /** Forgets everything of slot `k`. */
  readonly reset: string;
}

export function writeAddingWindow(
  { needs }: WindowNeeds,
  { needOf }: Lanes,
  state: StateWriter,
): AddingText {
  const states = new Map(needs.map((need) => [need, addingState(need, state)]));
  const onRow = needs.map((need) => guarded(need, join(states.get(need)!.adds))).join("\n");
  return {
    onRow,
    expire: "",
    reset: join([...states.values()].flatMap(({ resets }) => resets)),
    value: (call) => states.get(needOf(call))!.value(call),
  };
}

/** The statements for rows whose lane is not null, with the lane's value as `x`. */
export function guarded({ lane }: Need, statements: string): string {
  if (statements === "") return "";
  return lane
    ? `if (${lane.name} === ${lane.name}) { const x = ${lane.name}; ${statements} }`
    : statements;
}

export function join(statements: readonly (string | undefined)[]): string {
  return statements.filter((statement) => statement !== undefined && statement !== "").join(" ");
}

/** The parts in the order their text must stand: moments read the count, which therefore comes first. */
export const PART_ORDER: readonly Part[] = [
  "n",
  "sum",
  "moments",
  "min",
  "max",
  "first",
  "last",
  "sorted",
  "distinct",
];

function addingState(need: Need, state: StateWriter): {
  adds: string[];
  resets: string[];
  value(call: AggregateCall): string;
} {
  const names: Parameters<typeof valueOf>[1] = {};
  const extremes = new Map<Part, string>();
  const list: Accumulator[] = [];
  for (const part of PART_ORDER.filter((part) => need.parts.has(part))) {
    if (part === "n") {
      const { accumulator, n } = countPart(state);
      list.push(accumulator);
      names.n = n;
    } else if (part === "sum") {
      const { accumulator, s, c } = sumPart(state);
      list.push(accumulator);
      names.sum = { s, c };
    } else if (part === "moments") {
      const { accumulator, variance } = welfordMoments(state, names.n ?? "");
      list.push(accumulator);
      names.variance = variance;
    } else if (part === "sorted") {
      const { accumulator, name } = sortedPart(state);
      list.push(accumulator);
      names.sorted = name;
    } else if (part === "distinct") {
      const { accumulator, name } = distinctPart(state);
      list.push(accumulator);
      names.distinct = name;
    } else {
      const name = state.perSlot("m", "NaN");
      extremes.set(part, name);
      list.push({ add: EXTREME_ADD[part](name), reset: `${name}[k] = NaN;` });
    }
  }
  return {
    adds: list.map(({ add }) => add),
    resets: list.map(({ reset }) => reset),
    value(call) {
      const extreme = extremes.get(call.name as Part);
      return extreme ? `${extreme}[k]` : valueOf(call, names);
    },
  };
}

const EXTREME_ADD: Record<"min" | "max" | "first" | "last", (name: string) => string> = {
  min: (name) => `if (!(${name}[k] <= x)) ${name}[k] = x;`,
  max: (name) => `if (!(${name}[k] >= x)) ${name}[k] = x;`,
  first: (name) => `if (${name}[k] !== ${name}[k]) ${name}[k] = x;`,
  last: (name) => `${name}[k] = x;`,
};
