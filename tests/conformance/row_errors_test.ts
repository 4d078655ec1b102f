/** Rows that cannot be computed while the run goes on: nulls, a report each, and a state that has not seen them. */
import assert from "node:assert/strict";
import type { RowErrorReport } from "../../runtime/engine/mod.ts";
import { createSite } from "../../runtime/engine/mod.ts";
import { openSitesInline } from "../../runtime/worker/mod.ts";
import type { Cells } from "../oracle/value.ts";
import type { Case } from "../support/case.ts";
import { compileCase } from "../support/compiled_case.ts";
import { type EngineOptions, engineOutcome } from "../support/engine_outcome.ts";
import { Random } from "../support/random.ts";
import { triedSites } from "../support/tried_sites.ts";

const SECOND_US = 1_000_000;

/** Multiples of a half up to 4: a quarter of them is too much for the functions of this file. */
function rowsOf(seed: number, count: number): Cells[] {
  const random = new Random(seed);
  let ts = 0;
  return Array.from({ length: count }, () => {
    ts += random.pick([0, 1, 1, 2]) * SECOND_US;
    return { k: random.pick(["a", "b", "c"]), ts, x: random.int(9) / 2, n: random.int(5) };
  });
}

function caseWith(body: string, rows: readonly Cells[], cut: Partial<Case> = {}): Case {
  return {
    seed: 1,
    plugins: [{
      name: "p",
      body: `source s { k string key, ts timestamp time, x f64, n i64 }\n${body}`,
    }],
    sources: [{ definition: "p.s", entries: [rows] }],
    features: [...body.matchAll(/feature (\w+)/g)].map(([, name]) => ({
      name: name!,
      definition: `p.${name}`,
    })),
    spine: { kind: "rows", of: "p.s" },
    startUs: 0,
    endUs: 1_000_000 * SECOND_US,
    partitions: 2,
    batchRows: 7,
    ...cut,
  };
}

interface Run {
  /** Rows of each feature. */
  readonly own: readonly (readonly Cells[])[];
  readonly set: readonly Cells[];
  readonly errors: readonly RowErrorReport[];
}

async function run(testCase: Case, options: EngineOptions = {}): Promise<Run> {
  const compiled = compileCase(testCase);
  const errors: RowErrorReport[] = [];
  const holesOf = (plugin: string) => compiled.holesOf(plugin);
  const openHere: NonNullable<EngineOptions["openSites"]> = (sites, listener) =>
    openSitesInline(sites, {
      ...{ ...listener, createSite, holesOf, partitions: testCase.partitions },
    });
  const outcome = await engineOutcome(compiled, {
    ...options,
    openSites: (sites, listener) =>
      (options.openSites ?? openHere)(
        sites.map((site) => ({
          ...site,
          description: { ...site.description, rowErrors: "null" as const },
        })),
        { ...listener, onRowErrors: (_site, reports) => void errors.push(...reports) },
      ),
  });
  if (outcome.kind === "failed") throw new Error(outcome.message);
  return { own: [...outcome.featureRows.values()], set: outcome.rows, errors };
}

const isTooMuch = ({ x }: Cells) => Number(x) > 2;

Deno.test("a hole that throws, and an overflow, give a row of nulls and a report; the rows after are right", async () => {
  const rows = rowsOf(1, 60);
  const { own: [holes, sums], errors } = await run(caseWith(
    `feature f on s { a = \${picky}(x) as f64, b = x }
     feature g on s { c = if x > 2 then (count() over ever) * 9007199254740991 + n else n, d = n }`,
    rows,
  ));
  assert.equal(holes!.length, rows.length);
  rows.forEach((row, i) => {
    const expected = isTooMuch(row) ? [null, null] : [2 * Number(row["x"]), row["x"]];
    assert.deepEqual([holes![i]!["a"], holes![i]!["b"]], expected);
    assert.equal(sums![i]!["d"] === null, sums![i]!["c"] === null);
  });
  const ofHoles = errors.filter(({ feature }) => feature === "p.f");
  const failing = rows.flatMap((row, i) => isTooMuch(row) ? [[Number(row["ts"]), i + 1]] : []);
  const places = ofHoles.map(({ timeUs, sequence }) => [timeUs, sequence % 2 ** 40]);
  for (const place of failing) {
    assert.ok(places.some(([t, s]) => t === place[0] && s === place[1]), `no report of ${place}`);
  }
  assert.ok(ofHoles.every(({ message }) => /is too much/.test(message)));
});

/** Windows that keep all rows, drop them, keep the last ones, and close. */
const WINDOWS = ["ever", "5s", "last 3", "tumbling 4s"];

Deno.test("an operand that cannot be computed is null to the aggregate, as one left out", async () => {
  const rows = rowsOf(2, 200);
  for (const window of WINDOWS) {
    const { own: [failing, expected] } = await run(caseWith(
      `feature f on s { a = sum(\${picky}(x) as f64), c = count() } over ${window}
       feature g on s { a = sum(if x > 2 then null else 2 * x), c = count() } over ${window}`,
      rows,
    ));
    assert.equal(failing!.length, expected!.length);
    let nulls = 0;
    failing!.forEach((row, i) => {
      if (row["c"] === null) nulls++;
      else assert.deepEqual(row, expected![i]);
    });
    assert.equal(nulls, window.startsWith("tumbling") ? 0 : rows.filter(isTooMuch).length);
  }
});

