import assert from "node:assert/strict";
import type { ValueType } from "../../../dsl/types.ts";
import type { ColumnData, PackedColumn } from "../../../runtime/arrow/batch.ts";
import { createPackedText, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { Admission } from "../../../runtime/engine/mod.ts";
import { Random } from "../../support/random.ts";
import { columnOfJson } from "../arrow/nested_values.ts";
import { createAdmission, deliver, released, type Row, SOURCE } from "./delivered_rows.ts";

/*
 *  lateness 3          max    late if below
 *  row 1   10           10        -
 *  row 2    7 on time   10        7
 *  row 3    6 late      10        7
 *  row 4   20           20        7
 *  row 5   17 on time   20       17
 *  row 6   16 late      20       17
 */
const ROWS: readonly Row[] = [[10, 0, 1], [7, 0, 2], [6, 0, 3], [20, 0, 4], [17, 0, 5], [16, 0, 6]];

Deno.test("a row is late if its time is below the largest time before it, less the lateness", () => {
  const admission = createAdmission({ latenessUs: 3 });
  deliver(admission, ROWS, { firstRow: 101 });
  assert.equal(released(admission.release(Infinity)), "7/2 10/1 17/5 20/4");
  assert.equal(admission.counts.late, 2);
  assert.deepEqual(admission.counts.firstLate, { file: "events0.csv", row: 103 });
  assert.equal(admission.counts.latenessToAdmitAllUs, 4);
});

Deno.test("the lateness that is told admits all rows, and one less does not", () => {
  for (const [latenessUs, late] of [[4, 0], [3, 2]] as const) {
    const admission = createAdmission({ latenessUs });
    deliver(admission, ROWS);
    assert.equal(admission.counts.late, late);
  }
});

Deno.test("release() gives rows below the bound, each once, in order of delivery within a time", () => {
  const admission = createAdmission({ latenessUs: 5 });
  deliver(admission, [[5, 0, 1], [3, 0, 2], [5, 0, 3], [9, 0, 4], [5, 0, 5]]);
  assert.equal(admission.watermarkUs, 4);
  assert.equal(released(admission.release(5)), "3/2");
  assert.equal(released(admission.release(5)), "");
  assert.equal(released(admission.release(9)), "5/1 5/3 5/5");
  assert.equal(admission.pendingRows, 1);
  admission.end(0);
  assert.equal(admission.watermarkUs, Infinity);
  assert.equal(released(admission.release(Infinity)), "9/4");
});

Deno.test("the watermark is the least of all entries that have not ended", () => {
  const admission = createAdmission({ latenessUs: 1 }, 2);
  deliver(admission, [[10, 0, 1]], { entry: 0 });
  assert.equal(admission.watermarkUs, -Infinity);
  assert.equal(admission.laggard, 1);
  deliver(admission, [[4, 0, 2]], { entry: 1 });
  assert.deepEqual([admission.watermarkUs, admission.laggard], [3, 1]);
  admission.end(1);
  assert.deepEqual([admission.watermarkUs, admission.settledUs, admission.lastTimeUs], [9, 3, 10]);
  admission.end(0);
  assert.equal(admission.laggard, undefined);
});

Deno.test("an entry's rows are late by its own times only, and entries merge in config order", () => {
  const admission = createAdmission({}, 2);
  deliver(admission, [[5, 0, 1], [7, 0, 2]], { entry: 1 });
  deliver(admission, [[5, 0, 3], [6, 0, 4], [7, 0, 5]], { entry: 0 });
  assert.equal(admission.counts.late, 0);
  assert.equal(released(admission.release(Infinity)), "5/3 +5/1 6/4 7/5 +7/2");
});

Deno.test("rows without time or key, and rejected ones, are malformed and tell why", () => {
  const reasons = [
    { rows: [[NaN, 0, 1]], reason: /time "ts" is missing/ },
    { rows: [[1, -1, 1]], reason: /key "key" is missing/ },
    { rows: [[1, 0, 1]], rejected: [{ row: 0, reason: "no number" }], reason: /no number/ },
  ] as const;
  for (const { rows, reason, ...more } of reasons) {
    const admission = createAdmission();
    deliver(admission, rows, { firstRow: 8, ...more });
    const { malformed, late, admitted, firstMalformed } = admission.counts;
    assert.deepEqual({ malformed, late, admitted }, { malformed: 1, late: 0, admitted: 0 });
    assert.equal(firstMalformed?.row, 8);
    assert.match(firstMalformed?.reason ?? "", reason);
  }
});

Deno.test("a named sequence orders rows of one time against the order of delivery", () => {
  const admission = createAdmission({ sequence: "value", latenessUs: 10 });
  deliver(admission, [[5, 0, 30], [5, 0, 10]]);
  deliver(admission, [[5, 0, 20], [4, 0, 99]]);
  assert.deepEqual([...admission.release(6).sequence], [99, 10, 20, 30]);
});

Deno.test("what is admitted does not depend on batches, even with duplicates in two entries", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = new Random(seed);
    const entries = [0, 1].map(() => randomRows(random));
    const source = {
      latenessUs: random.int(4),
      ...(random.chance(0.7)
        ? { unique: { columns: ["key", "value"], withinUs: random.int(5) } }
        : {}),
    };
    const outcomes = [1, 3, 1000].map((batchRows) => {
      const admission = createAdmission(source, 2);
      const rows = feedAll(admission, entries, batchRows);
      const { admitted, late, malformed, duplicates } = admission.counts;
      return { rows, admitted, late, malformed, duplicates };
    });
    assert.deepEqual(outcomes[1], outcomes[0], `seed ${seed}`);
    assert.deepEqual(outcomes[2], outcomes[0], `seed ${seed}`);
  }
});

