/**
 * The kernel of a feature over sessions. Keys with an open session stand in a list in order of their last row;
 * its head is the next session to close. A gap of g or more closes: the session's row is at its last row + g.
 *
 * S1 A row moves its key to the list's end, so the list is ordered by time without being sorted.
 * S2 Sessions that end at one time close together, in key order, before any row of that time enters.
 */
import type { ClosedWindow } from "../typed_ast.ts";
import { emitText } from "./emission.ts";
import type { KernelRequest } from "./kernel.ts";
import type { KernelText } from "./kernel_text.ts";
import { quoteNumber } from "./quote.ts";
import { writeTimedKernel } from "./timed_kernel.ts";

export function writeSessionKernel(
  request: KernelRequest,
  window: Extract<ClosedWindow, { kind: "session" }>,
): KernelText {
  return writeTimedKernel(request, ({ state, closed, last }) => {
    const gap = quoteNumber(window.gapUs);
    // Slot 0, which no key has, is the ring's anchor: its neighbours are the list's ends.
    const [after, before] = [
      state.perSlot("na", "0", "Int32Array"),
      state.perSlot("nb", "0", "Int32Array"),
    ];
    const seen = state.perSlot("nt", "-Infinity");
    const closing = state.perSlot("nc", "0", "Int32Array");
    const unlink = `${after}[${before}[k]] = ${after}[k]; ${before}[${after}[k]] = ${before}[k];`;
    const close = [
      "function close(t) {",
      state.hoist(),
      "while ($open > 0 && t >= $due) closeNext();",
      "}",
      "function closeNext() {",
      state.hoist(),
      "const b = $due, t = b - 1;",
      "let count = 0;",
      `for (let k = ${after}[0]; k !== 0 && ${seen}[k] + ${gap} === b; k = ${after}[k]) {`,
      `${closing}[count++] = k; ${unlink}`,
      "}",
      "room($rows + count);",
      `env.order(${closing}.subarray(0, count));`,
      "for (let j = 0; j < count; j++) {",
      `const k = ${closing}[j];`,
      emitText(request, { row: closed.row, last }),
      closed.reset,
      `${seen}[k] = -Infinity;`,
      "}",
      `$open -= count; $due = $open > 0 ? ${seen}[${after}[0]] + ${gap} : Infinity;`,
      "}",
    ].join("\n");
    return {
      state: "let $open = 0, $due = Infinity;",
      variables: ["$open", "$due"],
      functions: close,
      isDue: "t >= $due",
      close: "close(t);",
      onRow: [
        "if (t >= $due) close(t);",
        `if (${seen}[k] === -Infinity) $open++; else { ${unlink} }`,
        `${after}[k] = 0; ${before}[k] = ${before}[0]; ${after}[${before}[0]] = k; ${before}[0] = k;`,
        `${seen}[k] = t; $due = ${seen}[${after}[0]] + ${gap};`,
      ].join("\n"),
      atEnd: "while ($open > 0 && $due < until) closeNext();",
      spanUs: window.gapUs,
    };
  });
}
