import assert from "node:assert/strict";
import { parseFrame } from "../../../runtime/worker/frame_check.ts";
import { parseGuestMessage } from "../../../runtime/worker/message_check.ts";

const FRAME = {
  edge: 1,
  from: 0,
  slice: 2,
  batch: { length: 2, columns: [new Float64Array(2), new Int32Array(2)] },
  untilUs: Infinity,
  symbols: { first: 3, texts: ["a"] },
  lastTimesUs: [1, -Infinity],
};

const TEMPLATE = { name: "p", raw: ["a", "b"], holes: [{ kind: "number", value: 1 }] };

Deno.test("parseFrame() takes a frame with and without its optional parts", () => {
  assert.deepEqual(parseFrame(FRAME), FRAME);
  const { symbols: _symbols, lastTimesUs: _times, ...small } = FRAME;
  assert.deepEqual(parseFrame(small), small);
});

Deno.test("parseFrame() keeps nothing but the parts of a frame", () => {
  assert.deepEqual(parseFrame({ ...FRAME, more: 1 }), FRAME);
});

function nested(starts: readonly number[], words: readonly number[]) {
  return { starts: Int32Array.from(starts), words: Float64Array.from(words) };
}

Deno.test("parseFrame() takes nested columns", () => {
  const batch = { length: 3, columns: [nested([0, -1, 0], [2, 0])] };
  assert.deepEqual(parseFrame({ ...FRAME, batch })?.batch, batch);
});

const FORGED_FRAMES: readonly (readonly [name: string, change: object])[] = [
  ["a negative edge", { edge: -1 }],
  ["a fractional slice", { slice: 0.5 }],
  ["a text as partition", { from: "0" }],
  ["no watermark", { untilUs: NaN }],
  ["no batch", { batch: null }],
  ["a length its columns have not", { batch: { ...FRAME.batch, length: 3 } }],
  ["a column of another type", { batch: { length: 2, columns: [new Float32Array(2)] } }],
  ["an array as column", { batch: { length: 2, columns: [[1, 2]] } }],
  ["columns that are no array", { batch: { length: 0, columns: { length: 0 } } }],
  ["a nested column of another length", { batch: { length: 2, columns: [nested([0], [2, 0])] } }],
  ["a nested column that leaves its words", {
    batch: { length: 1, columns: [nested([0], [9, 0])] },
  }],
  ["a nested column without words", {
    batch: { length: 0, columns: [{ starts: new Int32Array() }] },
  }],
  ["symbols without texts", { symbols: { first: 0 } }],
  ["symbols that are no texts", { symbols: { first: 0, texts: [1] } }],
  ["times that are no numbers", { lastTimesUs: ["1"] }],
];

for (const [name, change] of FORGED_FRAMES) {
  Deno.test(`parseFrame() refuses ${name}`, () => {
    assert.equal(parseFrame({ ...FRAME, ...change }), undefined);
  });
}

const STATE = {
  texts: undefined,
  tables: new Map([["s", { size: 2, keys: [Int32Array.of(1)] }]]),
  operators: [[null, new Set([1n]), { a: new Date(0), b: [1.5, "x", true] }]],
};

const REPORT = { feature: "p.f", timeUs: 1, sequence: Infinity, message: "m" };

function shown(message: unknown): string {
  const text = JSON.stringify(
    message,
    (_, value) => typeof value === "bigint" ? `${value}` : value,
  );
  return text.slice(0, 100);
}

const MESSAGES: readonly object[] = [
  { kind: "pong" },
  { kind: "opened" },
  { kind: "done", partition: 1, slice: 0 },
  { kind: "snapshot", partition: 0, slice: 3, state: STATE },
  { kind: "row errors", partition: 0, slice: 3, errors: [{ ...REPORT, rows: 7 }, REPORT] },
  { kind: "frame", frame: FRAME },
  { kind: "failed", failure: { code: "HOLE_THREW", message: "m", stack: "s" } },
  { kind: "described", templates: [{ file: "/p.ts", template: TEMPLATE }], entry: 0 },
  { kind: "described", templates: [], entry: -1 },
];

for (const message of MESSAGES) {
  Deno.test(`parseGuestMessage() takes ${shown(message)}`, () => {
    assert.deepEqual(parseGuestMessage(message), message);
  });
}

const FORGED_MESSAGES: readonly unknown[] = [
  null,
  "pong",
  { kind: "exit" },
  { kind: "done", partition: 0, slice: "1" },
  { kind: "done", slice: 1 },
  { kind: "snapshot", partition: 0, slice: -1, state: null },
  { kind: "snapshot", slice: 1, state: null },
  { kind: "row errors", partition: 0, slice: 1, errors: [{ ...REPORT, timeUs: "1" }] },
  { kind: "row errors", partition: 0, slice: 1, errors: [{ ...REPORT, rows: -1 }] },
  { kind: "row errors", partition: 0, slice: 1, errors: Array(1001).fill(REPORT) },
  { kind: "frame", frame: {} },
  { kind: "failed", failure: { code: "not a code", message: "m" } },
  { kind: "failed", failure: { code: "CODE" } },
  { kind: "described", templates: [{ file: "/p.ts", template: TEMPLATE }], entry: 1 },
  { kind: "described", templates: [{ file: 1, template: TEMPLATE }], entry: 0 },
  {
    kind: "described",
    templates: [{ file: "/p.ts", template: { ...TEMPLATE, holes: [] } }],
    entry: 0,
  },
];

for (const message of FORGED_MESSAGES) {
  Deno.test(`parseGuestMessage() refuses ${shown(message)}`, () => {
    assert.equal(parseGuestMessage(message), undefined);
  });
}

const FORGED_STATES: Readonly<Record<string, unknown>> = {
  "an error": new Error("no data"),
  "a pattern": [/a/],
  "a key that is no data": new Map([[new Error("no data"), 1]]),
  "itself": holdingItself(),
  "too many levels": Array(300).fill(0).reduce((inner) => [inner], 1),
};

function holdingItself(): object {
  const list: unknown[] = [];
  list.push({ list });
  return list;
}

for (const [name, state] of Object.entries(FORGED_STATES)) {
  Deno.test(`parseGuestMessage() refuses a snapshot that holds ${name}`, () => {
    const message = { kind: "snapshot", partition: 0, slice: 1, state: { state } };
    assert.equal(parseGuestMessage(message), undefined);
  });
}

Deno.test("parseGuestMessage() looks at a snapshot's parts once, however often they are held", () => {
  let state: unknown = 1;
  for (let level = 0; level < 60; level++) state = [state, state];
  assert.ok(parseGuestMessage({ kind: "snapshot", partition: 0, slice: 1, state }));
});

Deno.test("parseFrame() keeps the kind of a slice", () => {
  const flags = { isLast: true, barrier: true, aside: true };
  assert.deepEqual(parseFrame({ ...FRAME, ...flags }), { ...FRAME, ...flags });
  assert.deepEqual(parseFrame({ ...FRAME, barrier: 1, aside: "yes" }), FRAME);
});

Deno.test("parseGuestMessage() takes control characters out of texts", () => {
  const message = parseGuestMessage({ kind: "log", text: "a\u001b[2Jb\tc\nd\r\u0007" });
  assert.deepEqual(message, { kind: "log", text: "a[2Jb\tc\nd" });
});
