/** Asides leave no trace and answer as the slice would; barriers cut all sites so that they can begin again. */
import assert from "node:assert/strict";
import { type Case, printCase } from "../support/case.ts";
import { compileCase } from "../support/compiled_case.ts";
import { type EngineOptions, engineOutcome } from "../support/engine_outcome.ts";
import { differenceBetween, EXACT } from "../support/outcome.ts";
import { randomCase } from "../support/random_case.ts";
import { Random } from "../support/random.ts";
import { casesOf, FIRST_SEED } from "../support/seeds.ts";
import { type TriedOptions, triedSites } from "../support/tried_sites.ts";

const CASES = casesOf(0.1);
const MS_US = 1000;

type Chances = Pick<TriedOptions, "asides" | "barriers">;

function randomCaseOf(seed: number): Case {
  return { ...randomCase(seed, { rows: 40, features: 6 }), batchRows: 2 + seed % 4 };
}

async function tryCase(testCase: Case, chances: Chances, options: EngineOptions = {}) {
  const { seed } = testCase;
  const compiled = compileCase(testCase);
  const expected = await engineOutcome(compiled, options);
  const { openSites, trials } = triedSites({
    ...chances,
    random: new Random(seed),
    holesOf: (plugin) => compiled.holesOf(plugin),
  });
  try {
    const actual = await engineOutcome(compiled, { ...options, openSites });
    const difference = differenceBetween(expected, actual, { toleranceOf: () => EXACT });
    assert.equal(difference, undefined);
  } catch (error) {
    throw new Error(`seed ${seed}\n${printCase(testCase)}`, { cause: error });
  }
  return trials;
}

async function tryCases(chances: Chances, options: EngineOptions = {}) {
  const sum = { asides: 0, barriers: 0, lost: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const trials = await tryCase(randomCaseOf(seed), chances, options);
    for (const name of ["asides", "barriers", "lost"] as const) sum[name] += trials[name];
  }
  return sum;
}

Deno.test("an aside answers as the slice would, and changes no bit of what comes later", async () => {
  const { asides } = await tryCases({ asides: 0.5, barriers: 0 });
  assert.ok(asides > 2 * CASES, `${asides} asides`);
});

Deno.test("sites that begin again from a barrier give the same bits, whatever was under way", async () => {
  const { barriers, lost } = await tryCases({ asides: 0.1, barriers: 0.5 });
  assert.ok(barriers > CASES && lost > CASES, `${barriers} barriers, ${lost} slices lost`);
});

Deno.test("windows of tiles keep their rows through asides and barriers", async () => {
  const { asides, barriers } = await tryCases({ asides: 0.3, barriers: 0.3 }, { tiledFromUs: 1 });
  assert.ok(asides > CASES && barriers > CASES / 2);
});

/** Bursts of rows: blocks so large that they wait with the host. */
function longWindow(seed: number): Case {
  const random = new Random(seed);
  const rows = Array.from(
    { length: 40 },
    (_, burst) =>
      Array.from({ length: burst % 2 === 0 ? 2600 : 40 }, () => ({
        k: random.pick(["a", "b", "c", "d"]),
        ts: burst * 400 * MS_US,
        x: random.between(-20, 60) / 10,
      })),
  ).flat();
  return {
    seed,
    plugins: [{
      name: "p",
      body: "source s { k string key, ts timestamp time, x f64 }\n" +
        "feature f on s { n = count(), a = avg(x) } over 5s",
    }],
    sources: [{ definition: "p.s", entries: [rows] }],
    features: [{ name: "f", definition: "p.f" }],
    spine: { kind: "grid", everyUs: 100 * MS_US, keysOf: "p.s" },
    startUs: 0,
    endUs: 16_000 * MS_US,
    partitions: 2,
    batchRows: 900,
  };
}

Deno.test("rows that wait with the host come back to asides as copies, and after a barrier", async () => {
  const trials = await tryCase(longWindow(1), { asides: 0.5, barriers: 0.4 }, { tiledFromUs: 1 });
  assert.ok(
    trials.asides > 5 && trials.barriers > 2 && trials.spilled > 10,
    JSON.stringify(trials),
  );
});
