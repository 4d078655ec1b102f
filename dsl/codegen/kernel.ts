/**
 * The kernel of a feature with event-driven windows, or none: one loop over input rows and queries in
 * order of position, generated for this feature alone.
 */
import type { Expression } from "../typed_ast.ts";
import type { ValueType } from "../types.ts";
import { type EventWindows, writeEventWindows } from "./event_windows.ts";
import { Expiry } from "./expiry.ts";
import { ExpressionWriter, type Leaves } from "./expression.ts";
import { Frozen } from "./frozen.ts";
import { InputSlots } from "./input_slots.ts";
import { ifFailed, skipUnless } from "./failing.ts";
import { type KernelText, kernelText } from "./kernel_text.ts";
import { LagRings } from "./lag_rings.ts";
import { lanesText } from "./lane_text.ts";
import { aggregatesIn, collectLanes, lagsIn } from "./lanes.ts";
import { ManifestBuilder } from "./manifest.ts";
import { columnNull, columnValue, type Output } from "./output_text.ts";
import { quoteNumber } from "./quote.ts";
import { StateWriter } from "./state.ts";

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
  /** A key whose last row is older than this is as if it had never been. */
  readonly ttlUs?: number;
  /** The windows stand for ones that end, which hold all their rows: `ttl` is a matter of `prev` and `lag` alone. */
  readonly keepsWindows?: boolean;
  /** Sliding windows at least this long keep tiles; a day if absent. */
  readonly tiledFromUs?: number;
}

export function writeRowKernel(request: KernelRequest): KernelText {
  const { outputs, where } = request;
  const manifest = new ManifestBuilder(request.plugin);
  const state = new StateWriter();
  const inputs = new InputSlots(request.time);
  const expressions = outputs.map(({ expression }) => expression);
  const expiry = new Expiry(state, request.ttlUs);
  const forgets = request.ttlUs !== undefined && !request.keepsWindows;
  const calls = aggregatesIn(expressions);
  const lanes = collectLanes(calls, manifest);
  const windows = writeEventWindows(lanes, state, {
    forgets,
    calls,
    tiledFromUs: request.tiledFromUs,
  });
  const lags = new LagRings(state);
  const frozen = new Frozen(state);
  const row = new ExpressionWriter(
    {
      column: (column) => inputs.read(column),
      lag: (lag) => lags.read(lag),
      aggregate: windows.valueAtRow,
    },
    manifest,
    "v",
  );
  const answer = answerWriter(frozen, windows, manifest);
  const whereText = where ? skipUnless(row, where) : "";
  const laneText = lanesText(lanes.lanes, row);
  const answers = request.wantsAnswers
    ? answersText(request, {
      answer,
      read: windows.read,
      frozen,
      expiry: forgets ? expiry : new Expiry(state, undefined),
    })
    : undefined;
  const results = resultsText(request, row, frozen);
  const lagText = lags.push(lagsIn(where ? [where, ...expressions] : expressions), row);
  const forget = forgets
    ? [windows.forget, lags.forget(), frozen.forget()].join("\n")
    : lags.forget();
  const expire = forgets ? "" : windows.expire;
  return kernelText({
    request,
    manifest: manifest.build(),
    inputs,
    state,
    where: [expiry.beforeRow(forgets ? windows.expire : "", forget), whereText].join("\n"),
    row: [
      ...[laneText, expire, windows.leave, windows.excluded(), windows.enter],
      ...[windows.read, results, lagText, expiry.afterRow()],
    ].join("\n"),
    answer: answers === undefined ? undefined : `${windows.expire}\n${answers}`,
    log: windows.log,
    tiled: windows.tiled,
    spanUs: windows.spanUs,
  });
}

/** Writes expressions at queries: what is no aggregate is that of the key's last row. */
function answerWriter(
  frozen: Frozen,
  windows: EventWindows,
  manifest: ManifestBuilder,
): ExpressionWriter {
  const leaves: Leaves = {
    column: (column) => frozen.read(column),
    lag: (lag) => frozen.read(lag),
    aggregate: (call) => frozen.aggregate(call, windows.value(call)),
  };
  return new ExpressionWriter(leaves, manifest, "w");
}

/** What a row leaves behind: its outputs, and what later queries read of it. */
function resultsText(
  { outputs, wantsRows, wantsAnswers }: KernelRequest,
  row: ExpressionWriter,
  frozen: Frozen,
): string {
  const values = wantsRows ? outputs.map(({ expression }) => columnValue(row, expression)) : [];
  const stored = wantsAnswers ? frozen.store(row) : "";
  const written = values.map((value, j) => `y${j}[o] = ${value};`);
  return [row.take(), stored, ...written].join("\n");
}

function answersText(
  { outputs, withinUs }: KernelRequest,
  { answer, read, frozen, expiry }: {
    answer: ExpressionWriter;
    read: string;
    frozen: Frozen;
    expiry: Expiry;
  },
): string {
  const values = outputs.map(({ expression }) => columnValue(answer, expression));
  const writes = values.map((value, j) => `a${j}[qi] = ${value};`).join("\n");
  const inTime = withinUs === undefined
    ? ""
    : ` || !(${frozen.time()}[k] >= t - ${quoteNumber(withinUs)})`;
  const text = `${read}\n${answer.take()}\n${writes}`;
  const failed = ifFailed(text, `${nullAnswers(outputs)} queryFailed(qi);`);
  const body = expiry.atQuery(`${text}\n${failed}`);
  return `if (k < 0${inTime}) { ${nullAnswers(outputs)} } else {\n${body}\n}`;
}

/** Statements that make every answer null. */
export function nullAnswers(outputs: readonly Pick<Output, "type">[]): string {
  return outputs.map(({ type }, j) => `a${j}[qi] = ${columnNull(type)};`).join(" ");
}
