import assert from "node:assert/strict";
import { tableLines } from "../../../runtime/cli/table_text.ts";
import { captureStream } from "./captured_terminal.ts";

Deno.test("tableLines() aligns columns by their kind", () => {
  const columns = [
    { title: "airport", align: "left" },
    { title: "mean", align: "right" },
  ] as const;
  assert.deepEqual(tableLines(captureStream(), columns, [["ORD", "1.5"], ["LAX", "-12.25"]]), [
    "airport    mean",
    "ORD         1.5",
    "LAX      -12.25",
  ]);
});

Deno.test("tableLines() puts what is too wide below, with the first column again", () => {
  const columns = ["key", "aaaaaa", "bbbbbb"].map((title) => ({ title, align: "left" } as const));
  assert.deepEqual(tableLines(captureStream({ columns: 14 }), columns, [["k", "1", "2"]]), [
    "key   aaaaaa",
    "k     1",
    "",
    "key   bbbbbb",
    "k     2",
  ]);
});

Deno.test("tableLines() cuts a cell that is wider than the stream", () => {
  const lines = tableLines(captureStream({ columns: 12 }), [{ title: "text", align: "left" }], [
    ["abcdefghijklmnop"],
  ]);
  assert.deepEqual(lines, ["text", "abcdefghi…"]);
});
