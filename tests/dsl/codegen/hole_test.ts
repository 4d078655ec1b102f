/** Function holes: what they are handed for every type, and what they may give back. */
import assert from "node:assert/strict";
import { writeRowKernel } from "../../../dsl/codegen/mod.ts";
import type { Expression } from "../../../dsl/typed_ast.ts";
import type { ValueType } from "../../../dsl/types.ts";
import { column, F64, I64, KernelRun, outputs, REQUEST, STRING } from "./run_kernel.ts";

const LIST: ValueType = { kind: "list", element: STRING };
const SIDE: ValueType = { kind: "enum", values: ["buy", "sell"] };
const MAP: ValueType = { kind: "map", key: STRING, value: { kind: "vector", length: 2 } };

function hole(type: ValueType, ...reads: readonly Expression[]): Expression {
  return { kind: "hole", type, hole: 0, name: "f", arguments: reads };
}

/** What the function was handed and what came out, for one row. */
function called(
  type: ValueType,
  row: Readonly<Record<string, readonly [ValueType, unknown]>>,
  f: (...values: never[]) => unknown,
): { handed: unknown[]; value: unknown } {
  const handed: unknown[] = [];
  const spy = (...values: unknown[]) => {
    handed.push(...values);
    return f(...values as never[]);
  };
  const reads = Object.entries(row).map(([name, [type]]) => column(name, type));
  const run = new KernelRun(
    writeRowKernel({ ...REQUEST, outputs: outputs({ value: hole(type, ...reads) }) }),
    [spy],
  );
  const cells = Object.fromEntries(Object.entries(row).map(([name, [, value]]) => [name, value]));
  const { rows } = run.call([{ t: 1, k: 1, ...cells }]);
  return { handed, value: rows[0]?.[2] };
}

Deno.test("a function takes and gives texts, nested values and whole numbers of 64 bits", () => {
  const big = 2n ** 62n;
  assert.deepEqual(called(STRING, { t: [STRING, "é"] }, (t: string) => t + t), {
    handed: ["é"],
    value: "éé",
  });
  assert.deepEqual(called(I64, { n: [I64, big] }, (n: bigint) => n + 1n), {
    handed: [big],
    value: big + 1n,
  });
  assert.deepEqual(called(I64, { n: [I64, 5] }, (n: number) => BigInt(n)).value, 5);
  assert.deepEqual(called(LIST, { l: [LIST, ["a", null]] }, (l: string[]) => [...l, "b"]), {
    handed: [["a", null]],
    value: ["a", null, "b"],
  });
  assert.deepEqual(called(SIDE, { s: [SIDE, "buy"] }, () => "sell").value, "sell");
  const map = called(MAP, {}, () => ({ "\u{1F600}": [1, 2], "\uFFFD": null }));
  assert.deepEqual([...map.value as Map<string, unknown>], [
    ["\uFFFD", null],
    ["\u{1F600}", Float64Array.of(1, 2)],
  ]);
});

Deno.test("a null argument gives null without a call, whatever the types", () => {
  for (const type of [STRING, LIST, F64, I64]) {
    const made = called(type, { t: [STRING, null], l: [LIST, ["a"]] }, () => assert.fail("called"));
    assert.deepEqual(made, { handed: [], value: null });
  }
});

Deno.test("what a function must not give is named with the place inside it", () => {
  const wrong: readonly (readonly [ValueType, unknown, RegExp])[] = [
    [STRING, 5, /the result of function hole 1 is 5 where string or null/],
    [SIDE, "hold", /the result of function hole 1 is "hold" where "buy" \| "sell" or null/],
    [LIST, ["a", 7], /the result of function hole 1\[1\] is 7 where string or null/],
    [LIST, "ab", /is "ab" where list<string> or null/],
    [
      MAP,
      { a: [1] },
      /the result of function hole 1\[a\] is a list of 1 where vector\(2\) or null/,
    ],
    [I64, 2n ** 64n, /is 18446744073709551616 where i64 or null/],
  ];
  for (const [type, result, message] of wrong) {
    assert.throws(() => called(type, {}, () => result), message);
  }
});
