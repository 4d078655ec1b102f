/**
 * Sliding windows (q - w, q]: rows of all keys stand in one log in order of time; a window is a number of rows
 * at the log's end. Rows leave for all keys at once, so the log is read and written in order.
 *
 * W1 Rows leave before the new row enters, oldest first. The rows of one key so leave and enter in the same
 *    order whatever rows of other keys or queries stand between.
 * W2 At the first row or query at or past a multiple of w (an anchor), the rounding parts of all keys are
 *    recomputed from the rows in (anchor - w, anchor). A value depends on no row before that.
 * W3 Rows of a key that was forgotten stay in the log as rows of no slot.
 */
import { writeChain } from "./chain.ts";
import type { Lanes, WindowNeeds } from "./lanes.ts";
import { quoteNumber, slotName } from "./quote.ts";
import { linksOf, type RowLog, slidingWidth } from "./row_log.ts";
import { type RowStore, writeStoreText } from "./row_store.ts";
import type { StateWriter } from "./state.ts";
import type { WindowText } from "./window.ts";

export function writeSlidingWindow(
  { window, needs }: WindowNeeds,
  { needOf, manifest }: Lanes,
  context: { state: StateWriter; log: RowLog; index: number },
): WindowText {
  const { state, log, index } = context;
  const width = slidingWidth(window);
  const w = quoteNumber(width);
  const [rows, due, anchor] = [slotName("r", index), slotName("d", index), slotName("an", index)];
  const text = writeStoreText(needs, storeOf({ state, log }, { width, rows }), { state, manifest });
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
    leave: "",
    counters: [
      { name: rows, start: "0" },
      { name: due, start: "Infinity" },
      ...(restart === "" ? [] : [{ name: anchor, start: "-Infinity" }]),
    ],
    rows,
    enter: `if (${rows}++ === 0) ${due} = t + ${w};\n${text.enter}`,
    forget: text.forget,
    value: (call) => text.value(needOf(call), call),
  };
}

/** Takes the window's oldest rows out while their time is at most `low`. */
function dropWhile(log: RowLog, rows: string, leave: string): string {
  return [
    `for (let p = (end - ${rows}) & mask; ${rows} > 0 && ${log.times}[p] <= low; p = (p + 1) & mask) {`,
    `const k = ${log.slots}[p]; ${log.ifLive(leave)} ${rows}--;`,
    "}",
  ].join("\n");
}

function storeOf(
  { state, log }: { state: StateWriter; log: RowLog },
  { width, rows }: { width: number; rows: string },
): RowStore {
  return {
    valuesOf: log.valuesOf,
    pool: () => state.packedPool(),
    time: `${log.times}[p]`,
    chainOf: log.chainOf,
    groupChain: (lane, order, state) => writeChain(order, log.valuesOf(lane), linksOf(state)),
    ownsChain: (lane, order) => log.ownerOf(lane, order) === width,
    forEachRow: (body, backward) => {
      const steps = backward
        ? `let j = ${rows}, p = (end - 1) & mask; j > 0; j--, p = (p - 1) & mask`
        : `let j = ${rows}, p = (end - j) & mask; j > 0; j--, p = (p + 1) & mask`;
      return `for (${steps}) { const k = ${log.slots}[p]; ${log.ifLive(body)} }`;
    },
    stamp: "t",
    isLive: (stamp) => `${stamp} > t - ${quoteNumber(width)}`,
    leaves: undefined,
    grouped: {
      stamp: "t",
      isLive: (stamp) => `${stamp} > t - ${quoteNumber(width)}`,
      leaves: undefined,
    },
  };
}
