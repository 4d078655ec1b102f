/** The frame of kernels whose windows close by time: rows come out in order of time, then key. */
import { type ClosedText, writeClosedWindow } from "./closed_window.ts";
import { emissionState, handOut } from "./emission.ts";
import { Expiry } from "./expiry.ts";
import { ifFailed, ROW_FAILED } from "./failing.ts";
import type { KernelRequest } from "./kernel.ts";
import { InputSlots } from "./input_slots.ts";
import {
  answerBefore,
  answerRest,
  KERNEL,
  type KernelText,
  programText,
  reserveText,
  WORDS,
} from "./kernel_text.ts";
import { LastRow } from "./last_row.ts";
import { ManifestBuilder } from "./manifest.ts";
import { hoistColumns } from "./output_text.ts";
import { StateWriter } from "./state.ts";

/** What a window's closing is made of. */
export interface Closing {
  /** Declarations of plain variables, and those that a snapshot holds. */
  readonly state: string;
  readonly variables: readonly string[];
  readonly functions: string;
  /** Test at `t`: a window that ended by then has not closed. */
  readonly isDue: string;
  /** Closes all such windows. */
  readonly close: string;
  /** Before the row at `t` of slot `k` enters its window. */
  readonly onRow: string;
  /** Closes what ended before `until`. */
  readonly atEnd: string;
  readonly spanUs: number;
}

interface Context {
  readonly state: StateWriter;
  readonly closed: ClosedText;
  readonly last: LastRow;
}

export function writeTimedKernel(
  request: KernelRequest,
  write: (context: Context) => Closing,
): KernelText {
  const { outputs } = request;
  const manifest = new ManifestBuilder(request.plugin);
  const state = new StateWriter();
  const inputs = new InputSlots(request.time);
  const closed = writeClosedWindow(request, { manifest, state, inputs });
  const expiry = new Expiry(state, request.ttlUs);
  const last = new LastRow(outputs, state);
  const closing = write({ state, closed, last });
  const answer = `if (${closing.isDue}) ${closing.close}\n${
    last.answer(manifest, expiry.isOver())
  }`;
  const loop = [
    "const t = T[i];",
    request.wantsAnswers ? answerBefore(answer) : "",
    "const k = K[i];",
    request.dropsNullKeys ? "if (k < 0) continue;" : "",
    expiry.beforeRow("", closed.forget),
    closed.where,
    // What closes first has failures of its own.
    ifFailed(closed.where, ROW_FAILED),
    closing.onRow,
    closed.enter,
    expiry.afterRow(),
    ifFailed(closed.enter, ROW_FAILED),
  ].filter((line) => line !== "").join("\n");
  const text = manifest.build();
  const body = programText(text, [
    state.declarations(),
    "let $slots = 0;",
    closing.state,
    emissionState(outputs),
    reserveText(state),
    closing.functions,
    processText(request, { loop, answer, inputs, state, atEnd: closing.atEnd }),
    WORDS,
    state.snapshotText(["$slots", ...closing.variables]),
    KERNEL,
  ]);
  return {
    body,
    manifest: text,
    inputs: inputs.list,
    outputs: outputs.map(({ name, type }) => ({ name, type })),
    emits: true,
    selects: false,
    spanUs: closing.spanUs,
    bytesPerSlot: state.bytesPerSlot(),
    bytesPerLogRow: 0,
    bytesPerValue: state.bytesPerValue(),
  };
}

function processText(
  { outputs, wantsAnswers }: KernelRequest,
  { loop, answer, inputs, state, atEnd }: {
    loop: string;
    answer: string;
    inputs: InputSlots;
    state: StateWriter;
    atEnd: string;
  },
): string {
  return [
    "function process(n, T, S, K, I, until, m, QT, QS, QK, A) {",
    "heap.clear();",
    state.growGroups("n"),
    state.hoist(),
    inputs.hoist(),
    wantsAnswers ? hoistColumns(outputs, "a", "A") : "",
    "let i = 0, qi = 0;",
    "try {",
    wantsAnswers ? "let qt = m > 0 ? QT[0] : Infinity;" : "",
    "for (; i < n; i++) {",
    loop,
    "}",
    wantsAnswers ? answerRest(answer) : "",
    atEnd,
    "} catch (error) { throw located(error, i, qi); }",
    handOut(outputs),
    "}",
  ].filter((line) => line !== "").join("\n");
}
