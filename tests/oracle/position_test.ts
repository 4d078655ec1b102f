import assert from "node:assert/strict";
import type { Source } from "../../dsl/typed_ast.ts";
import { comparePositions, isInSight, type Position } from "./position.ts";

function source(name: string): Source {
  return {
    plugin: "p",
    name,
    columns: [],
    time: "t",
    keys: [],
    latenessUs: 0,
    idleUs: 0,
    selection: "",
  };
}

const A = source("a");
const B = source("b");

function at(driver: Source, timeUs: number, sequence: number): Position {
  return { driver, timeUs, sequence, tie: [0] };
}

Deno.test("isInSight() at a row: its own source up to it, other sources to the end of its time", () => {
  const here = { kind: "row", position: at(A, 5, 2) } as const;
  assert.equal(isInSight(at(A, 5, 2), here), true);
  assert.equal(isInSight(at({ ...A }, 5, 3), here), false);
  assert.equal(isInSight(at(A, 4, 9), here), true);
  assert.equal(isInSight(at(B, 5, 9), here), true);
  assert.equal(isInSight(at(B, 6, 0), here), false);
});

Deno.test("isInSight() at a closed window: no event row of its time, other closed windows of it", () => {
  const here = { kind: "row", position: at(A, 5, -Infinity) } as const;
  assert.equal(isInSight(at(A, 5, 0), here), false);
  assert.equal(isInSight(at(B, 5, 0), here), false);
  assert.equal(isInSight(at(B, 4, 0), here), true);
  assert.equal(isInSight(at(B, 5, -Infinity), here), true);
});

Deno.test("isInSight() at a query: all rows up to its time", () => {
  const here = { kind: "query", timeUs: 5 } as const;
  assert.equal(isInSight(at(A, 5, 9), here), true);
  assert.equal(isInSight(at(B, 6, -Infinity), here), false);
});

Deno.test("comparePositions() puts closed windows first, then sequence, then the tie", () => {
  const rows = [at(A, 2, 0), at(A, 1, 7), at(A, 1, -Infinity), { ...at(A, 1, 7), tie: [-1] }];
  const sorted = rows.toSorted(comparePositions);
  assert.deepEqual(sorted.map((row) => rows.indexOf(row)), [2, 3, 1, 0]);
});
