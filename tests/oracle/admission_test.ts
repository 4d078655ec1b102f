import assert from "node:assert/strict";
import type { Source } from "../../dsl/typed_ast.ts";
import { admit } from "./admission.ts";
import type { Cells } from "./value.ts";

const SOURCE: Source = {
  plugin: "p",
  name: "s",
  columns: [
    { name: "k", type: { kind: "string" } },
    { name: "t", type: { kind: "timestamp" } },
    { name: "x", type: { kind: "f64" } },
  ],
  time: "t",
  keys: ["k"],
  latenessUs: 0,
  idleUs: 1,
  selection: "",
};

function row(t: number | null, x: number, k: string | null = "a"): Cells {
  return { k, t, x };
}

function noHoles(): never {
  throw new RangeError("No holes here");
}

Deno.test("admit() refuses rows older than the entry's largest time less the lateness", () => {
  const source: Source = { ...SOURCE, latenessUs: 2 };
  const admission = admit(
    source,
    [[row(5, 0), row(3, 1), row(2, 2), row(6, 3), row(4, 4)]],
    noHoles,
  );
  assert.deepEqual(admission.rows.map((r) => r.cells["x"]), [1, 4, 0, 3]);
  assert.equal(admission.late, 1);
});

Deno.test("admit() judges each entry by its own watermark and orders ties by delivery", () => {
  const admission = admit(SOURCE, [[row(9, 0)], [row(1, 1), row(9, 2)]], noHoles);
  assert.deepEqual(admission.rows.map((r) => r.cells["x"]), [1, 0, 2]);
  assert.equal(admission.late, 0);
});

Deno.test("admit() counts null keys and times as malformed and NaN as null", () => {
  const entry = [row(null, 0), row(1, 1, null), row(1, NaN), row(2, -0)];
  const admission = admit(SOURCE, [entry], noHoles);
  assert.equal(admission.malformed, 2);
  assert.deepEqual(admission.rows.map((r) => r.cells["x"]), [null, 0]);
});

Deno.test("admit() drops equal rows within the time of the kept one", () => {
  const source: Source = { ...SOURCE, unique: { columns: ["x"], withinUs: 3 } };
  const entry = [row(0, 7), row(3, 7), row(4, 7), row(4, 8), row(7, 7), row(8, 7)];
  const admission = admit(source, [entry], noHoles);
  assert.deepEqual(admission.rows.map((r) => r.position.timeUs), [0, 4, 4, 8]);
  assert.equal(admission.duplicates, 2);
});

Deno.test("admit() orders rows of one time by the sequence column", () => {
  const source: Source = { ...SOURCE, sequence: "x", latenessUs: 1 };
  const admission = admit(source, [[row(1, 3), row(1, 1), row(0, 9)]], noHoles);
  assert.deepEqual(admission.rows.map((r) => r.cells["x"]), [9, 1, 3]);
});
