import assert from "node:assert/strict";
import { z } from "zod";
import { describeTemplate } from "../../../dsl/mod.ts";
import { parseGuestMessage } from "../../../runtime/worker/message_check.ts";
import { isSchema } from "../../../runtime/worker/schema_check.ts";

function accepts(hole: unknown): boolean {
  const template = { name: "p", raw: ["", ""], holes: [hole] };
  const message = { kind: "described", templates: [{ file: "/p.ts", template }], entry: 0 };
  return parseGuestMessage(message) !== undefined;
}

Deno.test("parseGuestMessage() takes what describeTemplate() says of every kind of hole", () => {
  const f = () => 0;
  const holes = [
    { init: f, add: f, result: f },
    { init: f, reduce: f },
    z.object({
      a: z.string().describe("A."),
      b: z.enum(["x"]),
      c: z.array(z.object({ d: z.record(z.string(), z.tuple([z.number()])) })),
      e: z.function(),
    }),
    [1, 2],
  ];
  const described = describeTemplate({ name: "p", raw: [], holes }).holes;
  assert.deepEqual(described.map(({ kind }) => kind), ["aggregate", "fold", "schema", "other"]);
  for (const hole of described) assert.ok(accepts(hole), hole.kind);
});

Deno.test("parseGuestMessage() refuses forged holes", () => {
  const column = (type: unknown) => ({
    kind: "schema",
    columns: [{ name: "a", type }],
    faults: [],
  });
  const forged: readonly unknown[] = [
    { kind: "aggregate", name: "a", hasMerge: 1, hasRemove: false },
    { kind: "fold" },
    { kind: "schema", columns: [], faults: [1] },
    column(undefined),
    column({ kind: "float" }),
    column({ kind: "enum", values: [] }),
    column({ kind: "list" }),
    column({ kind: "map", key: { kind: "vector", length: 1 }, value: { kind: "f64" } }),
    column({ kind: "struct", fields: [] }),
    column({ kind: "vector", length: 1e9 }),
  ];
  for (const hole of forged) assert.equal(accepts(hole), false, JSON.stringify(hole));
  let deep: unknown = { kind: "f64" };
  for (let depth = 0; depth < 1000; depth++) deep = { kind: "list", element: deep };
  assert.equal(isSchema(column(deep)), false);
});
