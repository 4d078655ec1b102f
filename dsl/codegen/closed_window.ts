/** What kernels of closed windows share: the aggregates of the open window, and the values of its row. */
import { ExpressionWriter } from "./expression.ts";
import { columnText } from "./event_windows.ts";
import { skipUnless } from "./failing.ts";
import type { KernelRequest } from "./kernel.ts";
import type { InputSlots } from "./input_slots.ts";
import { LagRings } from "./lag_rings.ts";
import { lanesText } from "./lane_text.ts";
import { aggregatesIn, collectLanes, lagsIn } from "./lanes.ts";
import type { ManifestBuilder } from "./manifest.ts";
import type { StateWriter } from "./state.ts";
import { join, writeAddingWindow } from "./window.ts";

/** Texts of a feature whose aggregates share one closed window. */
export interface ClosedText {
  /** Skips rows that fail `where`. */
  readonly where: string;
  /** Slot `k` has no rows before: windows hold all of theirs, but `prev` and `lag` start anew. */
  readonly forget: string;
  /** The row enters its key's open window. */
  readonly enter: string;
  /** Slot `k` has an open window without rows. */
  readonly reset: string;
  /** Computes the row of slot `k`'s window; `t` is its time, decayed values are as of `at`. */
  readonly row: ExpressionWriter;
  /** Writes expressions of input rows. */
  readonly input: ExpressionWriter;
}

export function writeClosedWindow(
  { outputs, where, time }: KernelRequest,
  { manifest, state, inputs }: {
    manifest: ManifestBuilder;
    state: StateWriter;
    inputs: InputSlots;
  },
): ClosedText {
  const expressions = outputs.map(({ expression }) => expression);
  const lanes = collectLanes(aggregatesIn(expressions), manifest);
  const windows = lanes.windows.map((entry) => writeAddingWindow(entry, lanes, state));
  const keys = lanes.windows.map(({ window }) => JSON.stringify(window));
  const lags = new LagRings(state);
  const input = new ExpressionWriter(
    {
      column: (column) => inputs.read(column),
      lag: (lag) => lags.read(lag),
      aggregate: () => refuse("aggregate in an aggregate"),
    },
    manifest,
    "v",
  );
  const row = new ExpressionWriter(
    {
      column: ({ name }) => name === time ? "b" : refuse("bare column"),
      lag: () => refuse("lag"),
      aggregate: (call) =>
        columnText(call, windows[keys.indexOf(JSON.stringify(call.window))]!.value(call)),
    },
    manifest,
    "w",
  );
  const whereText = where ? skipUnless(input, where) : "";
  const laneText = lanesText(lanes.lanes, input);
  const lagText = lags.push(lagsIn(where ? [where, ...expressions] : expressions), input);
  return {
    where: whereText,
    forget: lags.forget(),
    enter: [laneText, ...windows.map(({ enter }) => enter), lagText]
      .filter((line) => line !== "").join("\n"),
    reset: join(windows.map(({ forget }) => forget)),
    row,
    input,
  };
}

function refuse(what: string): never {
  throw new RangeError(`Cannot write a closed window: it holds a ${what}`);
}
