/**
 * `last n` windows: each key has a ring of its last n input rows. The rounding parts restart from the ring at
 * every n-th row of the key, counted from its first.
 */
import { type Chain, type ChainKind, writeChain } from "./chain.ts";
import type { Lane, Lanes, WindowNeeds } from "./lanes.ts";
import { quoteNumber } from "./quote.ts";
import { writeStoreText } from "./row_store.ts";
import type { StateWriter } from "./state.ts";
import type { WindowText } from "./window.ts";

export function writeLastRowsWindow(
  { window, needs }: WindowNeeds,
  { needOf }: Lanes,
  state: StateWriter,
): WindowText {
  if (window.kind !== "last") {
    throw new RangeError(`Cannot keep rings for a "${window.kind}" window`);
  }
  const n = quoteNumber(window.rows);
  const seen = state.perSlot("r", "0");
  const values = new Map<Lane, string>();
  const chains = new Map<string, Chain>();
  const ringArrays = {
    link: (prefix: string) => state.perSlot(prefix, "-1", "Int32Array", window.rows),
    perSlot: (prefix: string) => state.perSlot(prefix, "-1", "Int32Array"),
  };
  for (const { lane, parts } of needs) {
    if (!lane) continue;
    if (!values.has(lane)) values.set(lane, state.perSlot("l", "NaN", "Float64Array", window.rows));
    for (const kind of CHAIN_KINDS.filter((kind) => parts.has(kind))) {
      chains.set(lane.name + kind, writeChain(kind, values.get(lane)!, ringArrays));
    }
  }
  const text = writeStoreText(needs, {
    valuesOf: (lane) => values.get(lane)!,
    chainOf: (lane, kind) => chains.get(lane.name + kind)!,
    ownsChain: () => true,
    forEachRow: (body) => `for (let p = k * ${n}, end = p + ${n}; p < end; p++) { ${body} }`,
    stamp: `${seen}[k]`,
    isLive: (stamp) => `${stamp} > ${seen}[k] - ${n}`,
  }, state);
  const pushes = [...values].flatMap(([lane]) =>
    CHAIN_KINDS.map((kind) => chains.get(lane.name + kind)).filter((chain) => chain !== undefined)
      .map(({ push }) => `if (${lane.name} === ${lane.name}) { const x = ${lane.name}; ${push} }`)
  );
  const restart = text.restart === "" ? "" : `if (${seen}[k] % ${n} === 0) { ${text.restart} }`;
  return {
    expire: "",
    onRow: [
      `{ const p = k * ${n} + ${seen}[k] % ${n};`,
      `if (${seen}[k] >= ${n}) { ${text.leave} }`,
      ...[...values].map(([lane, name]) => `${name}[p] = ${lane.name};`),
      `${seen}[k]++;`,
      ...pushes,
      text.enter,
      restart,
      "}",
    ].join("\n"),
    value: (call) => text.value(needOf(call), call),
  };
}

const CHAIN_KINDS: readonly ChainKind[] = ["min", "max", "first"];
