import assert from "node:assert/strict";
import { Random } from "../../support/random.ts";
import { type Drive, drive, type Row, type Slice } from "./drive_sites.ts";

const SUM = "feature total on s { n = sum(x) over ever }\n";
const LATEST = "feature latest on s { x = x }\n";
const ALL = (rows: readonly Row[]): readonly Slice[] => [{ untilUs: Infinity, rows }];

const ROWS: readonly Row[] = [[10, "a", 1], [10, "b", 5], [25, "a", 2], [30, "b", 6], [42, "a", 4]];
const SLICES: readonly Slice[] = [
  { untilUs: 10, rows: [] },
  { untilUs: 26, rows: ROWS.slice(0, 3) },
  { untilUs: 26, rows: [] },
  { untilUs: Infinity, rows: ROWS.slice(3) },
];

for (const partitions of [1, 3]) {
  for (const slices of [ALL(ROWS), SLICES]) {
    const how = `${partitions} partitions, ${slices.length} slices`;

    Deno.test(`a grid holds the keys seen by then and the values at it, ${how}`, async () => {
      const { rows, done } = await drive({
        ...{ features: SUM, names: ["total"], spine: 20, partitions, slices, endUs: 60 },
      });
      assert.deepEqual(rows, ["20 a 1", "20 b 5", "40 a 3", "40 b 11"]);
      assert.equal(done.length, partitions * slices.length);
    });

    /*  label of (t) = value at t + 15; data ends at 42, so rows past 27 have none. */
    Deno.test(`labels wait for their time and end with the data, ${how}`, async () => {
      const { rows, dropped } = await drive({
        ...{ features: SUM + LATEST, names: ["total", "latest"], lookaheadUs: 15 },
        ...{ spine: "rows", partitions, slices },
      });
      assert.deepEqual(rows, ["10 a 1 2", "10 b 5 5", "25 a 3 2"]);
      assert.equal(dropped, 2);
    });
  }
}

const EXCHANGE = `feature by_other on s by other { n = count() over ever, top = max(x) over ever }
feature asked on s join by_other as o on other == o.other { n = o.n, top = o.top, x = x }
feature moving on asked { mean = avg(top) over 20us, last = last(x) over 7us }
`;

Deno.test("rows that change sites and answers that come back do not depend on the cut or on restarts", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const random = new Random(seed);
    let ts = 0;
    const rows = Array.from({ length: 60 }, (): Row => {
      ts += random.int(4);
      const other = random.chance(0.9) ? random.pick(["u", "v", "w"]) : undefined;
      const row = [ts, random.pick(["a", "b", "c"]), random.int(20)] as const;
      return other === undefined ? row : [...row, other];
    });
    const base: Drive = {
      features: EXCHANGE + LATEST,
      names: ["asked", "moving", "latest"],
      lookaheadUs: 5,
      spine: seed % 2 === 0 ? "rows" : 6,
      partitions: 1,
      slices: ALL(rows),
    };
    const expected = await drive(base);
    assert.ok(expected.rows.length > 20);
    assert.deepEqual(expected.failures, []);
    for (const partitions of [1, 3]) {
      const restarts = partitions > 1 || seed % 2 === 0;
      const actual = await drive({ ...base, partitions, slices: cut(rows, random), restarts });
      assert.deepEqual(actual.failures, [], `seed ${seed}`);
      assert.deepEqual(actual.rows, expected.rows, `seed ${seed}, ${partitions} partitions`);
      assert.equal(actual.dropped, expected.dropped);
    }
  }
});

Deno.test("a row that cannot be computed stops its site and names feature, time and row", async () => {
  const { failures, rows } = await drive({
    features: "feature bad on s { n = (count() over ever) * 3002399751580331 }\n",
    names: ["bad"],
    spine: "rows",
    partitions: 1,
    slices: ALL(ROWS),
  });
  assert.equal(rows.length, 0);
  assert.equal(failures.length, 1);
  assert.match(failures[0]?.message ?? "", /Cannot compute "p\.bad" at 1970-.*, row 5: /);
});

/** Slices with bounds between the rows' times, some of them empty. */
function cut(rows: readonly Row[], random: Random): Slice[] {
  const bounds = [...new Set(rows.map(([ts]) => ts))].filter(() => random.chance(0.3));
  return [...bounds, Infinity].map((untilUs, i) => ({
    untilUs,
    rows: rows.filter(([ts]) => ts >= (bounds[i - 1] ?? -Infinity) && ts < untilUs),
  }));
}
