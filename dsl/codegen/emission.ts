/** Rows made by time: arrays that grow while windows close, and are handed out at the end of a slice. */
import { storageOf } from "../types.ts";
import { ifFailed } from "./failing.ts";
import type { KernelRequest } from "./kernel.ts";
import type { LastRow } from "./last_row.ts";
import type { ExpressionWriter } from "./expression.ts";
import { columnNull, type Output } from "./output_text.ts";

/** The rows that closed in the slice, and the arrays they stand in. */
export function emissionState(outputs: readonly Output[]): string {
  return [
    "let $rows = 0, $room = 0;",
    "let $time = new Float64Array(0), $slot = new Int32Array(0);",
    ...outputs.map(({ type }, j) =>
      `let $y${j} = new ${storageOf(type) === "number" ? "Float64Array" : "Int32Array"}(0);`
    ),
    "function room(rows) {",
    "if (rows <= $room) return;",
    "const to = Math.max(rows, $room * 2, 256);",
    "$time = grow($time, to, 0); $slot = grow($slot, to, 0);",
    ...outputs.map((_, j) => `$y${j} = grow($y${j}, to, 0);`),
    "$room = to;",
    "}",
  ].join("\n");
}

/** Emits the row of slot `k` at time `b`, and keeps it. */
export function emitText(
  { outputs }: KernelRequest,
  { row, last }: { row: ExpressionWriter; last: LastRow },
): string {
  const stored = last.store(row);
  const values = outputs.map((_, j) => last.value(j, row));
  const text = [
    row.take(),
    stored,
    ...values.map((value, j) => `$y${j}[$rows] = ${value};`),
  ].join("\n");
  const nulls = outputs.map(({ type }, j) => `$y${j}[$rows] = ${columnNull(type)};`).join(" ");
  return [
    text,
    ifFailed(text, `${nulls} ${last.forget()} closedFailed(b);`),
    "$time[$rows] = b; $slot[$rows] = k; $rows++;",
  ].join("\n");
}

/** Rows are handed out in arrays of their exact number; packed columns as where their values start. */
export function handOut(outputs: readonly Output[]): string {
  const columns = outputs.map((_, j) => `$y${j}.slice(0, rows)`).join(", ");
  return [
    "const rows = $rows; $rows = 0;",
    `return { time: $time.slice(0, rows), slot: $slot.slice(0, rows), columns: [${columns}] };`,
  ].join("\n");
}
