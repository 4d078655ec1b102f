/** Windows of days in a pipeline: rows that the host keeps for its sites are part of a checkpoint. */
import assert from "node:assert/strict";
import { SymbolTable } from "../../../../runtime/arrow/mod.ts";
import { firstAtLeast, sliceRows } from "../../../../runtime/engine/mod.ts";
import type { SpillsState } from "../../../../runtime/set/mod.ts";
import type { Case } from "../../../support/case.ts";
import { Random } from "../../../support/random.ts";
import { LiveCase, LiveRun, textsOf } from "./live_case.ts";
import { MemoryCheckpoints } from "./memory_checkpoints.ts";

const MINUTE_US = 60_000_000;
const DAY_US = 24 * 60 * MINUTE_US;
const CALLS = "s = sum(x), n = count(), low = min(x), a = first(x)";

/** Bursts of thousands of rows within minutes, days apart. */
function burstsCase(): Case {
  const random = new Random(7);
  const times = Array.from({ length: 4 }, (_, day) => day * 1.5 * DAY_US).flatMap((fromUs) => [
    ...Array.from({ length: 2500 }, () => fromUs + random.int(20 * MINUTE_US)),
    ...Array.from({ length: 30 }, () => fromUs + random.int(DAY_US)),
  ]);
  const rows = times.sort((a, b) => a - b)
    .map((ts) => ({ k: random.pick(["a", "b", "c"]), ts, x: random.int(1000) }));
  const body = `
    source rows { k string key, ts timestamp time, x i64 }
    feature tiles on rows { ${CALLS} } over 2d
    feature rings on rows { ${CALLS}, middle = median(x) } over 2d
  `;
  return {
    seed: 7,
    plugins: [{ name: "p", body }],
    sources: [{ definition: "p.rows", entries: [rows] }],
    features: ["tiles", "rings"].map((name) => ({ name, definition: `p.${name}` })),
    spine: { kind: "grid", everyUs: DAY_US, keysOf: "p.rows" },
    startUs: 0,
    endUs: 7 * DAY_US,
    partitions: 2,
    batchRows: 1000,
  };
}

Deno.test("rows put aside are in checkpoints, and asides leave them there", async () => {
  const live = new LiveCase(burstsCase());
  const symbols = new SymbolTable();
  const [{ name, rows }] = await live.admitted(symbols) as [
    Awaited<ReturnType<LiveCase["admitted"]>>[0],
  ];
  const random = new Random(8);
  const store = new MemoryCheckpoints();
  const run = new LiveRun(live, symbols, store);
  await run.open();
  let kept = 0;
  const stepUs = DAY_US / 8;
  for (let fromUs = 0; fromUs < 7 * DAY_US; fromUs += stepUs) {
    const [from, to] = [fromUs, fromUs + stepUs].map((us) =>
      firstAtLeast(rows.time, rows.length, us)
    );
    run.publish(name, sliceRows(rows, from!, to!));
    run.advanceTo(name, fromUs + stepUs);
    await run.pipeline.settled();
    if (random.chance(0.3)) await askAll(run, fromUs + stepUs);
    if (!random.chance(0.3)) continue;
    await run.pipeline.checkpoint();
    const states = structuredClone(store.committed.at(-1)!.states);
    kept += (states.get("spills") as SpillsState).blocks.size;
    await run.pipeline.abort();
    await run.open(states);
  }
  const expected = await live.expectedRows(Infinity);
  assert.deepEqual(run.rows, expected);
  assert.ok(kept > 10, `${kept} blocks were in checkpoints`);
  await run.pipeline.abort();
});

/** Both windows say the same of every key, now and a day ahead, when blocks have come back for the question alone. */
async function askAll(run: LiveRun, nowUs: number): Promise<void> {
  const codes = ["a", "b", "c", "a", "b", "c"].map((key) => run.symbols.intern(key));
  const time = Float64Array.from(codes, (_, i) => nowUs + (i < 3 ? 0 : DAY_US));
  const table = {
    length: codes.length,
    time,
    sequence: new Float64Array(codes.length),
    columns: [Int32Array.from(codes)],
  };
  const { rows } = await run.pipeline.ask(table);
  const columns = run.pipeline.answerColumns;
  const of = (feature: string) => {
    const places = ["s", "n", "low", "a"].map((output) =>
      columns.findIndex((column) => column.name === `${feature}.${output}`)
    );
    const shown = places.map((place, i) => ({ ...columns[place]!, name: String(i) }));
    const own = { ...rows, columns: places.map((place) => rows.columns[place]!) };
    return textsOf(own, shown, run.symbols, Infinity);
  };
  assert.deepEqual(of("tiles"), of("rings"));
}
