/**
 * The kernel of a feature with event-driven windows, or none: one loop over input rows and queries in
 * order of position, generated for this feature alone.
 */
import type { Expression } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import { ExpressionWriter, keyOf, type Leaves } from "./expression.ts";
import { aggregatesIn, collectLanes, lagsIn } from "./lanes.ts";
import { InputSlots, type KernelText, kernelText } from "./kernel_text.ts";
import { LagRings } from "./lag_rings.ts";
import { writeLastRowsWindow } from "./last_rows_window.ts";
import { type Manifest, ManifestBuilder } from "./manifest.ts";
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
  const { outputs } = request;
  const manifest = new ManifestBuilder(request.plugin);
  const state = new StateWriter();
  const inputs = new InputSlots(request.time);
  const expressions = outputs.map(({ expression }) => expression);
  const calls = aggregatesIn(expressions);
  const lanes = collectLanes(calls);
  const sliding = lanes.windows.filter(({ window }) => window.kind === "sliding");
  const log = sliding.length > 0 ? writeRowLog(sliding, state) : undefined;
  const windows = new Map<string, WindowText>();
  for (const entry of lanes.windows) {
    const { window } = entry;
    const text = window.kind === "sliding" && log
      ? writeSlidingWindow(entry, lanes, { state, log })
      : window.kind === "last"
      ? writeLastRowsWindow(entry, lanes, state)
      : writeAddingWindow(entry, lanes, state);
    windows.set(JSON.stringify(window), text);
  }
  const aggregate: Leaves["aggregate"] = (call) => {
    const value = windows.get(JSON.stringify(call.window))!.value(call);
    return storageOf(call.type) === "symbol" ? `codeOf(${value})` : value;
  };
  const lags = new LagRings(state);
  const row = new ExpressionWriter(
    { column: (column) => inputs.read(column), lag: (lag) => lags.read(lag), aggregate },
    manifest,
    "v",
  );
  const frozen = new Frozen(state);
  const answer = new ExpressionWriter(
    { column: (column) => frozen.read(column), lag: (lag) => frozen.read(lag), aggregate },
    manifest,
    "w",
  );
  const all = request.where ? [request.where, ...expressions] : expressions;
  const where = request.where ? skipUnless(row, request.where) : "";
  const laneText = lanes.lanes.map(({ name, expression, isSymbol }) => {
    const value = row.emitted(expression);
    return `${row.take()}\nconst ${name} = ${
      isSymbol ? `(${value} < 0 ? NaN : ${value})` : value
    };`;
  });
  const texts = [...windows.values()];
  const expire = texts.map(({ expire }) => expire).join("\n");
  const isComputed = outputs.map(({ expression }) => !isLeaf(expression));
  const answers = request.wantsAnswers ? answersText(request, { answer, frozen, isComputed }) : "";
  const needsValue = outputs.map((_, j) =>
    request.wantsRows || (request.wantsAnswers && !isComputed[j])
  );
  const values = outputs.map(({ expression }, j) => needsValue[j] ? row.emitted(expression) : "");
  const frozenText = request.wantsAnswers ? frozen.store(row) : "";
  const valueText = row.take();
  const lagText = lags.push(lagsIn(all), row);
  const body = [
    laneText.join("\n"),
    expire,
    log?.append ?? "",
    ...texts.map(({ onRow }) => onRow),
    valueText,
    ...outputs.map((_, j) =>
      request.wantsAnswers && !isComputed[j]
        ? frozen.storeOutput(j, values[j]!, outputs[j]!.type)
        : ""
    ),
    frozenText,
    ...(request.wantsRows ? values.map((value, j) => `y${j}[o] = ${value};`) : []),
    lagText,
  ].join("\n");
  return kernelText({
    request,
    manifest: manifest.build() satisfies Manifest,
    inputs,
    state,
    where,
    row: body,
    answer: answers === "" ? undefined : `${expire}\n${answers}`,
    evict: log && {
      widthUs: log.widthUs,
      body: log.evict(texts.map(({ onEvict }) => onEvict).filter((text) => text !== undefined)),
    },
  });
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
  { answer, frozen, isComputed }: {
    answer: ExpressionWriter;
    frozen: Frozen;
    isComputed: readonly boolean[];
  },
): string {
  const values = outputs.map(({ expression, type }, j) =>
    isComputed[j] ? answer.emitted(expression) : frozen.output(j, type)
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
