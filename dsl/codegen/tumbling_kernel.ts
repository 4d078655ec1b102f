/**
 * The kernel of a feature over one tumbling window. Input comes in order, so one bucket is open at a time for
 * all keys; the first row or query at or past its end closes it and emits its rows in key order.
 */
import type { TumblingWindow } from "../typed_ast.ts";
import { ExpressionWriter } from "./expression.ts";
import type { KernelRequest } from "./kernel.ts";
import { lanesText, nullOf } from "./kernel.ts";
import {
  answerBefore,
  answerRest,
  InputSlots,
  isSymbol,
  type KernelText,
  prelude,
  reserveText,
} from "./kernel_text.ts";
import { LagRings } from "./lag_rings.ts";
import { aggregatesIn, collectLanes, lagsIn } from "./lanes.ts";
import { ManifestBuilder } from "./manifest.ts";
import { quoteNumber } from "./quote.ts";
import { StateWriter } from "./state.ts";
import { join, writeAddingWindow } from "./window.ts";

export function writeTumblingKernel(request: KernelRequest, window: TumblingWindow): KernelText {
  const { outputs } = request;
  const manifest = new ManifestBuilder(request.plugin);
  const state = new StateWriter();
  const inputs = new InputSlots(request.time);
  const lanes = collectLanes(aggregatesIn(outputs.map(({ expression }) => expression)));
  const windows = lanes.windows.map((entry) => writeAddingWindow(entry, lanes, state));
  const lags = new LagRings(state);
  const row = new ExpressionWriter(
    {
      column: (column) => inputs.read(column),
      lag: (lag) => lags.read(lag),
      aggregate: () => refuse("aggregate"),
    },
    manifest,
    "v",
  );
  const where = request.where ? `if (!${row.isTrue(request.where)}) continue;` : "";
  const whereText = `${row.take()}\n${where}`;
  const laneText = lanesText(lanes.lanes, row);
  const stamp = state.perSlot("st", "-Infinity");
  const active = state.perSlot("ac", "0", "Int32Array");
  const frozen = frozenArrays(outputs, state);
  const loop = [
    "const t = T[i];",
    request.wantsAnswers ? answerBefore(answerText(request, frozen)) : "",
    "const k = K[i];",
    request.dropsNullKeys ? "if (k < 0) continue;" : "",
    whereText,
    `if (t >= $end) { if ($active > 0) close(); $end = ${endText(window)}; }`,
    `if (${stamp}[k] !== $end) { ${stamp}[k] = $end; ${active}[$active++] = k; }`,
    laneText,
    ...windows.map(({ onRow }) => onRow),
    lags.push(lagsIn(outputs.map(({ expression }) => expression)), row),
  ].filter((line) => line !== "").join("\n");
  const closing = closeText({ request, manifest, state, windows, lanes, active, frozen });
  const processing = processText(request, { loop, inputs, state, frozen });
  const text = manifest.build();
  const body = [
    prelude(text),
    state.declarations(),
    emissionState(outputs),
    reserveText(state),
    closing,
    processing,
    "return { reserve, process };",
  ].join("\n");
  return {
    body,
    manifest: text,
    inputs: inputs.list,
    outputs: outputs.map(({ name, type }) => ({ name, type })),
    emits: true,
    selects: false,
    spanUs: window.widthUs,
    bytesPerSlot: state.bytesPerSlot(),
    bytesPerLogRow: 0,
  };
}

/** Each key's last closed row, which queries read. */
function frozenArrays(outputs: KernelRequest["outputs"], state: StateWriter): readonly string[] {
  return outputs.map(({ type }) =>
    isSymbol(type) ? state.perSlot("z", "-1", "Int32Array") : state.perSlot("z", "NaN")
  );
}

/** The open bucket's end and number of keys, and the rows of buckets that closed in the slice. */
function emissionState(outputs: KernelRequest["outputs"]): string {
  return [
    "let $slots = 0, $active = 0, $end = -Infinity, $rows = 0, $room = 0;",
    "let $time = new Float64Array(0), $slot = new Int32Array(0);",
    ...outputs.map(({ type }, j) =>
      `let $y${j} = new ${isSymbol(type) ? "Int32Array" : "Float64Array"}(0);`
    ),
  ].join("\n");
}

