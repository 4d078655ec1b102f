import assert from "node:assert/strict";
import { transferablesOf } from "../../../runtime/store/transferables.ts";

Deno.test("transferablesOf() finds large buffers wherever they are, each once", () => {
  const buffers = Array.from({ length: 5 }, () => new ArrayBuffer(8192));
  const [a, b, c, d, e] = buffers as [
    ArrayBuffer,
    ArrayBuffer,
    ArrayBuffer,
    ArrayBuffer,
    ArrayBuffer,
  ];
  const message = {
    a,
    again: new Float64Array(a, 8, 3),
    list: [1, null, "x", { b: new Uint8Array(b) }],
    map: new Map([["k", new Map([[1, c]])]]),
    set: new Set([new Int32Array(d)]),
    view: new DataView(e),
    small: new Uint8Array(100),
  };
  assert.deepEqual(new Set(transferablesOf(message)), new Set(buffers));
  assert.equal(transferablesOf(message).length, 5);
});

Deno.test("transferablesOf() ends in a message that holds itself, and finds nothing in bare values", () => {
  const loop: unknown[] = [new ArrayBuffer(8192)];
  loop.push(loop);
  assert.equal(transferablesOf(loop).length, 1);
  assert.deepEqual([undefined, null, 1, "x"].flatMap(transferablesOf), []);
});
