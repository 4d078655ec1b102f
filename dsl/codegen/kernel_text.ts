/** The frame around a kernel's loop: what it is handed, how its state grows, how rows and queries alternate. */
import type { Expression } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import type { KernelRequest } from "./kernel.ts";
import type { Manifest } from "./manifest.ts";
import { quoteNumber, slotName } from "./quote.ts";
import type { StateWriter } from "./state.ts";

/** A generated function body with everything the engine must know to link and feed it. */
export interface KernelText {
  readonly body: string;
  readonly manifest: Manifest;
  /** What `I` holds: columns of the input (`from: -1`) or of a join's answers, in order. */
  readonly inputs: readonly { readonly from: number; readonly name: string }[];
  /** What rows and answers hold, in order. */
  readonly outputs: readonly { readonly name: string; readonly type: ValueType }[];
  /** True if fewer rows than came in may come out; `sel` then names them. */
  readonly selects: boolean;
  readonly bytesPerSlot: number;
  readonly bytesPerLogRow: number;
}

/** Numbers the columns a text reads. */
export class InputSlots {
  readonly list: { from: number; name: string }[] = [];
  usesTime = false;
  readonly #time: string;

  constructor(time: string) {
    this.#time = time;
  }

  read({ from, name }: Extract<Expression, { kind: "column" }>): string {
    if (from === -1 && name === this.#time) {
      this.usesTime = true;
      return "t";
    }
    const found = this.list.findIndex((slot) => slot.from === from && slot.name === name);
    const index = found >= 0 ? found : this.list.push({ from, name }) - 1;
    return `${slotName("c", index)}[i]`;
  }

  hoist(): string {
    return this.list.map((_, index) => `const ${slotName("c", index)} = I[${index}];`).join(" ");
  }
}

interface Parts {
  readonly request: KernelRequest;
  readonly manifest: Manifest;
  readonly inputs: InputSlots;
  readonly state: StateWriter;
  readonly where: string;
  readonly row: string;
  readonly answer: string | undefined;
  readonly evict: { readonly limit: string; readonly body: string } | undefined;
}

export function kernelText(parts: Parts): KernelText {
  const { request, manifest, inputs, state } = parts;
  const selects = request.where !== undefined || request.dropsNullKeys;
  const body = [
    prelude(manifest),
    state.declarations(),
    "let $slots = 0;",
    reserveText(state),
    parts.evict ? logText(state, parts.evict) : "",
    processText(parts, selects),
    "return { reserve, process };",
  ].join("\n");
  return {
    body,
    manifest,
    inputs: inputs.list,
    outputs: request.outputs.map(({ name, type }) => ({ name, type })),
    selects,
    bytesPerSlot: state.bytesPerSlot(),
    bytesPerLogRow: state.bytesPerLogRow(),
  };
}

/** The bindings every generated text begins with. */
export function prelude(manifest: Manifest): string {
  return [
    '"use strict";',
    "const { grow, unwind, rebase, overflow, exact, codeOf, holeResultNumber, holeResultBool, located," +
    " SortedValues, DistinctCounts, texts } = env;",
    ...manifest.functions.map((_, j) => `const ${slotName("f", j)} = env.functions[${j}];`),
    ...manifest.holes.map((_, j) => `const ${slotName("h", j)} = env.holes[${j}];`),
    ...manifest.symbols.map((_, j) => `const ${slotName("k", j)} = env.symbols[${j}];`),
  ].join("\n");
}

export function reserveText(state: StateWriter): string {
  return [
    "function reserve(slots) {",
    "if (slots <= $slots) return;",
    "const to = Math.max(slots, $slots * 2, 16);",
    state.growSlots(),
    "$slots = to;",
    "}",
  ].join("\n");
}

function logText(state: StateWriter, evict: { readonly body: string }): string {
  return [
    "let $first = 0, $count = 0, $mask = -1;",
    "function evict(limit) {",
    state.hoist(),
    evict.body,
    "}",
    "function reserveLog(rows) {",
    "if ($count + rows <= $mask + 1) return;",
    "let to = 1024; while (to < ($count + rows) * 2) to *= 2;",
    state.growLog(),
    "$first = 0; $mask = to - 1;",
    "}",
  ].join("\n");
}

function processText(parts: Parts, selects: boolean): string {
  const { request, inputs, state, evict } = parts;
  const { outputs, wantsRows } = request;
  const starts = evict
    ? [
      "if (n + m === 0) return 0;",
      "const from = Math.min(n > 0 ? T[0] : Infinity, m > 0 ? QT[0] : Infinity);",
      `evict(${evict.limit});`,
      "reserveLog(n);",
    ]
    : [];
  return [
    "function process(n, T, S, K, I, O, sel, m, QT, QS, QK, A) {",
    ...starts,
    state.hoist(),
    inputs.hoist(),
    evict ? "const first = $first, mask = $mask; let count = $count;" : "",
    wantsRows ? outputs.map((_, j) => `const y${j} = O[${j}];`).join(" ") : "",
    parts.answer ? outputs.map((_, j) => `const a${j} = A[${j}];`).join(" ") : "",
    "let o = 0, i = 0, qi = 0;",
    "try {",
    parts.answer ? "let qt = m > 0 ? QT[0] : Infinity;" : "",
    "for (; i < n; i++) {",
    "const t = T[i];",
    parts.answer ? answerBefore(parts.answer) : "",
    "const k = K[i];",
    request.dropsNullKeys ? "if (k < 0) continue;" : "",
    parts.where,
    parts.row,
    wantsRows && selects ? "sel[o] = i;" : "",
    wantsRows ? "o++;" : "",
    "}",
    parts.answer ? answerRest(parts.answer) : "",
    "} catch (error) { throw located(error, i, qi); }",
    evict ? "$count = count;" : "",
    "return o;",
    "}",
  ].filter((line) => line !== "").join("\n");
}

/** Queries that stand before row i: earlier in time, or at its time with a smaller sequence. */
export function answerBefore(answer: string): string {
  return [
    "if (qt <= t) {",
    "const s = S[i], until = t;",
    "while (qt < until || (qt === until && QS[qi] < s)) {",
    `{ const t = qt, k = QK[qi];`,
    answer,
    "}",
    "qt = ++qi < m ? QT[qi] : Infinity;",
    "}",
    "}",
  ].join("\n");
}

export function answerRest(answer: string): string {
  return [
    "for (; qi < m; qi++) {",
    "const t = QT[qi], k = QK[qi];",
    answer,
    "}",
  ].join("\n");
}

export function isSymbol(type: ValueType): boolean {
  return storageOf(type) === "symbol";
}
