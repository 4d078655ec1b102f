/**
 * Windows that drop rows, sliding and `last n`, share one shape: rows stand at positions of a store, and
 * per lane there are parts to add to, to take from, and to restart. This file writes that shape; the
 * windows say where the rows are.
 */
import type { AggregateCall } from "../typed_ast.ts";
import type { Chain, ChainOrder } from "./chain.ts";
import { groupedNeeds, type Grouping } from "./grouping.ts";
import { onOperands, operandWords } from "./lane_text.ts";
import type { Lane, Need } from "./lanes.ts";
import type { ManifestBuilder } from "./manifest.ts";
import type { PartRows, PartText } from "./parts/part.ts";
import type { StateWriter } from "./state.ts";
import { groupedValue, guarded, join, writeParts } from "./window.ts";

/** Where the rows of a window stand. */
export interface RowStore extends Pick<PartRows, "stamp" | "isLive" | "leaves"> {
  /** Names of the arrays that hold a lane's operands by position; of packed ones, their handles. */
  valuesOf(lane: Lane): readonly string[];
  /** The pool of packed operands. */
  pool(): string;
  /** Text of the time of the row at `p`, for lanes that read it. */
  readonly time: string;
  chainOf(lane: Lane, order: ChainOrder): Chain;
  /** A chain of this window alone, its ends kept by sub-slot. */
  groupChain(lane: Lane, order: ChainOrder, state: StateWriter): Chain;
  /** `stamp` and `leaves` where `own` is the key's slot. */
  readonly grouped: Pick<PartRows, "stamp" | "isLive" | "leaves">;
  /** True for the window that takes a row out of the chain last. */
  ownsChain(lane: Lane, order: ChainOrder): boolean;
  /** Loop over the rows from the oldest, or the newest, with each position as `p` and its slot as `k`. */
  forEachRow(body: string, backward?: boolean): string;
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
  /** Forgets everything of slot `k`. */
  readonly forget: string;
  value(need: Need, call: AggregateCall): string;
}

interface NeedText {
  readonly need: Need;
  readonly exact: readonly PartText[];
  readonly rounding: readonly PartText[];
  /** What enters and resets the chains of categories; other chains stand in the store. */
  readonly pushes: readonly string[];
  readonly resets: readonly string[];
  /** Text of the count that says when the rounding parts begin anew. */
  readonly n: string | undefined;
  value(call: AggregateCall): string;
}

export function writeStoreText(
  needs: readonly Need[],
  store: RowStore,
  context: { readonly state: StateWriter; readonly manifest: ManifestBuilder },
): StoreText {
  const groups = groupedNeeds(needs, context).map(({ grouping, needs }): GroupText => ({
    grouping,
    texts: needs.map((need) => needText(need, store, { ...context, grouping })),
  }));
  const texts = groups.flatMap(({ texts }) => texts);
  const leave = (exactOnly: boolean) =>
    join(groups.map((group) => groupLeaveText(group, store, exactOnly)));
  return {
    enter: join(groups.map(groupEnterText)),
    leave: leave(false),
    leaveExact: leave(true),
    restart: restartText(groups, store),
    forget: join(groups.map(({ grouping, texts }) => {
      const resets = resetText(texts);
      return grouping ? grouping.forget(resets) : resets;
    })),
    value(need, call) {
      const found = texts.find((text) => text.need === need);
      if (!found) {
        throw new RangeError(`Cannot read "${call.name}": its lane is not in this window`);
      }
      return found.value(call);
    },
  };
}

function needText(
  need: Need,
  store: RowStore,
  { grouping, ...context }: {
    readonly state: StateWriter;
    readonly manifest: ManifestBuilder;
    readonly grouping: Grouping | undefined;
  },
): NeedText {
  const { lane } = need;
  const state = grouping?.state ?? context.state;
  const pushes = new Map<string, Chain>();
  const groupChain = (lane: Lane, order: ChainOrder): Chain => {
    const chain = pushes.get(order.name) ?? store.groupChain(lane, order, state);
    pushes.set(order.name, chain);
    return chain;
  };
  const { stamp, isLive, leaves } = grouping ? store.grouped : store;
  const written = writeParts(need, {
    ...context,
    state,
    rows: ({ name, chain }) => ({
      values: lane ? store.valuesOf(lane) : [],
      pool: () => store.pool(),
      stamp,
      isLive,
      leaves,
      head: () => {
        if (!lane || !chain) {
          throw new RangeError(`Cannot link rows for "${name}": it has no chain`);
        }
        return (grouping ? groupChain(lane, chain) : store.chainOf(lane, chain)).head();
      },
      leave: (head) => head.leave(!lane || !chain || !!grouping || store.ownsChain(lane, chain)),
    }),
  });
  const parts = [...written.texts.values()];
  return {
    need,
    exact: parts.filter(({ rounds }) => !rounds),
    rounding: parts.filter(({ rounds }) => rounds),
    pushes: [...pushes.values()].map(({ push }) => push),
    resets: [...pushes.values()].map(({ reset }) => reset),
    n: written.texts.get("n")?.reads["n"],
    value: grouping ? groupedValue(grouping, written) : written.value,
  };
}

