/**
 * The kernel of a feature over one tumbling window. Input comes in order, so one bucket is open at a time for
 * all keys; the first row or query at or past its end closes it and emits its rows in key order.
 */
import type { TumblingWindow } from "../typed_ast.ts";
import { emitText } from "./emission.ts";
import type { KernelRequest } from "./kernel.ts";
import type { KernelText } from "./kernel_text.ts";
import { quoteNumber } from "./quote.ts";
import { writeTimedKernel } from "./timed_kernel.ts";

export function writeTumblingKernel(request: KernelRequest, window: TumblingWindow): KernelText {
  return writeTimedKernel(request, ({ state, closed, last }) => {
    const stamp = state.perSlot("st", "-Infinity");
    const active = state.perSlot("ac", "0", "Int32Array");
    const close = [
      "function close() {",
      "room($rows + $active);",
      state.hoist(),
      // A window [a, b) is over the last microsecond before b: decayed values are as of then.
      "const b = $end, t = b - 1;",
      `env.order(${active}.subarray(0, $active));`,
      "for (let j = 0; j < $active; j++) {",
      `const k = ${active}[j];`,
      emitText(request, { row: closed.row, last }),
      closed.reset,
      "}",
      "$active = 0;",
      "}",
    ].join("\n");
    return {
      state: "let $active = 0, $end = -Infinity;",
      variables: ["$active", "$end"],
      functions: close,
      isDue: "t >= $end && $active > 0",
      close: "close();",
      onRow: [
        `if (t >= $end) { if ($active > 0) close(); $end = ${endText(window)}; }`,
        `if (${stamp}[k] !== $end) { ${stamp}[k] = $end; ${active}[$active++] = k; }`,
      ].join("\n"),
      atEnd: "if ($end < until && $active > 0) close();",
      spanUs: window.widthUs,
    };
  });
}

function endText({ widthUs, offsetUs }: TumblingWindow): string {
  const [w, offset] = [quoteNumber(widthUs), quoteNumber(offsetUs)];
  return `(Math.floor((t - ${offset}) / ${w}) + 1) * ${w} + ${offset}`;
}
