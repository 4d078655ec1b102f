import assert from "node:assert/strict";
import type { SourcePlan } from "../../../../dsl/mod.ts";
import type { StreamData } from "../../../../runtime/engine/mod.ts";
import { SourceRoom } from "../../../../runtime/live/pipeline/source_room.ts";
import { Random } from "../../../support/random.ts";

const COLUMNS = [
  { name: "k", type: { kind: "string" } },
  { name: "unused", type: { kind: "f64" } },
  { name: "x", type: { kind: "f64" } },
];

const PLAN = {
  source: { time: "ts", columns: COLUMNS, unique: { columns: ["k", "x"], withinUs: 10 } },
  columns: [COLUMNS[2], COLUMNS[0]],
  ranked: true,
} as unknown as SourcePlan;

function rowsAt(random: Random, fromUs: number, first: number): StreamData {
  const length = random.between(1, 9);
  const make = (value: (i: number) => number) => Float64Array.from({ length }, (_, i) => value(i));
  return {
    length,
    time: make(() => fromUs + random.int(15)),
    sequence: make((i) => first + i),
    columns: [
      Int32Array.from({ length }, () => random.int(2)),
      make(() => 0),
      make(() => random.int(2)),
    ],
  };
}

const plain = ({ time, sequence, columns }: StreamData) =>
  Array.from(
    time,
    (at, i) => [at, sequence[i], ...columns.map((column) => (column as Float64Array)[i])],
  );

Deno.test("SourceRoom drops repeats in the final order; a copy, or a restart, changes nothing", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    let room = new SourceRoom(PLAN);
    const other = new SourceRoom(PLAN);
    const released: unknown[] = [];
    let position = 1;
    for (let fromUs = 0; fromUs < 300; fromUs += random.int(12)) {
      const rows = rowsAt(random, fromUs, position);
      position += rows.length;
      for (const each of [room, other]) each.put(rows);
      const copy = plain(room.copy(fromUs));
      const taken = plain(room.release(fromUs));
      assert.deepEqual(copy, taken, `seed ${seed}`);
      released.push(...taken);
      if (random.chance(0.3)) room = new SourceRoom(PLAN, structuredClone(room.state()));
    }
    released.push(...plain(room.release(Infinity)));
    assert.deepEqual(released, plain(other.release(Infinity)), `seed ${seed}`);
    assert.equal(room.duplicates, other.duplicates);
    assert.equal(released.length + room.duplicates, position - 1);
  }
});
