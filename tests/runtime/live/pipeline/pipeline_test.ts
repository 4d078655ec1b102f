/** Live pipelines against the bounded run over the same admitted rows. */
import assert from "node:assert/strict";
import { SymbolTable } from "../../../../runtime/arrow/mod.ts";
import {
  firstAtLeast,
  gatherRows,
  sliceRows,
  type StreamData,
} from "../../../../runtime/engine/mod.ts";
import { printCase } from "../../../support/case.ts";
import { engineOutcome } from "../../../support/engine_outcome.ts";
import { Random } from "../../../support/random.ts";
import { randomCase } from "../../../support/random_case.ts";
import { casesOf, FIRST_SEED } from "../../../support/seeds.ts";
import { LiveCase, LiveRun, type SourceRows, textsOf } from "./live_case.ts";
import { MemoryCheckpoints } from "./memory_checkpoints.ts";

const CASES = casesOf(0.1);

interface Choices {
  readonly restarts: boolean;
  readonly asks: boolean;
}

/** Distinct times of all sources, in order. */
function timesOf(sources: readonly SourceRows[]): readonly number[] {
  const all = new Set(sources.flatMap(({ rows }) => [...rows.time]));
  return [...all].sort((a, b) => a - b);
}

/** The rows in any order, those of one time in theirs. */
function shuffled(random: Random, rows: StreamData): StreamData {
  const places = new Map<number, number>();
  for (const time of rows.time) if (!places.has(time)) places.set(time, random.int(1 << 20));
  const order = Int32Array.from({ length: rows.length }, (_, i) => i).sort((a, b) =>
    places.get(rows.time[a]!)! - places.get(rows.time[b]!)! || a - b
  );
  return gatherRows(rows, order);
}

/**
 * Publishes all rows in pieces, each followed by a watermark that may lag. Pieces are cut at random times, or between
 * rows of one time; `isWhole` if not so.
 */
async function publishAll(
  run: LiveRun,
  sources: readonly SourceRows[],
  options: { readonly random: Random; between(lastUs: number, isWhole: boolean): Promise<void> },
): Promise<void> {
  const { random, between } = options;
  const times = timesOf(sources);
  const published = new Map<string, number>();
  for (let from = 0; from < times.length;) {
    const to = Math.min(times.length, from + random.between(1, 12));
    const [firstUs, lastUs] = [times[from]!, times[to - 1]!];
    let isWhole = true;
    for (const { name, rows } of sources) {
      const head = published.get(name) ?? 0;
      const [least, most] = [lastUs, lastUs + 1].map((us) =>
        firstAtLeast(rows.time, rows.length, us)
      );
      const tail = to < times.length && random.chance(0.3)
        ? random.between(Math.max(head, least!), most!)
        : most!;
      published.set(name, tail);
      const piece = shuffled(random, sliceRows(rows, head, tail));
      if (piece.length > 0) run.publish(name, piece);
      const nextUs = tail < most! ? lastUs : times[to] ?? lastUs;
      if (random.chance(0.8)) run.advanceTo(name, random.pick([firstUs, lastUs, nextUs]));
      isWhole &&= tail === most;
    }
    await between(lastUs, isWhole);
    from = to;
  }
  for (const { name } of sources) run.advanceTo(name, times.at(-1)! + 1);
  await run.pipeline.settled();
}

