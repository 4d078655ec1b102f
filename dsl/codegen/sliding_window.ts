/**
 * Sliding windows (q - w, q]: rows of all keys stand in one log in order of time; a window is a number of rows
 * at the log's end. Rows leave for all keys at once, so the log is read and written in order.
 *
 * W1 Rows leave before the new row enters, oldest first. The rows of one key so leave and enter in the same
 *    order whatever rows of other keys or queries stand between.
 * W2 At the first row or query at or past a multiple of w (an anchor), the rounding parts of all keys are
 *    recomputed from the rows in (anchor - w, anchor). A value depends on no row before that.
 */
import { type Chain, type ChainKind, writeChain } from "./chain.ts";
import type { Lane, Lanes, WindowNeeds } from "./lanes.ts";
import { quoteNumber, slotName } from "./quote.ts";
import { type RowStore, writeStoreText } from "./row_store.ts";
import type { StateWriter } from "./state.ts";
import type { WindowText } from "./window.ts";

/** The log that all sliding windows of a kernel share; `end` is where the next row goes. */
export interface RowLog {
  /** Appends the row at time `t` with slot `k`; declares its position `p`. */
  readonly append: string;
  readonly times: string;
  readonly slots: string;
  valuesOf(lane: Lane): string;
  chainOf(lane: Lane, kind: ChainKind): Chain;
  ownerOf(lane: Lane, kind: ChainKind): number;
}

export function writeRowLog(windows: readonly WindowNeeds[], state: StateWriter): RowLog {
  const times = state.perLogRow("lt");
  const slots = state.perLogRow("ls", "Int32Array");
  const values = new Map<Lane, string>();
  const chains = new Map<Lane, Map<ChainKind, { chain: Chain; widthUs: number }>>();
  for (const { window, needs } of windows) {
    for (const { lane, parts } of needs) {
      if (!lane) continue;
      if (!values.has(lane)) values.set(lane, state.perLogRow("l"));
      const ofLane = chains.get(lane) ?? new Map<ChainKind, { chain: Chain; widthUs: number }>();
      chains.set(lane, ofLane);
      for (const kind of CHAIN_KINDS.filter((kind) => parts.has(kind))) {
        const chain = ofLane.get(kind)?.chain ??
          writeChain(kind, values.get(lane)!, linksOf(state));
        const widthUs = Math.max(ofLane.get(kind)?.widthUs ?? 0, widthOf(window));
        ofLane.set(kind, { chain, widthUs });
      }
    }
  }
  const pushes = [...chains].flatMap(([{ name }, ofLane]) =>
    [...ofLane.values()].map(({ chain }) =>
      `if (${name} === ${name}) { const x = ${name}; ${chain.push} }`
    )
  );
  return {
    append: [
      "const p = end; end = (end + 1) & mask;",
      `${times}[p] = t; ${slots}[p] = k;`,
      ...[...values].map(([lane, name]) => `${name}[p] = ${lane.name};`),
      ...pushes,
    ].join("\n"),
    times,
    slots,
    valuesOf: (lane) => known(values.get(lane)),
    chainOf: (lane, kind) => known(chains.get(lane)?.get(kind)).chain,
    ownerOf: (lane, kind) => known(chains.get(lane)?.get(kind)).widthUs,
  };
}

export function writeSlidingWindow(
  { window, needs }: WindowNeeds,
  { needOf }: Lanes,
  context: { state: StateWriter; log: RowLog; index: number },
): WindowText {
  const { state, log, index } = context;
  const width = widthOf(window);
  const w = quoteNumber(width);
  const [rows, due, anchor] = [slotName("r", index), slotName("d", index), slotName("g", index)];
  const text = writeStoreText(needs, storeOf(log, { width, rows }), state);
  const restart = text.restart === "" ? "" : [
    `if (t >= ${anchor}) {`,
    `const a = Math.floor(t / ${w}), low = (a - 1) * ${w};`,
    dropWhile(log, rows, text.leaveExact),
    text.restart,
    `${due} = ${rows} > 0 ? ${log.times}[(end - ${rows}) & mask] + ${w} : Infinity;`,
    `${anchor} = (a + 1) * ${w};`,
    "}",
  ].join("\n");
  const expire = [
    restart,
    `if (t >= ${due}) {`,
    `const low = t - ${w};`,
    dropWhile(log, rows, text.leave),
    `${due} = ${rows} > 0 ? ${log.times}[(end - ${rows}) & mask] + ${w} : Infinity;`,
    "}",
  ].join("\n");
  return {
    expire,
    counters: [
      { name: rows, start: "0" },
      { name: due, start: "Infinity" },
      ...(restart === "" ? [] : [{ name: anchor, start: "-Infinity" }]),
    ],
    rows,
    onRow: `if (${rows}++ === 0) ${due} = t + ${w};\n${text.enter}`,
    value: (call) => text.value(needOf(call), call),
  };
}

const CHAIN_KINDS: readonly ChainKind[] = ["min", "max", "first"];

/** Takes the window's oldest rows out while their time is at most `low`. */
function dropWhile({ times, slots }: RowLog, rows: string, leave: string): string {
  return [
    `for (let p = (end - ${rows}) & mask; ${rows} > 0 && ${times}[p] <= low; p = (p + 1) & mask) {`,
    `const k = ${slots}[p]; ${leave} ${rows}--;`,
    "}",
  ].join("\n");
}

function storeOf(log: RowLog, { width, rows }: { width: number; rows: string }): RowStore {
  return {
    valuesOf: log.valuesOf,
    chainOf: log.chainOf,
    ownsChain: (lane, kind) => log.ownerOf(lane, kind) === width,
    forEachRow: (body) =>
      `for (let j = ${rows}, p = (end - j) & mask; j > 0; j--, p = (p + 1) & mask) ` +
      `{ const k = ${log.slots}[p]; ${body} }`,
    stamp: "t",
    isLive: (stamp) => `${stamp} > t - ${quoteNumber(width)}`,
  };
}

function linksOf(
  state: StateWriter,
): { link(prefix: string): string; perSlot(prefix: string): string } {
  return {
    link: (prefix) => state.positionPerLogRow(prefix),
    perSlot: (prefix) => state.positionPerSlot(prefix),
  };
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
