/**
 * Windows that drop rows, sliding and `last n`, share one shape: rows stand at positions of a store, and
 * per lane there are parts to add to, to take from, and to restart. This file writes that shape; the
 * windows say where the rows are.
 */
import type { AggregateCall } from "../typed_ast.ts";
import {
  type Accumulator,
  countPart,
  distinctPart,
  shiftedMoments,
  sortedPart,
  sumPart,
  valueOf,
} from "./accumulators.ts";
import type { Chain, ChainHead, ChainKind } from "./chain.ts";
import type { Lane, Need } from "./lanes.ts";
import type { StateWriter } from "./state.ts";
import { guarded, join } from "./window.ts";

/** Where the rows of a window stand. */
export interface RowStore {
  /** Name of the array that holds a lane's values by position. */
  valuesOf(lane: Lane): string;
  chainOf(lane: Lane, kind: ChainKind): Chain;
  /** True for the window that takes a row out of the chain last. */
  ownsChain(lane: Lane, kind: ChainKind): boolean;
  /** Loop over the rows from the oldest, with each position as `p` and its slot as `k`. */
  forEachRow(body: string): string;
  /** How `last` knows its value is still inside: texts of the row's stamp and of the test at `t`. */
  readonly stamp: string;
  isLive(stamp: string): string;
}

interface NeedState {
  readonly need: Need;
  readonly exact: readonly Accumulator[];
  readonly inexact: readonly Accumulator[];
  readonly heads: readonly { readonly head: ChainHead; readonly owns: boolean }[];
  readonly n: string | undefined;
  readonly shift: string | undefined;
  /** Sums for the mean that becomes the shift. */
  readonly sums: string | undefined;
  readonly values: string | undefined;
  readonly onRowOnly: string;
  value(call: AggregateCall): string;
}

/** The text of a window's parts over a row store. */
export interface StoreText {
  /** The row that was just put at `p` enters. */
  readonly enter: string;
  /** The row at `p` leaves: everything is undone. */
  readonly leave: string;
  /** The row at `p` leaves just before a restart: only what a restart does not recompute is undone. */
  readonly leaveExact: string;
  /** Recomputes the rounding parts from the rows; empty if there are none. */
  readonly restart: string;
  value(need: Need, call: AggregateCall): string;
}

export function writeStoreText(
  needs: readonly Need[],
  store: RowStore,
  state: StateWriter,
): StoreText {
  const states = needs.map((need) => needState(need, store, state));
  return {
    enter: join(states.map(enterText)),
    leave: join(states.map((entry) => leaveText(entry, false))),
    leaveExact: join(states.map((entry) => leaveText(entry, true))),
    restart: restartText(states, store),
    value(need, call) {
      const found = states.find((entry) => entry.need === need);
      if (!found) {
        throw new RangeError(`Cannot read "${call.name}": its lane is not in this window`);
      }
      return found.value(call);
    },
  };
}

function needState(need: Need, store: RowStore, state: StateWriter): NeedState {
  const { lane, parts } = need;
  const names: Parameters<typeof valueOf>[1] = {};
  const exact: Accumulator[] = [];
  const inexact: Accumulator[] = [];
  const extremes = new Map<string, string>();
  const heads: { head: ChainHead; owns: boolean }[] = [];
  let shift: string | undefined;
  let onRowOnly = "";
  // The count must exist before the moments that read it.
  if (parts.has("n") || parts.has("sum") || parts.has("moments")) {
    const { accumulator, n } = countPart(state);
    exact.push(accumulator);
    names.n = n;
  }
  if (parts.has("sum")) {
    const { accumulator, s, c } = sumPart(state);
    inexact.push(accumulator);
    names.sum = { s, c };
  }
  if (parts.has("moments")) {
    const moments = shiftedMoments(state, names.n ?? "");
    inexact.push(moments.accumulator);
    names.variance = moments.variance;
    shift = moments.shift;
  }
  if (parts.has("sorted")) {
    const { accumulator, name } = sortedPart(state);
    exact.push(accumulator);
    names.sorted = name;
  }
  if (parts.has("distinct")) {
    const { accumulator, name } = distinctPart(state);
    exact.push(accumulator);
    names.distinct = name;
  }
  for (const kind of (["min", "max", "first"] as const).filter((kind) => parts.has(kind))) {
    if (!lane) continue;
    const head = store.chainOf(lane, kind).head();
    heads.push({ head, owns: store.ownsChain(lane, kind) });
    extremes.set(kind, head.value);
  }
  if (parts.has("last")) {
    const [value, stamp] = [state.perSlot("m", "NaN"), state.perSlot("q", "-Infinity")];
    onRowOnly = `${value}[k] = x; ${stamp}[k] = ${store.stamp};`;
    extremes.set("last", `(${store.isLive(`${stamp}[k]`)} ? ${value}[k] : NaN)`);
  }
  return {
    need,
    exact,
    inexact,
    heads,
    n: names.n,
    shift,
    sums: shift && state.perSlot("y", "0"),
    values: lane && store.valuesOf(lane),
    onRowOnly,
    value: (call) => extremes.get(call.name) ?? valueOf(call, names),
  };
}

function enterText({ need, exact, inexact, heads, onRowOnly }: NeedState): string {
  const adds = [...exact, ...inexact].map(({ add }) => add);
  return guarded(need, join([...adds, ...heads.map(({ head }) => head.enter), onRowOnly]));
}

function leaveText(
  { exact, inexact, heads, n, values }: NeedState,
  exactOnly: boolean,
): string {
  const removes = exact.map(({ remove }) => remove);
  if (inexact.length > 0) {
    const resets = join(inexact.map(({ reset }) => reset));
    const takes = exactOnly ? "" : ` else { ${join(inexact.map(({ remove }) => remove))} }`;
    removes.push(`if (${n}[k] === 0) { ${resets} }${takes}`);
  }
  removes.push(...heads.map(({ head, owns }) => head.leave(owns)));
  const text = join(removes);
  if (text === "" || values === undefined) return text;
  return `{ const x = ${values}[p]; if (x === x) { ${text} } }`;
}

/** The moments' shift becomes the mean of the key's rows, so that two sums of small numbers carry the variance. */
function restartText(states: readonly NeedState[], store: RowStore): string {
  const rounding = states.filter(({ inexact }) => inexact.length > 0);
  if (rounding.length === 0) return "";
  const shifted = rounding.filter(({ shift }) => shift !== undefined);
  const onValue = ({ values }: NeedState, body: string) =>
    `{ const x = ${values}[p]; if (x === x) { ${body} } }`;
  const resets = rounding.map((entry) => {
    const zero = entry.sums === undefined ? "" : `${entry.sums}[k] = 0;`;
    return onValue(entry, join([...entry.inexact.map(({ reset }) => reset), zero]));
  });
  const sums = shifted.map((entry) => onValue(entry, `${entry.sums}[k] += x;`));
  const adds = rounding.map((entry) => {
    const shift = entry.shift === undefined
      ? ""
      : `${entry.shift}[k] = ${entry.sums}[k] / ${entry.n}[k];`;
    return onValue(entry, join([shift, ...entry.inexact.map(({ add }) => add)]));
  });
  return join([
    store.forEachRow(join(resets)),
    sums.length > 0 ? store.forEachRow(join(sums)) : "",
    store.forEachRow(join(adds)),
  ]);
}