async function check(seed: number, choices: Choices): Promise<boolean> {
  const testCase = randomCase(seed);
  const random = new Random(seed);
  const live = new LiveCase(testCase);
  if ((await engineOutcome(live.compiled)).kind === "failed") return false;
  const symbols = new SymbolTable();
  const sources = await live.admitted(symbols);
  const lastUs = timesOf(sources).at(-1);
  if (lastUs === undefined) return false;
  const store = new MemoryCheckpoints();
  const run = new LiveRun(live, symbols, store);
  await run.open();
  try {
    await publishAll(run, sources, {
      random,
      between: async (nowUs, isWhole) => {
        if (random.chance(0.3)) await run.pipeline.settled();
        if (choices.asks && isWhole && random.chance(0.4)) {
          await ask(live, run, { random, sources, nowUs });
        }
        if (choices.restarts && random.chance(0.3)) await restart(run, store, random);
      },
    });
    const expected = await live.expectedRows(lastUs);
    assert.equal(run.pipeline.status().state, "RUNNING");
    run.rows.forEach((rows, index) => {
      const seen = rows.filter((text) => JSON.parse(text).at <= lastUs);
      assert.deepEqual(
        seen,
        expected[index],
        `seed ${seed}, feature ${index}\n${printCase(testCase)}`,
      );
    });
  } finally {
    await run.pipeline.abort();
  }
  return true;
}

/** From a checkpoint that may not be of the last moment; rows since then are published again by the log. */
async function restart(run: LiveRun, store: MemoryCheckpoints, random: Random): Promise<void> {
  if (random.chance(0.6)) await run.pipeline.checkpoint();
  await run.pipeline.abort();
  await run.open(structuredClone(store.committed.at(-1)?.states));
}

/** Keys of rows that came, at moments from now to the next row. */
async function ask(
  live: LiveCase,
  run: LiveRun,
  { random, sources, nowUs }: { random: Random; sources: readonly SourceRows[]; nowUs: number },
): Promise<void> {
  if (run.pipeline.status().state === "STARTING") await run.pipeline.settled();
  const nextUs = timesOf(sources).find((time) => time > nowUs) ?? nowUs + 5_000_000;
  const table = questions(live, run.symbols, { random, nowUs, nextUs });
  const halves = [sliceRows(table, 0, 2), sliceRows(table, 2, table.length)];
  const answers = await Promise.all(halves.map((half) => run.pipeline.ask(half)));
  const columns = run.pipeline.answerColumns;
  const named = columns.filter(({ name }) => name !== "");
  const texts = answers.flatMap(({ rows, appliedUs }) => {
    const shown = rows.columns.filter((_, place) => columns[place]!.name !== "");
    return textsOf({ ...rows, columns: shown }, named, run.symbols, Infinity)
      .map((text, i) => rows.time[i]! < appliedUs ? undefined : text);
  });
  const expected = await live.expectedAnswers(table, run.symbols);
  texts.forEach((text, i) => {
    if (text !== undefined) assert.equal(text, expected[i], `seed ${live.compiled.testCase.seed}`);
  });
}

function questions(
  { plan }: LiveCase,
  symbols: SymbolTable,
  { random, nowUs, nextUs }: { random: Random; nowUs: number; nextUs: number },
): StreamData {
  const length = 5;
  const columns = plan.tableEdge!.columns.map(({ type }) => {
    const codes = ["a", "b", "c", "x", "buy"].map((text) => symbols.intern(text));
    return type.kind === "string" || type.kind === "enum"
      ? Int32Array.from({ length }, () => random.pick(codes))
      : Float64Array.from({ length }, () => random.int(4));
  });
  const time = Float64Array.from({ length }, () => random.between(nowUs, nextUs - 1)).sort();
  return { length, time, sequence: new Float64Array(length), columns };
}

async function forEachCase(choices: Choices): Promise<void> {
  let checked = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    if (await check(seed, choices)) checked++;
  }
  assert.ok(checked >= CASES / 2, `${checked} of ${CASES} cases could be checked`);
}

Deno.test("Pipeline gives the rows of the bounded run however rows come in", async () => {
  await forEachCase({ restarts: false, asks: false });
});

Deno.test("Pipeline answers as the bounded run does, and answers leave no trace", async () => {
  await forEachCase({ restarts: false, asks: true });
});

Deno.test("Pipeline goes on from a checkpoint without a gap or a double", async () => {
  await forEachCase({ restarts: true, asks: true });
});
