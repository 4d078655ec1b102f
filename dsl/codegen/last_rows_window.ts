/**
 * `last n` windows: each key has a ring of its last n input rows. The rounding parts restart from the ring at
 * every n-th row of the key, counted from its first.
 */
import { type Chain, type ChainOrder, writeChain } from "./chain.ts";
import { onOperands, operandNames, storeOperand } from "./lane_text.ts";
import type { Lane, Lanes, WindowNeeds } from "./lanes.ts";
import type { ManifestBuilder } from "./manifest.ts";
import { quoteNumber } from "./quote.ts";
import { writeStoreText } from "./row_store.ts";
import type { StateWriter } from "./state.ts";
import { join, type WindowText } from "./window.ts";

export function writeLastRowsWindow(
  { window, needs }: WindowNeeds,
  { needOf, manifest }: Lanes,
  state: StateWriter,
): WindowText {
  if (window.kind !== "last") {
    throw new RangeError(`Cannot keep rings for a "${window.kind}" window`);
  }
  const n = quoteNumber(window.rows);
  const seen = state.perSlot("r", "0");
  const rings = new Rings(state, window.rows);
  for (const { group } of needs) if (group) rings.valuesOf(group.lane);
  for (const { lane, parts, group } of needs) {
    if (!lane) continue;
    rings.valuesOf(lane);
    for (const { chain } of parts.values()) if (chain && !group) rings.chainOf(lane, chain);
  }
  const text = writeStoreText(needs, {
    valuesOf: (lane) => rings.valuesOf(lane),
    pool: () => state.packedPool(),
    time: `${rings.time()}[p]`,
    chainOf: (lane, order) => rings.chainOf(lane, order),
    groupChain: (lane, order, ends) => rings.groupChain(lane, order, ends),
    ownsChain: () => true,
    forEachRow: (body, backward) =>
      backward
        ? `for (let first = k * ${n}, p = first + ${n} - 1; p >= first; p--) { ${body} }`
        : `for (let p = k * ${n}, end = p + ${n}; p < end; p++) { ${body} }`,
    stamp: `${seen}[k]`,
    isLive: (stamp) => `${stamp} > 0`,
    leaves: (stamp) => `${stamp} <= ${seen}[k] - ${n} + 1`,
    grouped: {
      stamp: `${seen}[own]`,
      isLive: (stamp) => `${stamp} > 0`,
      leaves: (stamp) => `${stamp} <= ${seen}[own] - ${n} + 1`,
    },
  }, { state, manifest });
  const place = `const p = k * ${n} + ${seen}[k] % ${n};`;
  const restart = text.restart === "" ? "" : `if (${seen}[k] % ${n} === 0) { ${text.restart} }`;
  return {
    expire: "",
    leave: text.leave === "" ? "" : `if (${seen}[k] >= ${n}) { ${place} ${text.leave} }`,
    enter: [
      `{ ${place}`,
      rings.put(manifest),
      `${seen}[k]++;`,
      rings.push(),
      text.enter,
      restart,
      "}",
    ].join("\n"),
    forget: join([`${seen}[k] = 0;`, text.forget]),
    value: (call) => text.value(needOf(call), call),
  };
}

/** The rings of a window: a lane's operands, and the links between places. */
class Rings {
  readonly #state: StateWriter;
  readonly #rows: number;
  readonly #values = new Map<Lane, readonly string[]>();
  readonly #chains = new Map<Lane, Map<string, Chain>>();
  #time: string | undefined;

  constructor(state: StateWriter, rows: number) {
    this.#state = state;
    this.#rows = rows;
  }

  valuesOf(lane: Lane): readonly string[] {
    const known = this.#values.get(lane);
    if (known) return known;
    const made = lane.operands.map(() =>
      this.#state.perSlot("l", "NaN", "Float64Array", this.#rows)
    );
    this.#values.set(lane, made);
    if (lane.readsTime) this.#time ??= this.#state.perSlot("l", "NaN", "Float64Array", this.#rows);
    return made;
  }

  time(): string {
    return this.#time ?? "";
  }

  chainOf(lane: Lane, order: ChainOrder): Chain {
    const ofLane = this.#chains.get(lane) ?? new Map<string, Chain>();
    this.#chains.set(lane, ofLane);
    const chain = ofLane.get(order.name) ?? writeChain(order, this.valuesOf(lane), {
      link: (prefix) => this.#state.perSlot(prefix, "-1", "Int32Array", this.#rows),
      perSlot: (prefix) => this.#state.perSlot(prefix, "-1", "Int32Array"),
    });
    ofLane.set(order.name, chain);
    return chain;
  }

  /** A chain whose ends are kept by sub-slot. */
  groupChain(lane: Lane, order: ChainOrder, ends: StateWriter): Chain {
    return writeChain(order, this.valuesOf(lane), {
      link: (prefix) => this.#state.perSlot(prefix, "-1", "Int32Array", this.#rows),
      perSlot: (prefix) => ends.perSlot(prefix, "-1", "Int32Array"),
    });
  }

  put(manifest: ManifestBuilder): string {
    const time = this.#time === undefined ? [] : [`${this.#time}[p] = t;`];
    return join([
      ...[...this.#values].flatMap(([lane, names]) =>
        names.map((name, j) =>
          storeOperand(lane.operands[j]!, name, { state: this.#state, manifest })
        )
      ),
      ...time,
    ]);
  }

  push(): string {
    return join([...this.#chains].map(([lane, chains]) =>
      onOperands(
        operandNames(lane),
        undefined,
        join([...chains.values()].map(({ push }) => push)),
      )
    ));
  }
}
