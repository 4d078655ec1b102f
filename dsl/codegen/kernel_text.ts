/** The frame around a kernel's loop: what it is handed, how its state grows, how rows and queries alternate. */
import type { ValueType } from "../types.ts";
import { ifFailed, ROW_FAILED } from "./failing.ts";
import type { InputSlots, KernelInput } from "./input_slots.ts";
import type { KernelRequest } from "./kernel.ts";
import type { Manifest } from "./manifest.ts";
import { columnNull, hoistColumns } from "./output_text.ts";
import { slotName } from "./quote.ts";
import type { StateWriter } from "./state.ts";
import type { TiledText, TiledValues } from "./tiles/tiled_window.ts";

/** A generated function body with everything the engine must know to link and feed it. */
export interface KernelText {
  readonly body: string;
  readonly manifest: Manifest;
  /** What `I` holds: columns of the input (`from: -1`) or of a join's answers, in order. */
  readonly inputs: readonly KernelInput[];
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
  /** Besides, for each value in a window whose aggregates hold every value (median, count_distinct, …). */
  readonly bytesPerValue: number;
  /** Windows that keep tiles, in the order of the kernel's `tiled`; their waiting rows may be kept elsewhere. */
  readonly tiled?: readonly TiledValues[];
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
  readonly tiled?: readonly TiledText[];
  readonly spanUs: number;
  /** Set where the row's text itself leaves rows out. */
  readonly selects?: boolean;
  /** What else a row without outputs does. */
  readonly onFailure?: string;
}

export function kernelText(parts: Parts): KernelText {
  const { request, manifest, inputs, state, tiled = [] } = parts;
  const selects = parts.selects ?? (request.where !== undefined || request.dropsNullKeys);
  const body = programText(manifest, [
    state.declarations(),
    "let $slots = 0;",
    reserveText(state),
    parts.log ? logText(state, parts.log) : "",
    processText(parts, selects),
    WORDS,
    state.snapshotText(["$slots", ...logVariables(parts.log)]),
    tiled.length === 0 ? KERNEL : kernelWith(tiled),
  ]);
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
    bytesPerValue: state.bytesPerValue(),
    ...(tiled.length === 0 ? {} : { tiled: tiled.map(({ keeps }) => keeps) }),
  };
}

function kernelWith(tiled: readonly TiledText[]): string {
  return KERNEL.replace(" };", `, tiled: [${tiled.map(({ tiled }) => tiled).join(", ")}] };`);
}

/** A whole text: the bindings it needs, then its parts. */
export function programText(manifest: Manifest, parts: readonly string[]): string {
  const body = parts.join("\n").replace(/\n{2,}/g, "\n");
  const words = new Set(body.match(/[A-Za-z_$][\w$]*/g));
  const used = BINDINGS.filter((name) => words.has(name));
  return [
    '"use strict";',
    used.length > 0 ? `const { ${used.join(", ")} } = env;` : "",
    ...SLOTS.flatMap(([prefix, list]) =>
      manifest[list].map((_, j) => `const ${slotName(prefix, j)} = env.${list}[${j}];`)
    ),
    body,
  ].filter((line) => line !== "").join("\n");
}

const SLOTS = [
  ["f", "functions"],
  ["e", "textFunctions"],
  ["h", "holes"],
  ["g", "aggregates"],
  ["m", "types"],
  ["k", "symbols"],
] as const;

/** What a text may use of `env` by name alone. */
const BINDINGS = [
  ...[
    "grow",
    "unwind",
    "rebase",
    "overflow",
    "beyond",
    "exact",
    "codeOf",
    "located",
    "heap",
    "texts",
  ],
  ...["holeResultNumber", "holeResultBool", "holeResultI32", "holeResultI64", "holeResultF32"],
  ...["holeResultTime", "holeResult", "integerOf", "unpack", "compareCodes"],
  ...["keepWhole", "keepPart", "storePacked", "fieldPlace", "flatListPlace", "listPlace"],
  ...["vectorPlace", "mapPlace", "fails", "rowFailed", "queryFailed", "closedFailed"],
];

/** What a kernel with state is to its operator. */
export const KERNEL = "return { reserve, process, words, snapshot, restore };";

/** Hands out the words of the packed values that the last call of `process` wrote. */
export const WORDS = "function words() { return heap.words.slice(0, heap.used); }";

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

function logVariables(log: LogCounters | undefined): readonly string[] {
  return log ? ["$end", "$mask", ...log.counters.map(({ name }) => `$${name}`)] : [];
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
    "let to = 1024; while (to <= $count + rows) to *= 2;",
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
    "heap.clear();",
    log ? "if (n > 0) reserveLog(n);" : "",
    state.growGroups("n"),
    state.hoist(),
    inputs.hoist(),
    log ? "const mask = $mask; let end = $end;" : "",
    ...counters.map((name) => `let ${name} = $${name};`),
    wantsRows ? hoistColumns(outputs, "y", "O") : "",
    parts.answer ? hoistColumns(outputs, "a", "A") : "",
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
    ifFailed(parts.where + parts.row, rowFailure(parts)),
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

function rowFailure({ request: { outputs, wantsRows }, onFailure = "" }: Parts): string {
  const nulls = outputs.map(({ type }, j) => `y${j}[o] = ${columnNull(type)};`).join(" ");
  return [wantsRows ? nulls : "", onFailure, ROW_FAILED].filter((text) => text !== "").join(" ");
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
