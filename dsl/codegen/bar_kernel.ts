/**
 * The kernel of a feature over bars: windows closed by a number of rows or by a sum. The closing row belongs to
 * its bar and drives the bar's row; a bar that is not full emits nothing.
 */
import type { ClosedWindow } from "../typed_ast.ts";
import { type ClosedText, writeClosedWindow } from "./closed_window.ts";
import { Expiry } from "./expiry.ts";
import { skipRow } from "./failing.ts";
import type { KernelRequest } from "./kernel.ts";
import { InputSlots } from "./input_slots.ts";
import { type KernelText, kernelText } from "./kernel_text.ts";
import { LastRow } from "./last_row.ts";
import { ManifestBuilder } from "./manifest.ts";
import { quoteNumber } from "./quote.ts";
import { StateWriter } from "./state.ts";

type BarWindow = Extract<ClosedWindow, { kind: "bar" | "sum_bar" }>;

export function writeBarKernel(request: KernelRequest, window: BarWindow): KernelText {
  const { outputs } = request;
  const manifest = new ManifestBuilder(request.plugin);
  const state = new StateWriter();
  const inputs = new InputSlots(request.time);
  const closed = writeClosedWindow(request, { manifest, state, inputs });
  const expiry = new Expiry(state, request.ttlUs);
  const last = new LastRow(outputs, state);
  const filling = fillingText(window, closed, state);
  const stored = last.store(closed.row);
  const written = request.wantsRows
    ? outputs.map((_, j) => `y${j}[o] = ${last.value(j, closed.row)};`)
    : [];
  const answer = request.wantsAnswers ? last.answer(manifest, expiry.isOver()) : undefined;
  return kernelText({
    request,
    manifest: manifest.build(),
    inputs,
    state,
    where: [expiry.beforeRow("", closed.forget), closed.where].join("\n"),
    row: [
      closed.enter,
      filling.add,
      expiry.afterRow(),
      `if (!${filling.isFull}) ${skipRow(closed.where + closed.enter + filling.add)}`,
      "const b = t;",
      closed.row.take(),
      stored,
      ...written,
      closed.reset,
      filling.reset,
    ].join("\n"),
    answer,
    log: undefined,
    spanUs: 0,
    selects: true,
    onFailure: last.forget(),
  });
}

/** How full a key's bar is. */
function fillingText(
  window: BarWindow,
  { input }: ClosedText,
  state: StateWriter,
): { add: string; isFull: string; reset: string } {
  if (window.kind === "bar") {
    const rows = state.perSlot("bn", "0");
    return {
      add: `${rows}[k]++;`,
      isFull: `(${rows}[k] >= ${quoteNumber(window.rows)})`,
      reset: `${rows}[k] = 0;`,
    };
  }
  const [sum, rest] = [state.perSlot("bs", "0"), state.perSlot("bc", "0")];
  input.number(window.of);
  const value = input.emitted(window.of);
  return {
    // Knuth's two-sum, as sum(x) adds: what each addition rounds away is kept in a second word.
    add:
      `${input.take()}\n{ const x = ${value}; if (x === x) { const s = ${sum}[k], u = s + x, z = u - s; ` +
      `${rest}[k] += (s - (u - z)) + (x - z); ${sum}[k] = u; } }`,
    isFull: `(${sum}[k] + ${rest}[k] >= ${quoteNumber(window.least)})`,
    reset: `${sum}[k] = 0; ${rest}[k] = 0;`,
  };
}
