/** What the kernel asks of a window's text, and the text for windows that only add (`ever`, one closed bucket). */
import type { AggregateCall } from "../typed_ast.ts";
import { groupedNeeds, type Grouping } from "./grouping.ts";
import { onOperands, operandNames, operandWords } from "./lane_text.ts";
import { type Lanes, type Need, type WindowNeeds, withoutCategories } from "./lanes.ts";
import { familyOf } from "./parts/registry.ts";
import type { Part, PartContext, PartText } from "./parts/part.ts";
import type { StateWriter } from "./state.ts";

/**
 * One window of a kernel as text. `t` is the row's time, `k` its slot; queries stand at `t` too. A row runs
 * through `expire`, `leave`, then (where there is a row log) is appended at `p`, then runs through `enter`; before
 * `enter` the value is that of the window without the row. A query runs through `expire` alone.
 */
export interface WindowText {
  /** Rows that left by time `t` go. */
  readonly expire: string;
  /** Rows that make room for the row that is about to enter. */
  readonly leave: string;
  /** The row enters; its lanes are computed. */
  readonly enter: string;
  /** Before values are read, at a row that has entered or at a query: what they are read from. */
  readonly read?: string;
  /** Forgets everything of slot `k`. */
  readonly forget: string;
  /** Numbers that the kernel keeps between slices as plain variables. */
  readonly counters?: readonly { readonly name: string; readonly start: string }[];
  /** Name of the counter that says how many rows of the log the window holds. */
  readonly rows?: string;
  /** Text of the call's value now. */
  value(call: AggregateCall): string;
}

/** The parts of one need with their texts, each behind those it requires. */
export interface WrittenParts {
  readonly texts: ReadonlyMap<string, PartText>;
  value(call: AggregateCall): string;
}

/** The text of a window that keeps no rows; `reset` is `forget`, at the close of a bucket. */
export interface AddingText extends WindowText {
  readonly reset: string;
}

export function writeAddingWindow(
  { needs }: WindowNeeds,
  { needOf, manifest }: Lanes,
  state: StateWriter,
): AddingText {
  const written = new Map<Need, WrittenParts>();
  const texts = groupedNeeds(needs, { state, manifest }).map(({ grouping, needs }) => {
    for (const need of needs) {
      const context = { state: grouping?.state ?? state, manifest, rows: () => undefined };
      const parts = writeParts(need, context);
      written.set(need, grouping ? { ...parts, value: groupedValue(grouping, parts) } : parts);
    }
    const enter = needs.map((need) =>
      guarded(need, join([...written.get(need)!.texts.values()].map(({ add }) => add)))
    ).join("\n");
    const reset = join(
      needs.flatMap((need) => [...written.get(need)!.texts.values()].map(({ reset }) => reset)),
    );
    if (!grouping) return { enter, reset };
    return {
      enter: grouping.enter(grouping.group.lane.name, enter),
      reset: grouping.forget(reset),
    };
  });
  const reset = join(texts.map(({ reset }) => reset));
  return {
    expire: "",
    leave: "",
    enter: texts.map(({ enter }) => enter).join("\n"),
    reset,
    forget: reset,
    value: (call) => written.get(needOf(call))!.value(call),
  };
}

/** A call's value over all categories. */
export function groupedValue(
  grouping: Grouping,
  { value }: Pick<WrittenParts, "value">,
): (call: AggregateCall) => string {
  return (call) => grouping.value(call, value(withoutCategories(call)));
}

/** Writes a need's parts; `rows` is what a part of a window that drops rows may ask of them. */
export function writeParts(
  { lane, parts }: Need,
  { state, manifest, rows }: Pick<PartContext, "state" | "manifest"> & {
    rows(part: Part): PartContext["rows"];
  },
): WrittenParts {
  const texts = new Map<string, PartText>();
  const read = (part: Part, name: string): string => {
    const text = texts.get(part.name)?.reads[name];
    if (text === undefined) {
      throw new RangeError(`Cannot read "${name}" of "${part.name}": its part was not written`);
    }
    return text;
  };
  for (const part of parts.values()) {
    texts.set(part.name, part.write({ state, manifest, lane, rows: rows(part), read }));
  }
  return { texts, value: (call) => familyOf(call).value(call, read) };
}

/** The statements for rows whose lane is not null, with the lane's operands as `x`, `y`, … */
export function guarded({ lane }: Need, statements: string): string {
  if (statements === "") return "";
  const words = operandWords(lane, ({ name }) => `${name}w`);
  return onOperands(operandNames(lane), lane?.readsTime ? "t" : undefined, words + statements);
}

export function join(statements: readonly (string | undefined)[]): string {
  return statements.filter((statement) => statement !== undefined && statement !== "").join(" ");
}
