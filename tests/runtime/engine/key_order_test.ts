import assert from "node:assert/strict";
import { compareKeys, compareTexts } from "../../../runtime/engine/mod.ts";
import { SlotOrder } from "../../../runtime/engine/key_order.ts";
import { SlotTable } from "../../../runtime/engine/slots.ts";
import { Random } from "../../support/random.ts";

const TEXTS = [
  "",
  "a",
  "ab",
  "b",
  "Z",
  "ä",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "𐀀",
  "😀",
  "a😀",
  "a\uffff",
];
const encoder = new TextEncoder();

Deno.test("compareTexts() orders like UTF-8 bytes, beyond the basic plane too", () => {
  for (const a of TEXTS) {
    for (const b of TEXTS) {
      const bytes = Math.sign(compareBytes(encoder.encode(a), encoder.encode(b)));
      assert.equal(Math.sign(compareTexts(a, b)), bytes, `${a} and ${b}`);
    }
  }
});

Deno.test("compareTexts() puts a supplementary character after U+FFFF, unlike UTF-16", () => {
  assert.ok(compareTexts("😀", "\uffff") > 0);
  assert.ok("😀" < "\uffff");
});

Deno.test("compareKeys() compares from left to right, numbers by value and symbols by text", () => {
  const texts = ["zeta", "alpha"];
  const columns = [Float64Array.of(-2, 10, 10, 9), Int32Array.of(0, 0, 1, 1)];
  const order = [0, 1, 2, 3].sort((i, j) => compareKeys(columns, i, columns, { j, texts }));
  assert.deepEqual(order, [0, 3, 2, 1]);
  assert.equal(compareKeys(columns, 1, columns, { j: 1, texts }), 0);
});

Deno.test("SlotOrder sorts slots by key while keys are still being added", () => {
  const random = new Random(11);
  const texts = random.shuffled(TEXTS);
  const table = new SlotTable([true]);
  const order = new SlotOrder(table, { texts });
  for (let code = 0; code < texts.length; code++) {
    table.assign([Int32Array.of(code)], new Int32Array(1));
    const slots = Int32Array.from(random.shuffled([...Array(table.size - 1).keys()]), (i) => i + 1);
    order.sort(slots);
    const sorted = [...slots].map((slot) => texts[table.keys[0]![slot]!] ?? "");
    assert.deepEqual(sorted, texts.slice(0, code + 1).sort(compareTexts));
  }
});

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  }
  return a.length - b.length;
}
