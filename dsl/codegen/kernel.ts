/**
 * The kernel of a feature with event-driven windows, or none: one loop over input rows and queries in
 * order of position, generated for this feature alone.
 */
import type { Expression } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import { ExpressionWriter, keyOf, type Leaves } from "./expression.ts";
import { aggregatesIn, collectLanes, lagsIn, type Lanes } from "./lanes.ts";
import { InputSlots, type KernelText, kernelText, type LogCounters } from "./kernel_text.ts";
import { LagRings } from "./lag_rings.ts";
import { writeLastRowsWindow } from "./last_rows_window.ts";
import { ManifestBuilder } from "./manifest.ts";
import { quoteNumber } from "./quote.ts";
import { writeRowLog, writeSlidingWindow } from "./sliding_window.ts";
import { StateWriter } from "./state.ts";
import { type WindowText, writeAddingWindow } from "./window.ts";

/** What a kernel must give, besides the feature itself. */
export interface KernelRequest {
  readonly plugin: string;
  /** Name of the input's time column. */
  readonly time: string;
  readonly where: Expression | undefined;
  readonly outputs: readonly {
    readonly name: string;
    readonly type: ValueType;
    readonly expression: Expression;
  }[];
  readonly wantsRows: boolean;
  readonly wantsAnswers: boolean;
  /** Input rows may have no key (after `by`); they are dropped. */
  readonly dropsNullKeys: boolean;
  /** An answer older than this is null. */
  readonly withinUs?: number;
}

export function writeRowKernel(request: KernelRequest): KernelText {
  const { outputs, where } = request;
  const manifest = new ManifestBuilder(request.plugin);
  const state = new StateWriter();
  const inputs = new InputSlots(request.time);
  const expressions = outputs.map(({ expression }) => expression);
  const lanes = collectLanes(aggregatesIn(expressions));
  const windows = writeWindows(lanes, state);
  const lags = new LagRings(state);
  const row = new ExpressionWriter(
    {
      column: (column) => inputs.read(column),
      lag: (lag) => lags.read(lag),
      aggregate: windows.value,
    },
    manifest,
    "v",
  );
  const frozen = new Frozen(state);
  const answer = new ExpressionWriter(
    {
      column: (column) => frozen.read(column),
      lag: (lag) => frozen.read(lag),
      aggregate: windows.value,
    },
    manifest,
    "w",
  );
  const whereText = where ? skipUnless(row, where) : "";
  const laneText = lanesText(lanes.lanes, row);
  const answers = request.wantsAnswers ? answersText(request, answer, frozen) : undefined;
  const results = resultsText(request, row, frozen);
  const lagText = lags.push(lagsIn(where ? [where, ...expressions] : expressions), row);
  return kernelText({
    request,
    manifest: manifest.build(),
    inputs,
    state,
    where: whereText,
    row: [laneText, windows.expire, windows.onRow, results, lagText].join("\n"),
    answer: answers === undefined ? undefined : `${windows.expire}\n${answers}`,
    log: windows.log,
    spanUs: Math.max(
      0,
      ...lanes.windows.map(({ window }) => window.kind === "sliding" ? window.widthUs : 0),
    ),
  });
}

interface Windows {
  readonly expire: string;
  readonly onRow: string;
  readonly log: LogCounters | undefined;
  readonly value: Leaves["aggregate"];
}

function writeWindows(lanes: Lanes, state: StateWriter): Windows {
  const sliding = lanes.windows.filter(({ window }) => window.kind === "sliding");
  const log = sliding.length > 0 ? writeRowLog(sliding, state) : undefined;
  const texts = new Map(lanes.windows.map((entry, index): [string, WindowText] => {
    const { window } = entry;
    const text = window.kind === "sliding" && log
      ? writeSlidingWindow(entry, lanes, { state, log, index })
      : window.kind === "last"
      ? writeLastRowsWindow(entry, lanes, state)
      : writeAddingWindow(entry, lanes, state);
    return [JSON.stringify(window), text];
  }));
  const all = [...texts.values()];
  return {
    expire: all.map(({ expire }) => expire).join("\n"),
    onRow: [log?.append ?? "", ...all.map(({ onRow }) => onRow)].join("\n"),
    log: log && {
      counters: all.flatMap(({ counters }) => counters ?? []),
      rows: all.flatMap(({ rows }) => rows === undefined ? [] : [rows]),
    },
    value: (call) => {
      const value = texts.get(JSON.stringify(call.window))!.value(call);
      return storageOf(call.type) === "symbol" ? `codeOf(${value})` : value;
    },
  };
}