function randomRows(random: Random): Row[] {
  let time = 0;
  return Array.from({ length: 40 }, () => {
    time += random.int(3);
    return [time - random.int(6), random.between(-1, 2), random.int(3)];
  });
}

/** Reads as a run does: a batch of the entry that lags most, then all rows below the watermark. */
function feedAll(
  admission: Admission,
  entries: readonly (readonly Row[])[],
  batchRows: number,
): string {
  const at = entries.map(() => 0);
  const texts: string[] = [];
  for (let entry = admission.laggard; entry !== undefined; entry = admission.laggard) {
    const rows = entries[entry]?.slice(at[entry], (at[entry] ?? 0) + batchRows) ?? [];
    if (rows.length === 0) admission.end(entry);
    else deliver(admission, rows, { entry, firstRow: (at[entry] ?? 0) + 1 });
    at[entry] = (at[entry] ?? 0) + rows.length;
    texts.push(released(admission.release(admission.watermarkUs)));
  }
  return texts.filter((text) => text !== "").join(" ");
}

Deno.test("a row whose sequence no double holds is malformed", () => {
  const columns = [...SOURCE.columns, { name: "n", type: { kind: "i64" } as const }];
  const admission = createAdmission({ columns, sequence: "n" });
  admission.deliver(0, {
    length: 3,
    columns: new Map<string, Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>([
      ["ts", Float64Array.of(5, 5, 5)],
      ["key", Int32Array.of(0, 0, 0)],
      ["value", Float64Array.of(1, 2, 3)],
      ["n", Float64Array.of(9, 2 ** 53 + 2, 4)],
    ]),
    file: "events0.csv",
    firstRow: 1,
    rejected: [],
  });
  assert.equal(released(admission.release(Infinity)), "5/3 5/1");
  assert.deepEqual(admission.counts.firstMalformed, {
    file: "events0.csv",
    row: 2,
    reason: 'the sequence "n" is beyond 2^53 - 1',
  });
});

Deno.test("nested columns come out of admission with their rows, in whatever pieces", () => {
  const type: ValueType = { kind: "list", element: { kind: "f64" } };
  const symbols = new SymbolTable();
  const textOf = createPackedText(type, symbols);
  const random = new Random(7);
  const columns = [SOURCE.columns[0]!, SOURCE.columns[1]!, { name: "list", type }];
  const source = { ...SOURCE, columns, latenessUs: 4 };
  const admission = new Admission(source, [columns[2]!], 2);
  const expected: string[] = [];
  const got: string[] = [];
  for (let batch = 0; batch < 12; batch++) {
    const times = Float64Array.from({ length: 5 }, (_, i) => batch * 5 + i - random.int(4));
    const lists = Array.from(times, (time) => `[${time},${batch}]`);
    expected.push(...lists);
    admission.deliver(batch % 2, {
      length: 5,
      columns: new Map<string, ColumnData>([
        ["key", new Int32Array(5)],
        ["ts", times],
        ["list", columnOfJson(lists, type, symbols)],
      ]),
      file: "events.csv",
      firstRow: 1,
      rejected: [],
    });
    const rows = admission.release(batch === 11 ? Infinity : admission.watermarkUs);
    const list = rows.columns[0] as PackedColumn;
    for (let i = 0; i < rows.length; i++) {
      const text = textOf(list, i)!;
      assert.equal(JSON.parse(text)[0], rows.time[i]);
      got.push(text);
    }
  }
  assert.equal(admission.counts.late, 0);
  assert.deepEqual(got.toSorted(), expected.toSorted());
});