/** Some needs whose rows fall into the same categories, or into none. */
interface GroupText {
  readonly grouping: Grouping | undefined;
  readonly texts: readonly NeedText[];
}

function groupEnterText({ grouping, texts }: GroupText): string {
  const enter = join(texts.map(enterText));
  return grouping ? grouping.enter(grouping.group.lane.name, enter) : enter;
}

function groupLeaveText(
  { grouping, texts }: GroupText,
  store: RowStore,
  exactOnly: boolean,
): string {
  const leave = join(texts.map((text) => leaveText(text, store, exactOnly)));
  return grouping ? grouping.leave(categoryOf(grouping, store), leave, resetText(texts)) : leave;
}

/** The category of the row at `p`. */
function categoryOf({ group: { lane } }: Grouping, store: RowStore): string {
  return `${store.valuesOf(lane)[0]}[p]`;
}

function resetText(texts: readonly NeedText[]): string {
  return join(
    texts.flatMap(({ exact, rounding, resets }) => [
      ...[...exact, ...rounding].map(({ reset }) => reset),
      ...resets,
    ]),
  );
}

function enterText({ need, exact, rounding, pushes }: NeedText): string {
  return guarded(need, join([...pushes, ...[...exact, ...rounding].map(({ add }) => add)]));
}

function leaveText(
  { need, exact, rounding, n }: NeedText,
  store: RowStore,
  exactOnly: boolean,
): string {
  const removes = exact.map(({ remove }) => remove);
  if (rounding.length > 0) {
    const resets = join(rounding.map(({ reset }) => reset));
    const takes = exactOnly ? "" : ` else { ${join(rounding.map(({ remove }) => remove))} }`;
    removes.push(`if (${n} === 0) { ${resets} }${takes}`);
  }
  return onStoredRow(need, store, join(removes));
}

/** The statements for the row at `p`, with its operands as `x`, `y`, … if its lane is not null. */
function onStoredRow({ lane }: Need, store: RowStore, statements: string): string {
  if (!lane || statements === "") return statements;
  const values = store.valuesOf(lane).map((name, j) =>
    lane.operands[j]!.isPacked ? `${store.pool()}.at(${name}[p])` : `${name}[p]`
  );
  const words = operandWords(lane, () => `${store.pool()}.words`);
  return onOperands(values, lane.readsTime ? store.time : undefined, words + statements);
}

/** Every part's passes over the rows of the window, then the pass back for those that keep suffixes. */
function restartText(groups: readonly GroupText[], store: RowStore): string {
  const restarted = groups.map(({ grouping, texts }) => ({
    grouping,
    needs: texts.map(({ need, exact, rounding }) => ({
      need,
      parts: [...exact, ...rounding].map((part) => ({
        passes: part.passes ?? (part.rounds ? [part.reset, part.add] : []),
        backward: part.backward,
      })),
    })),
  }));
  const onRow = (
    text: (
      part: { passes: readonly string[]; backward?: string | undefined },
    ) => string | undefined,
  ) =>
    join(restarted.map(({ grouping, needs }) => {
      const body = join(
        needs.map(({ need, parts }) => onStoredRow(need, store, join(parts.map(text)))),
      );
      return grouping ? grouping.within(categoryOf(grouping, store), body) : body;
    }));
  const count = Math.max(
    0,
    ...restarted.flatMap(({ needs }) =>
      needs.flatMap(({ parts }) => parts.map(({ passes }) => passes.length))
    ),
  );
  const forward = Array.from({ length: count }, (_, pass) => onRow(({ passes }) => passes[pass]));
  const backward = onRow(({ backward }) => backward);
  return join([
    ...forward.map((body) => store.forEachRow(body)),
    backward === "" ? "" : store.forEachRow(backward, true),
  ]);
}
