/** The log that all sliding windows of a kernel share; `end` is where the next row goes. */
import { type Chain, type ChainOrder, writeChain } from "./chain.ts";
import { onOperands, operandNames, storeOperand } from "./lane_text.ts";
import type { Lane, WindowNeeds } from "./lanes.ts";
import type { ManifestBuilder } from "./manifest.ts";
import type { StateWriter } from "./state.ts";
import { join } from "./window.ts";

export interface RowLog {
  /** Appends the row at time `t` with slot `k`; declares its position `p`. */
  readonly append: string;
  /** Makes the rows of slot `k` rows of no slot; empty unless the log was told that keys are forgotten. */
  readonly forget: string;
  readonly times: string;
  readonly slots: string;
  /** Names of the arrays of a lane's operands. */
  valuesOf(lane: Lane): readonly string[];
  chainOf(lane: Lane, order: ChainOrder): Chain;
  /** Width of the window that drops a chain's rows last. */
  ownerOf(lane: Lane, order: ChainOrder): number;
  /** Statements on a row of slot `k`, if it may be a row of no slot only where it is not. */
  ifLive(statements: string): string;
}

interface OwnedChain {
  readonly chain: Chain;
  widthUs: number;
}

/** Writes the log of some sliding windows; `forgets` where keys may be forgotten before their rows expire. */
export function writeRowLog(
  windows: readonly WindowNeeds[],
  state: StateWriter,
  { forgets = false, manifest }: {
    readonly forgets?: boolean;
    readonly manifest: ManifestBuilder;
  },
): RowLog {
  const times = state.perLogRow("lt");
  const slots = state.perLogRow("ls", "Int32Array");
  const values = new Map<Lane, readonly string[]>();
  const chains = new Map<Lane, Map<string, OwnedChain>>();
  for (const { window, needs } of windows) {
    const width = slidingWidth(window);
    for (const { group } of needs) {
      if (!group || values.has(group.lane)) continue;
      values.set(group.lane, operandArrays(group.lane, state));
    }
    for (const { lane, parts, group } of needs) {
      if (!lane) continue;
      const ofLane = chains.get(lane) ?? new Map<string, OwnedChain>();
      chains.set(lane, ofLane);
      const names = values.get(lane) ?? operandArrays(lane, state);
      values.set(lane, names);
      for (const { chain: order } of parts.values()) {
        if (!order || group) continue;
        const owned = ofLane.get(order.name) ??
          { chain: writeChain(order, names, linksOf(state)), widthUs: width };
        owned.widthUs = Math.max(owned.widthUs, width);
        ofLane.set(order.name, owned);
      }
    }
  }
  const pushes = [...chains].map(([lane, ofLane]) => pushText(lane, [...ofLane.values()]));
  const keys = forgets ? writeKeyLinks(state, slots) : undefined;
  return {
    append: [
      "const p = end; end = (end + 1) & mask;",
      `${times}[p] = t; ${slots}[p] = k;`,
      keys?.push ?? "",
      ...[...values].flatMap(([lane, names]) =>
        names.map((name, j) => storeOperand(lane.operands[j]!, name, { state, manifest }))
      ),
      ...pushes,
    ].filter((line) => line !== "").join("\n"),
    forget: keys?.forget ?? "",
    times,
    slots,
    valuesOf: (lane) => known(values.get(lane)),
    chainOf: (lane, order) => known(chains.get(lane)?.get(order.name)).chain,
    ownerOf: (lane, order) => known(chains.get(lane)?.get(order.name)).widthUs,
    ifLive: (statements) =>
      forgets && statements !== "" ? `if (k >= 0) { ${statements} }` : statements,
  };
}

/**
 * Each row's link to its key's row before. A link may be older than the log: places only get older along the
 * links of one key, so a place of another slot, or a younger one, ends the walk.
 */
function writeKeyLinks(state: StateWriter, slots: string): { push: string; forget: string } {
  const newest = state.positionPerSlot("nk");
  const before = state.positionPerLogRow("bk");
  return {
    push: `${before}[p] = ${newest}[k]; ${newest}[k] = p;`,
    forget: [
      `for (let p = ${newest}[k], age = -1; p >= 0 && ${slots}[p] === k; p = ${before}[p]) {`,
      "const older = (end - 1 - p) & mask; if (older <= age) break;",
      `age = older; ${slots}[p] = -1;`,
      "}",
      `${newest}[k] = -1;`,
    ].join("\n"),
  };
}

function pushText(lane: Lane, chains: readonly OwnedChain[]): string {
  return onOperands(operandNames(lane), undefined, join(chains.map(({ chain }) => chain.push)));
}

function operandArrays(lane: Lane, state: StateWriter): readonly string[] {
  return lane.operands.map(({ isPacked }) =>
    isPacked ? state.handlePerLogRow("l") : state.perLogRow("l")
  );
}

/** Links along the log, and their ends. */
export function linksOf(
  state: StateWriter,
): { link(prefix: string): string; perSlot(prefix: string): string } {
  return {
    link: (prefix) => state.positionPerLogRow(prefix),
    perSlot: (prefix) => state.positionPerSlot(prefix),
  };
}

/** The width of a sliding window; no other keeps a log. */
export function slidingWidth(window: WindowNeeds["window"]): number {
  if (window.kind !== "sliding") {
    throw new RangeError(`Cannot log rows for a "${window.kind}" window`);
  }
  return window.widthUs;
}

function known<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new RangeError("Cannot write a window: its lane has no column in the log");
  }
  return value;
}
