/** Windows of tiles in whole runs: rows put aside and brought back, against windows that keep all their rows. */
import assert from "node:assert/strict";
import { asFlat, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { evaluateSet } from "../../../runtime/set/evaluate.ts";
import { memoryShelf, type Shelf } from "../../../runtime/set/spills.ts";
import type { RowBlock } from "../../../runtime/source/mod.ts";
import { compileCase, sourceOf } from "../../support/compiled_case.ts";
import { Random } from "../../support/random.ts";

const MINUTE_US = 60_000_000;
const DAY_US = 24 * 60 * MINUTE_US;
const DAYS = 10;
const KEYS = ["a", "b", "c", "d", "e"];

const CALLS = "s = sum(x), n = count(), low = min(x), high = max(x), a = first(x), z = last(x)";
const PLUGIN = {
  name: "p",
  body: `
    source rows { key string key, ts timestamp time, x i64 }
    feature tiles on rows { ${CALLS} } over 2d
    feature rings on rows { ${CALLS}, middle = median(x) } over 2d
    feature mixed on rows { s = sum(x) over 2d, n = count() over 30m, low = min(x) over 1d }
    feature tiles_ttl on rows { ${CALLS} } over 2d ttl 3h
    feature rings_ttl on rows { ${CALLS}, middle = median(x) } over 2d ttl 3h
    feature brief on rows { s = sum(x), middle = median(x) } over 1d
  `,
};

interface Rows {
  readonly key: Int32Array<ArrayBuffer>;
  readonly ts: Float64Array<ArrayBuffer>;
  readonly x: Float64Array<ArrayBuffer>;
}

/** Bursts of thousands of rows within minutes, and a few rows between. */
function makeRows(seed: number, symbols: SymbolTable): Rows {
  const random = new Random(seed);
  const times: number[] = [];
  for (let burst = 0; burst < 12; burst++) {
    const from = Math.floor(random.between(0, DAYS * DAY_US));
    for (let i = 0; i < 2500; i++) times.push(from + random.int(20 * MINUTE_US));
  }
  for (let i = 0; i < 1000; i++) times.push(random.int(DAYS * 24 * 60) * MINUTE_US);
  times.sort((a, b) => a - b);
  const codes = KEYS.map((key) => symbols.intern(key));
  return {
    key: Int32Array.from(times, () => codes[random.int(KEYS.length)]!),
    ts: Float64Array.from(times),
    x: Float64Array.from(times, () => random.int(1000)),
  };
}

function* blocksOf({ key, ts, x }: Rows, batchRows: number): Generator<RowBlock> {
  for (let from = 0; from < ts.length; from += batchRows) {
    const columns = [key, ts, x].map((column) => column.slice(from, from + batchRows));
    const batch = { length: columns[0]!.length, columns };
    yield { batch, firstRow: from + 1, file: "rows", rejected: [] };
  }
}

/** Answers at a grid until days after the last row, and the features' own rows, in order of time. */
async function run(
  seed: number,
  options: { batchRows: number; partitions: number; restartEvery?: number; shelf?: Shelf },
) {
  const { batchRows, ...more } = options;
  const names = ["tiles", "rings", "mixed", "brief", "tiles_ttl", "rings_ttl"];
  const [startUs, endUs] = [0, (DAYS + 4) * DAY_US];
  const spine = { kind: "grid", everyUs: 90 * MINUTE_US } as const;
  const compiled = compileCase({
    seed: 0,
    plugins: [PLUGIN],
    features: names.map((name) => ({ name, definition: `p.${name}` })),
    spine: { ...spine, keysOf: "p.rows" },
    startUs,
    endUs,
    sources: [],
    partitions: options.partitions,
    batchRows: 1,
  });
  const symbols = new SymbolTable();
  const rows = makeRows(seed, symbols);
  const result = await evaluateSet({
    features: compiled.features,
    spine: { ...spine, keysOf: 0 },
    startUs,
    endUs,
    sources: [{ source: sourceOf(compiled, "p.rows"), entries: [blocksOf(rows, batchRows)] }],
    symbols,
    rowsOf: [0, 1],
    ...more,
  });
  const table = ({ columns, batches }: Pick<typeof result, "columns" | "batches">) =>
    batches.flatMap(({ length, time, sequence, columns: values }) =>
      Array.from({ length }, (_, i) =>
        Object.fromEntries([
          ["time", time[i]!],
          ["sequence", sequence[i]!],
          ...columns.map(({ name }, j) => [name, asFlat(values[j]!)[i]!] as const),
        ]))
    ).sort((a, b) => a["time"]! - b["time"]! || a["sequence"]! - b["sequence"]!);
  return { set: table(result), rows: [0, 1].map((index) => table(result.rows.get(index)!)) };
}

/** A shelf that counts. */
function countingShelf(): Shelf & { puts: number; takes: number } {
  const shelf = memoryShelf();
  const counting = {
    puts: 0,
    takes: 0,
    put(columns: readonly Float64Array<ArrayBuffer>[]) {
      counting.puts++;
      return shelf.put(columns);
    },
    take(place: number) {
      counting.takes++;
      return shelf.take(place);
    },
    copy: (place: number) => shelf.copy(place),
  };
  return counting;
}

Deno.test("rows put aside come back: windows of tiles equal windows of rows", async () => {
  const shelf = countingShelf();
  const { set, rows: [tiles, rings] } = await run(1, { batchRows: 700, partitions: 1, shelf });
  assert.ok(shelf.puts >= 20, `${shelf.puts} blocks were put aside`);
  assert.equal(shelf.takes, shelf.puts, "all of them came back");
  assert.ok(set.length > 1000);
  for (const row of set) {
    for (const name of ["s", "n", "low", "high", "a", "z"]) {
      for (const kind of ["", "_ttl"]) {
        const [tiles, rings] = [row[`tiles${kind}.${name}`], row[`rings${kind}.${name}`]];
        assert.ok(Object.is(tiles, rings), JSON.stringify([name, kind, row]));
      }
    }
    assert.equal(row["mixed.s"], row["tiles.s"]);
  }
  assert.equal(tiles!.length, 31_000);
  assert.deepEqual(tiles, rings!.map(({ middle: _middle, ...row }) => row));
});

Deno.test("batches, partitions and restarts change nothing in windows of tiles", async () => {
  const plain = await run(2, { batchRows: 700, partitions: 1 });
  for (
    const other of [
      { batchRows: 100_000, partitions: 1 },
      { batchRows: 5000, partitions: 1 },
      { batchRows: 150, partitions: 2 },
      { batchRows: 400, partitions: 2, restartEvery: 5 },
    ]
  ) {
    const { set, rows } = await run(2, other);
    assert.deepEqual(set, plain.set, JSON.stringify(other));
    assert.deepEqual(rows, plain.rows, JSON.stringify(other));
  }
});