/** A constant per lane, NaN where the row does not count. */
export function lanesText(lanes: Lanes["lanes"], row: ExpressionWriter): string {
  return lanes.map(({ name, expression, isSymbol }) => {
    const value = row.emitted(expression);
    return `${row.take()}\nconst ${name} = ${
      isSymbol ? `(${value} < 0 ? NaN : ${value})` : value
    };`;
  }).join("\n");
}

/** What a row leaves behind: its outputs, and what later queries read of it. */
function resultsText(
  { outputs, wantsRows, wantsAnswers }: KernelRequest,
  row: ExpressionWriter,
  frozen: Frozen,
): string {
  const remembers = ({ expression }: KernelRequest["outputs"][number]) =>
    wantsAnswers && isLeaf(expression);
  const values = outputs.map((output) =>
    wantsRows || remembers(output) ? row.emitted(output.expression) : ""
  );
  const stored = outputs.map((output, j) =>
    remembers(output) ? frozen.storeOutput(j, values[j]!, output.type) : ""
  );
  const leaves = wantsAnswers ? frozen.store(row) : "";
  const written = wantsRows ? values.map((value, j) => `y${j}[o] = ${value};`) : [];
  return [row.take(), ...stored, leaves, ...written].join("\n");
}

/** A bare leaf is remembered as it is; all else is computed at the query, for a key without rows may have a value. */
function isLeaf({ kind }: Expression): boolean {
  return kind === "column" || kind === "lag";
}

function skipUnless(row: ExpressionWriter, where: Expression): string {
  const test = row.isTrue(where);
  return `${row.take()}\nif (!${test}) continue;`;
}

function answersText(
  { outputs, withinUs }: KernelRequest,
  answer: ExpressionWriter,
  frozen: Frozen,
): string {
  const values = outputs.map(({ expression, type }, j) =>
    isLeaf(expression) ? frozen.output(j, type) : answer.emitted(expression)
  );
  const writes = values.map((value, j) => `a${j}[qi] = ${value};`).join("\n");
  const nulls = outputs.map(({ type }, j) => `a${j}[qi] = ${nullOf(type)};`).join(" ");
  const inTime = withinUs === undefined
    ? ""
    : `|| !(${frozen.time()}[k] >= t - ${quoteNumber(withinUs)})`;
  return `if (k < 0 ${inTime}) { ${nulls} } else {\n${answer.take()}\n${writes}\n}`;
}

export function nullOf(type: ValueType): string {
  return storageOf(type) === "symbol" ? "-1" : "NaN";
}

/** Values of each key's last row, which queries read. */
class Frozen {
  readonly #state: StateWriter;
  readonly #leaves = new Map<string, { name: string; expression: Expression }>();
  readonly #outputs = new Map<number, string>();
  #time: string | undefined;

  constructor(state: StateWriter) {
    this.#state = state;
  }

  read(expression: Expression): string {
    const key = keyOf(expression);
    const leaf = this.#leaves.get(key) ?? { name: this.#array(expression.type), expression };
    this.#leaves.set(key, leaf);
    return `${leaf.name}[k]`;
  }

  output(j: number, type: ValueType): string {
    const name = this.#outputs.get(j) ?? this.#array(type);
    this.#outputs.set(j, name);
    return `${name}[k]`;
  }

  storeOutput(j: number, value: string, type: ValueType): string {
    return `${this.output(j, type)} = ${value};`;
  }

  time(): string {
    return this.#time ??= this.#state.perSlot("zt", "-Infinity");
  }

  /** Statements that keep what was asked for, at the end of a row. */
  store(row: ExpressionWriter): string {
    const lines = [...this.#leaves.values()].map(({ name, expression }) =>
      `${name}[k] = ${row.value(expression)};`
    );
    if (this.#time !== undefined) lines.push(`${this.#time}[k] = t;`);
    return lines.join("\n");
  }

  #array(type: ValueType): string {
    return storageOf(type) === "symbol"
      ? this.#state.perSlot("z", "-1", "Int32Array")
      : this.#state.perSlot("z", "NaN");
  }
}
