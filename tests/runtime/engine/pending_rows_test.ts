import assert from "node:assert/strict";
import { PendingRows } from "../../../runtime/engine/pending_rows.ts";
import type { StreamData } from "../../../runtime/engine/stream_data.ts";
import { Random } from "../../support/random.ts";

function rowsOf(places: readonly (readonly [number, number])[]): StreamData {
  return {
    length: places.length,
    time: Float64Array.from(places, ([time]) => time),
    sequence: Float64Array.from(places, ([, sequence]) => sequence),
    columns: [Int32Array.from(places, ([, sequence]) => sequence)],
  };
}

function placesOf(rows: StreamData | undefined): (readonly [number, number])[] {
  return Array.from({ length: rows?.length ?? 0 }, (_, i) => {
    assert.equal((rows!.columns[0] as Int32Array)[i], rows!.sequence[i], "columns stay beside");
    return [rows!.time[i]!, rows!.sequence[i]!] as const;
  });
}

const byPlace = (a: readonly [number, number], b: readonly [number, number]) =>
  a[0] - b[0] || a[1] - b[1];

Deno.test("PendingRows gives rows in order of time and sequence, each once, however they came", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = new Random(seed);
    const pending = new PendingRows();
    const waiting: (readonly [number, number])[] = [];
    let sequence = 0;
    for (let round = 0; round < 40; round++) {
      const fresh = Array.from(
        { length: random.int(20) },
        () => [round * 10 + random.int(random.pick([5, 60])), ++sequence] as const,
      );
      pending.insert(rowsOf(fresh), { named: false });
      waiting.push(...fresh);
      assert.equal(pending.length, waiting.length);
      assert.equal(pending.firstTimeUs, Math.min(...waiting.map(([time]) => time)));
      assert.equal(pending.lastTimeUs, Math.max(...waiting.map(([time]) => time)));
      const boundUs = round * 10 + random.int(20);
      const due = waiting.filter(([time]) => time < boundUs).sort(byPlace);
      assert.deepEqual(placesOf(pending.copyBefore(boundUs)), due, `seed ${seed}, copy`);
      if (random.chance(0.5)) continue;
      assert.deepEqual(placesOf(pending.takeBefore(boundUs)), due, `seed ${seed}`);
      waiting.splice(0, Infinity, ...waiting.filter(([time]) => time >= boundUs));
    }
  }
});

Deno.test("PendingRows hands out buffers that nothing else has", () => {
  const pending = new PendingRows();
  pending.append(rowsOf([[1, 1], [2, 2], [3, 3]]));
  const taken = pending.takeBefore(3)!;
  structuredClone(taken, { transfer: [taken.time.buffer, taken.sequence.buffer] });
  assert.deepEqual(placesOf(pending.takeBefore(9)), [[3, 3]]);
});

Deno.test("PendingRows orders rows of one time by a named sequence", () => {
  const pending = new PendingRows();
  pending.insert(rowsOf([[5, 9], [5, 2]]), { named: true });
  pending.insert(rowsOf([[5, 4]]), { named: true });
  assert.deepEqual(placesOf(pending.takeBefore(6)), [[5, 2], [5, 4], [5, 9]]);
});
