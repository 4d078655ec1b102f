/** A pipeline and a real store: what a process leaves behind, another one goes on from. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type SymbolsState, SymbolTable } from "../../../../runtime/arrow/mod.ts";
import { firstAtLeast, sliceRows } from "../../../../runtime/engine/mod.ts";
import { openCheckpointStore } from "../../../../runtime/store/mod.ts";
import { randomCase } from "../../../support/random_case.ts";
import { LiveCase, LiveRun, type SourceRows } from "./live_case.ts";

Deno.test("a pipeline goes on from a checkpoint in a store that was closed and opened again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const seed of [3, 11, 12]) await check(seed, join(folder, `${seed}.db`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function check(seed: number, path: string): Promise<void> {
  const live = new LiveCase(randomCase(seed));
  const symbols = new SymbolTable();
  const sources = await live.admitted(symbols);
  const times = sources.flatMap(({ rows }) => [...rows.time]).sort((a, b) => a - b);
  const [middleUs, lastUs] = [times[times.length >> 1]!, times.at(-1)!];
  const first = await openCheckpointStore(path);
  const run = new LiveRun(live, symbols, first);
  await run.open();
  await publish(run, sources, [-Infinity, middleUs]);
  await run.pipeline.close();
  const rowsBefore = run.rows.map(({ length }) => length);
  await first.close();

  await using second = await openCheckpointStore(path);
  const { states, info } = await second.load((await second.newest("p"))!.id);
  assert.deepEqual(info.positions, run.pipeline.positions);
  const restored = new SymbolTable();
  restored.restore(states.get("symbols") as SymbolsState);
  assert.equal(restored.size, symbols.size);
  const reopened = new LiveRun(live, restored, second);
  reopened.takeOver(run);
  await reopened.open(states);
  assert.deepEqual(reopened.rows.map(({ length }) => length), rowsBefore, "stored rows are there");
  await publish(reopened, sources, [middleUs, lastUs + 1]);
  const expected = await live.expectedRows(lastUs);
  const seen = reopened.rows.map((rows) => rows.filter((text) => JSON.parse(text).at <= lastUs));
  assert.deepEqual(seen, expected, `seed ${seed}`);
  await reopened.pipeline.abort();
}

async function publish(
  run: LiveRun,
  sources: readonly SourceRows[],
  [fromUs, toUs]: readonly [number, number],
): Promise<void> {
  for (const { name, rows } of sources) {
    const [from, to] = [fromUs, toUs].map((us) => firstAtLeast(rows.time, rows.length, us));
    run.publish(name, sliceRows(rows, from!, to!));
    run.advanceTo(name, toUs);
  }
  await run.pipeline.settled();
}
