/**
 * Sliding windows (q - w, q]: rows stand in one log for all windows and keys, linked by key; each window has
 * its own oldest row per key.
 *
 * W1 Rows leave before the new row enters, oldest first, so the order of operations on a key is the same
 *    whether a row, a query or the log's end takes a row out.
 * W2 At the first row or query at or past a multiple of w (an anchor), the rounding parts are recomputed from
 *    the rows in (anchor - w, anchor). A value depends on no row before that.
 * W3 The log keeps every row that a coming restart may recompute from: those after the last anchor less w.
 */
import { type Chain, type ChainKind, writeChain } from "./chain.ts";
import type { Lane, Lanes, WindowNeeds } from "./lanes.ts";
import { quoteNumber } from "./quote.ts";
import { type RowStore, writeStoreText } from "./row_store.ts";
import type { StateWriter } from "./state.ts";
import type { WindowText } from "./window.ts";

/** The log that all sliding windows of a kernel share. */
export interface RowLog {
  /** Appends the row at time `t` with slot `k`; declares its position `p`. */
  readonly append: string;
  /** Body of `evict(limit)`: drops rows with time <= limit. */
  evict(onEvict: readonly string[]): string;
  readonly next: string;
  readonly times: string;
  valuesOf(lane: Lane): string;
  chainOf(lane: Lane, kind: ChainKind): Chain;
  ownerOf(lane: Lane, kind: ChainKind): number;
}

export function writeRowLog(windows: readonly WindowNeeds[], state: StateWriter): RowLog {
  const times = state.perLogRow("lt");
  const slots = state.perLogRow("ls", "Int32Array");
  const next = state.positionPerLogRow("ln");
  const tail = state.positionPerSlot("lk");
  const values = new Map<Lane, string>();
  const chains = new Map<string, Chain>();
  const owners = new Map<string, number>();
  for (const { window, needs } of windows) {
    for (const { lane, parts } of needs) {
      if (!lane) continue;
      if (!values.has(lane)) values.set(lane, state.perLogRow("l"));
      for (const kind of CHAIN_KINDS.filter((kind) => parts.has(kind))) {
        const key = lane.name + kind;
        if (!chains.has(key)) {
          chains.set(key, writeChain(kind, values.get(lane)!, logArrays(state)));
        }
        owners.set(key, Math.max(owners.get(key) ?? 0, widthOf(window)));
      }
    }
  }
  const pushes = [...chains].map(([key, { push }]) => {
    const lane = [...values.keys()].find(({ name }) => key.startsWith(name) && isKind(key, name));
    return `if (${lane?.name} === ${lane?.name}) { const x = ${lane?.name}; ${push} }`;
  });
  return {
    append: [
      "const p = (first + count) & mask; count++;",
      `${times}[p] = t; ${slots}[p] = k; ${next}[p] = -1;`,
      `{ const u = ${tail}[k]; if (u >= 0) ${next}[u] = p; ${tail}[k] = p; }`,
      ...[...values].map(([lane, name]) => `${name}[p] = ${lane.name};`),
      ...pushes,
    ].join("\n"),
    evict: (onEvict) =>
      [
        `while ($count > 0 && ${times}[$first] <= limit) {`,
        `const h = $first, k = ${slots}[h];`,
        ...onEvict,
        `if (${tail}[k] === h) ${tail}[k] = -1;`,
        "$first = ($first + 1) & $mask; $count--;",
        "}",
      ].join("\n"),
    next,
    times,
    valuesOf: (lane) => known(values.get(lane)),
    chainOf: (lane, kind) => known(chains.get(lane.name + kind)),
    ownerOf: (lane, kind) => known(owners.get(lane.name + kind)),
  };
}

export function writeSlidingWindow(
  { window, needs }: WindowNeeds,
  { needOf }: Lanes,
  context: { state: StateWriter; log: RowLog },
): WindowText {
  const { state, log } = context;
  const width = widthOf(window);
  const w = quoteNumber(width);
  const head = state.positionPerSlot("h");
  const text = writeStoreText(needs, storeOf(log, width), state);
  const anchor = text.restart === "" ? undefined : state.perSlot("a", "-Infinity");
  const restart = anchor === undefined ? "" : [
    `if (t >= ${anchor}[k]) {`,
    `const a = Math.floor(t / ${w}), low = (a - 1) * ${w};`,
    `while (h >= 0 && ${log.times}[h] <= low) { const p = h; ${text.leaveExact} h = ${log.next}[h]; }`,
    text.restart,
    `${anchor}[k] = (a + 1) * ${w};`,
    "}",
  ].join("\n");
  const expire = [
    `{ let h = ${head}[k]; if (h >= 0) {`,
    restart,
    `const low = t - ${w};`,
    `while (h >= 0 && ${log.times}[h] <= low) { const p = h; ${text.leave} h = ${log.next}[h]; }`,
    `${head}[k] = h;`,
    "} }",
  ].join("\n");
  const anchored = anchor === undefined ? "" : `${anchor}[k] = (Math.floor(t / ${w}) + 1) * ${w};`;
  return {
    expire,
    keepsFrom: anchor === undefined ? `from - ${w}` : `Math.floor(from / ${w}) * ${w} - ${w}`,
    onRow: `if (${head}[k] < 0) { ${head}[k] = p; ${anchored} }\n${text.enter}`,
    onEvict: `if (${head}[k] === h) { const p = h; ${text.leave} ${head}[k] = ${log.next}[h]; }`,
    value: (call) => text.value(needOf(call), call),
  };
}

const CHAIN_KINDS: readonly ChainKind[] = ["min", "max", "first"];

function storeOf(log: RowLog, width: number): RowStore {
  return {
    valuesOf: log.valuesOf,
    chainOf: log.chainOf,
    ownsChain: (lane, kind) => log.ownerOf(lane, kind) === width,
    forEachRow: (body) => `for (let p = h; p >= 0; p = ${log.next}[p]) { ${body} }`,
    stamp: "t",
    isLive: (stamp) => `${stamp} > t - ${quoteNumber(width)}`,
  };
}

function logArrays(
  state: StateWriter,
): { link(prefix: string): string; perSlot(prefix: string): string } {
  return {
    link: (prefix) => state.positionPerLogRow(prefix),
    perSlot: (prefix) => state.positionPerSlot(prefix),
  };
}

function isKind(key: string, laneName: string): boolean {
  return (CHAIN_KINDS as readonly string[]).includes(key.slice(laneName.length));
}

function widthOf(window: WindowNeeds["window"]): number {
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
