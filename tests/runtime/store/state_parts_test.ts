import assert from "node:assert/strict";
import { joinState, splitState } from "../../../runtime/store/state_parts.ts";

/** Goes the way of a checkpoint; parts come back in buffers of their own. */
function roundTrip(state: unknown): unknown {
  const { skeleton, parts } = splitState(structuredClone(state));
  return joinState({
    skeleton,
    parts: parts.map((part) => ({ ...part, bytes: part.bytes.slice() })),
  });
}

const LARGE = 4096;

Deno.test("a state comes back as it was, whatever it is made of", () => {
  const shared = { inside: 1 };
  const state = {
    text: "ü\u{1F600}",
    numbers: [NaN, -0, Infinity, 1e300, 10n ** 20n],
    nothing: [null, undefined, , false],
    set: new Set(["a", 1]),
    map: new Map<unknown, unknown>([["1", "text"], [1, "number"], [1n, { deep: new Map() }]]),
    small: [new Float32Array([1.5]), new Uint8Array(0), new ArrayBuffer(3)],
    shared: [shared, shared],
  };
  const back = roundTrip(state);
  assert.deepEqual(back, state);
  assert.equal((back as typeof state).shared[0], (back as typeof state).shared[1]);
  for (const bare of [undefined, null, 5, "x", new Float64Array(LARGE)]) {
    assert.deepEqual(roundTrip(bare), bare);
  }
});

Deno.test("large arrays leave the skeleton, wherever they are", () => {
  const state = {
    plain: new Float64Array(LARGE).fill(NaN),
    list: [0, { bytes: new Uint8Array(LARGE).fill(7) }],
    map: new Map<unknown, unknown>([
      [1, new Int32Array(LARGE).fill(1)],
      ["1", new Int16Array(LARGE).fill(2)],
      [1n, [new BigInt64Array(LARGE).fill(-3n)]],
      [NaN, new ArrayBuffer(LARGE)],
      [null, new Float16Array(LARGE).fill(0.5)],
    ]),
  };
  assert.deepEqual(roundTrip(state), state);
  const { skeleton, parts } = splitState(structuredClone(state));
  assert.equal(parts.length, 7);
  assert.ok(skeleton.byteLength < 500, `${skeleton.byteLength} bytes`);
});

Deno.test("a view of part of a buffer comes back as that part, in a buffer of its own", () => {
  const buffer = new ArrayBuffer(1 << 20);
  const state = {
    large: new Float64Array(buffer, 64, LARGE).fill(1),
    small: new Float64Array(buffer, 8, 2).fill(2),
  };
  const { skeleton, parts } = splitState(state);
  assert.ok(skeleton.byteLength < 500);
  const back = joinState({ skeleton, parts: parts.map((p) => ({ ...p, bytes: p.bytes.slice() })) });
  assert.deepEqual(back, {
    large: new Float64Array(LARGE).fill(1),
    small: new Float64Array(2).fill(2),
  });
});

Deno.test("arrays in a Set and under a Map's object key stay in the skeleton", () => {
  const state = {
    set: new Set([new Uint8Array(LARGE)]),
    map: new Map([[{ key: 1 }, new Uint8Array(LARGE)]]),
  };
  assert.equal(splitState(structuredClone(state)).parts.length, 0);
  assert.deepEqual(roundTrip(state), state);
});

Deno.test("a property named __proto__ is data like any other", () => {
  const state: unknown = JSON.parse('{"__proto__": {"a": 1}}');
  const back = roundTrip(state) as object;
  assert.deepEqual(Object.getOwnPropertyDescriptor(back, "__proto__")?.value, { a: 1 });
});

Deno.test("a state that holds itself is refused", () => {
  const state: unknown[] = [];
  state.push(state);
  assert.throws(() => splitState(state), TypeError);
});
