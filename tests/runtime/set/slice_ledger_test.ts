import assert from "node:assert/strict";
import type { Frame } from "../../../runtime/engine/mod.ts";
import { SliceLedger } from "../../../runtime/set/slice_ledger.ts";

function frameOf(slice: number, from: number): Frame {
  return { edge: 0, from, slice, untilUs: 0, batch: { length: 0, columns: [] } };
}

/** A ledger whose deliveries end when the test says so. */
function openLedger(parts: number) {
  const delivered: string[] = [];
  const endings: (() => void)[] = [];
  const ledger = new SliceLedger(parts);
  const open = (...slices: number[]) => {
    for (const slice of slices) {
      ledger.open(slice, ({ frames }) => {
        delivered.push(`${slice}:${frames.map(({ from }) => from)}`);
        return new Promise((resolve) => endings.push(resolve));
      });
    }
  };
  const end = async () => {
    endings.shift()?.();
    await turn();
  };
  return { ledger, open, delivered, end };
}

/** Lets settled promises run on. */
async function turn(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("SliceLedger delivers a slice when all parts are done with it, slice after slice", async () => {
  const { ledger, open, delivered, end } = openLedger(2);
  open(0, 1);
  ledger.put(frameOf(0, 0));
  ledger.done(0, "a");
  await turn();
  assert.deepEqual(delivered, []);
  ledger.put(frameOf(0, 1));
  ledger.done(0, "b");
  ledger.done(1, "a");
  ledger.done(1, "b");
  await turn();
  assert.deepEqual(delivered, ["0:0,1"]);
  await end();
  assert.deepEqual(delivered, ["0:0,1", "1:"]);
  await end();
  await ledger.room(1);
});

Deno.test("SliceLedger.room() waits until fewer slices are under way", async () => {
  const { ledger, open, end } = openLedger(1);
  let hasRoom = false;
  open(0, 1);
  const room = ledger.room(2).then(() => hasRoom = true);
  ledger.done(0, "a");
  await turn();
  assert.equal(hasRoom, false);
  await end();
  assert.equal(await room, true);
});

Deno.test("SliceLedger ignores frames of slices that are not open", async () => {
  const { ledger, delivered } = openLedger(1);
  ledger.put(frameOf(5, 0));
  ledger.done(5, "a");
  await turn();
  assert.deepEqual(delivered, []);
});

Deno.test("SliceLedger delivers nothing more once it is closed, and lets the delivery under way end", async () => {
  const { ledger, open, delivered, end } = openLedger(1);
  open(0, 1);
  for (const slice of [0, 1]) {
    ledger.put(frameOf(slice, 0));
    ledger.done(slice, "a");
  }
  await turn();
  let closed = false;
  const closing = ledger.close().then(() => closed = true);
  await turn();
  assert.equal(closed, false);
  await end();
  await closing;
  assert.deepEqual(delivered, ["0:0"]);
});

Deno.test("SliceLedger takes a frame, and a partition's end of a slice, once and of open slices", () => {
  const { ledger, open } = openLedger(2);
  open(0, 1);
  assert.equal(ledger.admit(frameOf(0, 0)), true);
  assert.equal(ledger.admit(frameOf(0, 0)), false);
  assert.equal(ledger.admit(frameOf(0, 1)), true);
  assert.equal(ledger.admit(frameOf(2, 0)), false);
  assert.deepEqual(ledger.waiting, new Set());
  assert.equal(ledger.done(0, "a"), true);
  assert.equal(ledger.done(0, "a"), false);
  assert.equal(ledger.done(2, "a"), false);
  assert.deepEqual(ledger.waiting, new Set(["a"]));
});
