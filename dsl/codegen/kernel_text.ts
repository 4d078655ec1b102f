/** The frame around a kernel's loop: what it is handed, how its state grows, how rows and queries alternate. */
import type { Expression } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import type { KernelRequest } from "./kernel.ts";
import type { Manifest } from "./manifest.ts";
import { slotName } from "./quote.ts";
import type { StateWriter } from "./state.ts";

/** A generated function body with everything the engine must know to link and feed it. */
export interface KernelText {
  readonly body: string;
  readonly manifest: Manifest;
  /** What `I` holds: columns of the input (`from: -1`) or of a join's answers, in order. */
  readonly inputs: readonly {
    readonly from: number;
    readonly name: string;
    readonly isSymbol: boolean;
  }[];
  /** What rows and answers hold, in order. */
  readonly outputs: readonly { readonly name: string; readonly type: ValueType }[];
  /** True if rows come out when windows close, not when rows come in. */
  readonly emits: boolean;
  /** True if fewer rows than came in may come out; `sel` then names them. */
  readonly selects: boolean;
  /** The longest time a row matters to a window of time, in microseconds; 0 without such windows. */
  readonly spanUs: number;
  readonly bytesPerSlot: number;
  readonly bytesPerLogRow: number;
}

/** Numbers the columns a text reads. */
export class InputSlots {
  readonly list: { from: number; name: string; isSymbol: boolean }[] = [];
  usesTime = false;
  readonly #time: string;

  constructor(time: string) {
    this.#time = time;
  }

  read({ from, name, type }: Extract<Expression, { kind: "column" }>): string {
    if (from === -1 && name === this.#time) {
      this.usesTime = true;
      return "t";
    }
    const found = this.list.findIndex((slot) => slot.from === from && slot.name === name);
    const index = found >= 0 ? found : this.list.push({ from, name, isSymbol: isSymbol(type) }) - 1;
    return `${slotName("c", index)}[i]`;
  }

  hoist(): string {
    return this.list.map((_, index) => `const ${slotName("c", index)} = I[${index}];`).join(" ");
  }
}

/** What a kernel with a row log keeps as plain variables; `rows` name those that count rows at its end. */
export interface LogCounters {
  readonly counters: readonly { readonly name: string; readonly start: string }[];
  readonly rows: readonly string[];
}

interface Parts {
  readonly request: KernelRequest;
  readonly manifest: Manifest;
  readonly inputs: InputSlots;
  readonly state: StateWriter;
  readonly where: string;
  readonly row: string;
  readonly answer: string | undefined;
  readonly log: LogCounters | undefined;
  readonly spanUs: number;
}

export function kernelText(parts: Parts): KernelText {
  const { request, manifest, inputs, state } = parts;
  const selects = request.where !== undefined || request.dropsNullKeys;
  const body = [
    prelude(manifest),
    state.declarations(),
    "let $slots = 0;",
    reserveText(state),
    parts.log ? logText(state, parts.log) : "",
    processText(parts, selects),
    "return { reserve, process };",
  ].join("\n");
  return {
    body,
    manifest,
    inputs: inputs.list,
    outputs: request.outputs.map(({ name, type }) => ({ name, type })),
    emits: false,
    selects,
    spanUs: parts.spanUs,
    bytesPerSlot: state.bytesPerSlot(),
    bytesPerLogRow: state.bytesPerLogRow(),
  };
}

/** The bindings every generated text begins with. */
export function prelude(manifest: Manifest): string {
  return [
    '"use strict";',
    "const { grow, unwind, rebase, overflow, exact, codeOf, holeResultNumber, holeResultBool," +
    " holeResultI32, holeResultI64, holeResultF32, holeResultTime, located," +
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

/** The log is a ring: `$end` is where the next row goes, and the longest window says how much is in use. */
function logText(state: StateWriter, { counters, rows }: LogCounters): string {
  return [
    "let $end = 0, $mask = -1;",
    ...counters.map(({ name, start }) => `let $${name} = ${start};`),
    "function reserveLog(rows) {",
    `const $count = Math.max(${rows.map((name) => `$${name}`).join(", ")});`,
    // One place stays free, so that a full ring is no empty one.
    "if ($count + rows < $mask + 1) return;",
    "const $first = ($end - $count) & $mask;",
    "let to = 1024; while (to <= ($count + rows) * 2) to *= 2;",
    state.growLog(),
    "$end = $count; $mask = to - 1;",
    "}",
  ].join("\n");
}

function processText(parts: Parts, selects: boolean): string {
  const { request, inputs, state, log } = parts;
  const { outputs, wantsRows } = request;
  const counters = log?.counters.map(({ name }) => name) ?? [];
  return [
    "function process(n, T, S, K, I, O, sel, m, QT, QS, QK, A) {",
    log ? "if (n > 0) reserveLog(n);" : "",
    state.hoist(),
    inputs.hoist(),
    log ? "const mask = $mask; let end = $end;" : "",
    ...counters.map((name) => `let ${name} = $${name};`),
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
    log ? "$end = end;" : "",
    ...counters.map((name) => `$${name} = ${name};`),
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