for (const aggregate of ["stumbling", "stumbling_ahead"]) {
  Deno.test(`an aggregate that throws half way, ${aggregate}, has not seen the row`, async () => {
    const rows = rowsOf(3, 300);
    for (const window of WINDOWS) {
      const { own: [failing, expected], errors } = await run(caseWith(
        `feature f on s { a = \${${aggregate}}(x) as f64 } over ${window}
         feature g on s { a = \${${aggregate}}(x) as f64 where x <= 2 } over ${window}`,
        rows,
      ));
      assert.ok(errors.length > 0);
      let compared = 0;
      failing!.forEach((row, i) => {
        if (row["a"] === null) return;
        compared++;
        assert.deepEqual(row, expected![i], `${window}, row ${i}`);
      });
      assert.ok(
        compared > failing!.length / 2,
        `${window}: ${compared} rows of ${failing!.length}`,
      );
    }
  });
}

Deno.test("a reducer that throws half way keeps the state it had, also after many rows", async () => {
  const rows = rowsOf(4, 400).map((row): Cells => ({ ...row, k: "a" }));
  const { own: [folded], set, errors } = await run(
    caseWith("feature f on s fold \${faltering} { n i64\n total f64 }", rows),
  );
  let [n, total] = [0, 0];
  rows.forEach((row, i) => {
    if (!isTooMuch(row)) total += Number(row["x"]);
    const expected = isTooMuch(row) ? [null, null] : [++n, total];
    assert.deepEqual([folded![i]!["n"], folded![i]!["total"]], expected, `row ${i}`);
    assert.deepEqual([set[i]!["f.n"], set[i]!["f.total"]], expected, `set row ${i}`);
  });
  assert.equal(errors.length, rows.filter(isTooMuch).length);
});

const EVERYTHING =
  `feature f on s { a = sum(\${picky}(x) as f64), b = \${stumbling}(x) as f64 } over 5s
  feature g on s fold \${faltering} { n i64\n total f64 }
  feature h on s where \${picky}(x) as f64 > 1 { p = prev(x), m = \${stumbling_ahead}(x) as f64 over last 4 }
  feature i on s { t = \${stumbling}(x) as f64 } over tumbling 4s
  feature j on g { d = \${picky}(total) as f64 }`;

Deno.test("what fails does not depend on batches, partitions or restarts, and an aside fails as its slice", async () => {
  const rows = rowsOf(5, 120);
  const { own, set } = await run(caseWith(EVERYTHING, rows));
  for (const rows of own) assert.ok(rows.length > 10);
  assert.ok(own[0]!.some(({ a }) => a === null) && own[0]!.some(({ a }) => a !== null));
  const cuts: readonly [Partial<Case>, EngineOptions][] = [
    [{ batchRows: 1000 }, {}],
    [{ batchRows: 1 }, {}],
    [{ partitions: 1 }, {}],
    [{ partitions: 5, batchRows: 3 }, {}],
    [{ batchRows: 3 }, { restartEvery: 2 }],
  ];
  for (const [cut, options] of cuts) {
    const other = await run(caseWith(EVERYTHING, rows, cut), options);
    assert.deepEqual([other.own, other.set], [own, set], JSON.stringify([cut, options]));
  }
  const testCase = caseWith(EVERYTHING, rows, { batchRows: 3 });
  const compiled = compileCase(testCase);
  const { openSites, trials } = triedSites({
    ...{ random: new Random(1), asides: 0.5, barriers: 0.5 },
    holesOf: (plugin) => compiled.holesOf(plugin),
  });
  const tried = await run(testCase, { openSites });
  assert.deepEqual([tried.own, tried.set], [own, set]);
  assert.ok(trials.asides > 2 && trials.barriers > 2);
});

Deno.test("a slice tells a hundred errors and counts the others", async () => {
  const rows = rowsOf(6, 2000).map((row, i) => ({ ...row, k: "a", x: i % 2 === 0 ? 4 : 1 }));
  const { errors } = await run(
    caseWith("feature f on s { a = \${picky}(x) as f64 }", rows, {
      batchRows: 2000,
      partitions: 1,
      startUs: 1,
      spine: { kind: "grid", everyUs: 1e12, keysOf: "p.s" },
    }),
  );
  const counted = errors.reduce((sum, { rows = 1 }) => sum + rows, 0);
  assert.equal(counted, 1000);
  assert.ok(errors.length <= 102, `${errors.length} reports`);
});

Deno.test("a hundred rows in a row that fail stop the site and name the feature", async () => {
  const body = "feature broken on s { a = \${picky}(x) as f64 }";
  const withRight = (every: number) =>
    rowsOf(7, 400).map((row, i) => ({ ...row, k: "a", x: i % every === 0 ? 1 : 4 }));
  await run(caseWith(body, withRight(100)));
  await assert.rejects(
    run(caseWith(body, withRight(101))),
    /PLUGIN_TOO_MANY_ERRORS: Cannot compute "p\.broken" .*100 rows in a row .*4 is too much/,
  );
});