function endText({ widthUs, offsetUs }: TumblingWindow): string {
  const [w, offset] = [quoteNumber(widthUs), quoteNumber(offsetUs)];
  return `(Math.floor((t - ${offset}) / ${w}) + 1) * ${w} + ${offset}`;
}

function answerText(
  { outputs }: Pick<KernelRequest, "outputs">,
  frozen: readonly string[],
): string {
  const reads = outputs.map((_, j) => `a${j}[qi] = ${frozen[j]}[k];`).join(" ");
  const nulls = outputs.map(({ type }, j) => `a${j}[qi] = ${nullOf(type)};`).join(" ");
  return `if (t >= $end && $active > 0) close();\nif (k < 0) { ${nulls} } else { ${reads} }`;
}

function closeText(parts: {
  request: KernelRequest;
  manifest: ManifestBuilder;
  state: StateWriter;
  windows: readonly ReturnType<typeof writeAddingWindow>[];
  lanes: ReturnType<typeof collectLanes>;
  active: string;
  frozen: readonly string[];
}): string {
  const { request: { outputs }, manifest, state, windows, lanes, active, frozen } = parts;
  const keys = lanes.windows.map(({ window }) => JSON.stringify(window));
  const row = new ExpressionWriter(
    {
      column: ({ name }) => name === parts.request.time ? "t" : refuse("bare column"),
      lag: () => refuse("lag"),
      aggregate: (call) => {
        const value = windows[keys.indexOf(JSON.stringify(call.window))]!.value(call);
        return isSymbol(call.type) ? `codeOf(${value})` : value;
      },
    },
    manifest,
    "w",
  );
  const values = outputs.map(({ expression }) => row.emitted(expression));
  return [
    "function room(rows) {",
    "if (rows <= $room) return;",
    "const to = Math.max(rows, $room * 2, 256);",
    "$time = grow($time, to, 0); $slot = grow($slot, to, 0);",
    ...outputs.map((_, j) => `$y${j} = grow($y${j}, to, 0);`),
    "$room = to;",
    "}",
    "function close() {",
    "room($rows + $active);",
    state.hoist(),
    "const t = $end;",
    `env.order(${active}.subarray(0, $active));`,
    "for (let j = 0; j < $active; j++) {",
    `const k = ${active}[j];`,
    row.take(),
    ...values.map((value, j) => `${frozen[j]}[k] = $y${j}[$rows] = ${value};`),
    "$time[$rows] = t; $slot[$rows] = k; $rows++;",
    join(windows.map(({ reset }) => reset)),
    "}",
    "$active = 0;",
    "}",
  ].join("\n");
}

/** Rows that closed in the slice are handed out in arrays of their exact number. */
function processText(
  { outputs, wantsAnswers }: KernelRequest,
  { loop, inputs, state, frozen }: {
    loop: string;
    inputs: InputSlots;
    state: StateWriter;
    frozen: readonly string[];
  },
): string {
  return [
    "function process(n, T, S, K, I, until, m, QT, QS, QK, A) {",
    state.hoist(),
    inputs.hoist(),
    wantsAnswers ? frozen.map((_, j) => `const a${j} = A[${j}];`).join(" ") : "",
    "let i = 0, qi = 0;",
    "try {",
    wantsAnswers ? "let qt = m > 0 ? QT[0] : Infinity;" : "",
    "for (; i < n; i++) {",
    loop,
    "}",
    wantsAnswers ? answerRest(answerText({ outputs }, frozen)) : "",
    "if ($end < until && $active > 0) close();",
    "} catch (error) { throw located(error, i, qi); }",
    "const rows = $rows; $rows = 0;",
    `return { time: $time.slice(0, rows), slot: $slot.slice(0, rows), columns: [${
      outputs.map((_, j) => `$y${j}.slice(0, rows)`).join(", ")
    }] };`,
    "}",
  ].filter((line) => line !== "").join("\n");
}

function refuse(what: string): never {
  throw new RangeError(`Cannot write a tumbling window: it holds a ${what}`);
}
