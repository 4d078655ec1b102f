/** Sites in real workers: barriers, after which other numbers of workers go on, asides, and rows that fail. */
import assert from "node:assert/strict";
import type { RowErrorReport } from "../../runtime/engine/mod.ts";
import {
  createDirectLauncher,
  openSites,
  startBundler,
  stopBundler,
} from "../../runtime/worker/mod.ts";
import type { Case } from "../support/case.ts";
import { compileCase } from "../support/compiled_case.ts";
import { type EngineOptions, engineOutcome } from "../support/engine_outcome.ts";
import { differenceBetween, EXACT } from "../support/outcome.ts";
import { Random } from "../support/random.ts";
import { triedSites } from "../support/tried_sites.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const PARTITIONS = 4;
const SECOND_US = 1_000_000;

function makeCase(): Case {
  const random = new Random(11);
  let ts = 0;
  const rows = Array.from({ length: 400 }, () => {
    ts += random.pick([0, 1, 1, 2]) * SECOND_US;
    const [k, side] = [random.pick(["a", "b", "c", "d"]), random.pick(["buy", "sell", null])];
    return { k, side, ts, x: random.int(40) / 4, n: random.chance(0.02) ? 2 ** 53 - 1 : 1 };
  });
  return {
    seed: 11,
    plugins: [{
      name: "market",
      body: `source s { k string key, side string, ts timestamp time, x f64, n i64 }
        feature spread on s { m = median(x), d = stddev(x), name = upper(k) } over 20s
        feature by_side on s by side { total = sum(x), last = last(k) } over 30s
        feature asked on s join by_side as b on side == b.side { total = b.total, again = n + n }
        feature bars on s { low = min(x), high = max(x) } over tumbling 10s`,
    }, {
      name: "risk",
      body: "feature step on ${market.bars} { change = high - prev(high), from = low }",
    }],
    sources: [{ definition: "market.s", entries: [rows] }],
    features: ["market.spread", "market.by_side", "market.asked", "market.bars", "risk.step"]
      .map((definition, i) => ({ name: `f${i}`, definition })),
    spine: { kind: "rows", of: "market.s" },
    startUs: 0,
    endUs: 10_000 * SECOND_US,
    partitions: PARTITIONS,
    batchRows: 25,
  };
}

Deno.test("sites in workers go on from barriers, whatever the number of workers", async () => {
  const testCase = makeCase();
  const compiled = compileCase(testCase);
  const random = new Random(3);
  const workers: number[] = [];
  const launcher = createDirectLauncher();
  const { openSites: openTried, trials } = triedSites({
    ...{ random, asides: 0.3, barriers: 0.5 },
    openInner(sites, listener) {
      workers.push(1 + random.int(PARTITIONS));
      return openSites(sites, {
        ...{ ...listener, launcher, partitions: PARTITIONS, workers: workers.at(-1)! },
      });
    },
  });
  const expectedErrors: RowErrorReport[] = [];
  const errors: RowErrorReport[] = [];
  const nulls = (open: Opening, into: RowErrorReport[]): Opening => (sites, listener) =>
    open(
      sites.map((site) => ({
        ...site,
        description: { ...site.description, rowErrors: "null" },
      })),
      { ...listener, onRowErrors: (_site, reports) => void into.push(...reports) },
    );
  const plain = triedSites({ random, asides: 0, barriers: 0 });
  const expected = await engineOutcome(compiled, {
    openSites: nulls(plain.openSites, expectedErrors),
  });
  const actual = await engineOutcome(compiled, { openSites: nulls(openTried, errors) });
  assert.equal(differenceBetween(expected, actual, { toleranceOf: () => EXACT }), undefined);
  assert.ok(actual.kind === "set" && actual.rows.some((row) => row["f2.again"] === null));
  assert.ok(trials.asides > 2 && trials.barriers > 2 && new Set(workers).size > 1);
  assert.deepEqual(named(errors), named(expectedErrors));
  assert.ok(errors.length > 0);
});

type Opening = NonNullable<EngineOptions["openSites"]>;

/** Lost slices tell their errors again. */
function named(errors: readonly RowErrorReport[]): string[] {
  const texts = errors.map(({ feature, timeUs, sequence, message }) =>
    `${feature} at ${timeUs}, ${sequence}: ${message}`
  );
  return [...new Set(texts)].sort();
}
