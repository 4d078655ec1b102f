/** Transforms of seeded random streams with nulls, ties and equal times, against plain loops over the rows so far. */
import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { inSetFolder } from "../../e2e/set_folder.ts";
import { Random } from "../../support/random.ts";

const STREAMS = 300, ROWS = 30, WINDOW_S = 20;

interface Sample {
  readonly second: number;
  readonly value: number | null;
  /** Any time of some years, in milliseconds. */
  readonly instant: number;
  readonly label: string;
}

/** The value at the last of the rows, which are those so far. */
type PlainLoop = (rows: readonly Sample[]) => number | null;

const LOOPS: Readonly<Record<string, readonly [params: string, loop: PlainLoop]>> = {
  diff: ["n: 2", (rows) => combined(rows, 2, (now, then) => now - then)],
  pct_change: ["n: 2", (rows) => combined(rows, 2, (now, then) => now / then - 1)],
  lag: ["n: 3", (rows) => rows.at(-4)?.value ?? null],
  min_max_scaling: [`window: ${WINDOW_S}s`, (rows) =>
    fitted(rows, (now, known) => {
      const least = Math.min(...known);
      return (now - least) / ((Math.max(...known) - least) || 1);
    })],
  standard_scaling: [
    `window: ${WINDOW_S}s`,
    (rows) =>
      fitted(rows, (now, known) => (now - meanOf(known)) / (spreadOf(known, known.length) || 1)),
  ],
  robust_scaling: [`window: ${WINDOW_S}s`, (rows) =>
    fitted(rows, (now, known) => {
      const range = quantileOf(known, 0.75) - quantileOf(known, 0.25);
      return (now - quantileOf(known, 0.5)) / (range || 1);
    })],
  zscore: [`window: ${WINDOW_S}s`, (rows) =>
    fitted(rows, (now, known) => {
      const before = known.slice(0, -1);
      if (before.length < 2) return NaN;
      return (now - meanOf(before)) / spreadOf(before, before.length - 1);
    })],
  clip: ["low: 0.5, high: 2", (rows) => combined(rows, 0, (x) => Math.min(2, Math.max(0.5, x)))],
  log: ["shift: 0", (rows) => combined(rows, 0, (x) => Math.log(x))],
  rank: ["n: 7", (rows) => {
    const now = rows.at(-1)!.value;
    if (now === null) return null;
    const known = valuesOf(rows).slice(-7);
    const below = known.filter((value) => value < now).length;
    const equal = known.filter((value) => value === now).length;
    return (below + (equal + 1) / 2) / known.length;
  }],
  bins: [
    "low: 0, high: 2, count: 4",
    (rows) => combined(rows, 0, (x) => Math.min(3, Math.max(0, Math.floor(x / 2 * 4)))),
  ],
  log_change: ["n: 1", (rows) => combined(rows, 1, (now, then) => Math.log(now / then))],
  signed_log: ["", (rows) => combined(rows, 0, (x) => Math.sign(x) * Math.log(1 + Math.abs(x)))],
  ewma: ["halving: 5s", (rows) => {
    const { second: end } = rows.at(-1)!;
    const known = rows.filter(({ value }) => value !== null);
    const weights = known.map(({ second }) => 2 ** ((second - end) / 5));
    const sum = known.reduce((total, { value }, place) => total + value! * weights[place]!, 0);
    return sum / weights.reduce((total, weight) => total + weight, 0);
  }],
  impute: ["fill: 9", (rows) => rows.at(-1)!.value ?? 9],
  impute_last: ["", (rows) => valuesOf(rows).at(-1) ?? null],
  impute_mean: [`window: ${WINDOW_S}s`, (rows) => rows.at(-1)!.value ?? meanOf(inWindow(rows))],
  impute_median: [
    `window: ${WINDOW_S}s`,
    (rows) => rows.at(-1)!.value ?? quantileOf(inWindow(rows), 0.5),
  ],
};

const LIST_CELL = /"\[(.*?)\]"/;
const DAY_MS = 86_400_000;
const CATEGORIES = ["a", "b", "c"];

/** Of the row's instant and label alone. */
const ROW_LOOPS: Readonly<
  Record<string, readonly [dep: string, params: string, loop: (sample: Sample) => Columns]>
> = {
  fourier: ["instant", "period: 7h", ({ instant }) => {
    const angle = 2 * Math.PI * (instant / 1000 % (7 * 3600)) / (7 * 3600);
    return Object.fromEntries([1, 2, 3].flatMap((times) => [
      [`sin${times}`, Math.sin(times * angle)],
      [`cos${times}`, Math.cos(times * angle)],
    ]));
  }],
  hour_cycle: ["instant", "", ({ instant }) => circle(Math.floor(instant / 1000) * 1000 / DAY_MS)],
  weekday_cycle: [
    "instant",
    "",
    ({ instant }) => circle((new Date(instant).getUTCDay() + 6) % 7 / 7),
  ],
  year_cycle: ["instant", "", ({ instant }) => {
    const newYear = Date.UTC(new Date(instant).getUTCFullYear(), 0, 1);
    return circle(Math.floor((instant - newYear) / DAY_MS) / 365.25);
  }],
  is_category: ["label", "category: b", ({ label }) => ({ value: label === "b" ? 1 : 0 })],
};

type Columns = Readonly<Record<string, number>>;

function circle(turns: number): Columns {
  return { sin: Math.sin(2 * Math.PI * turns), cos: Math.cos(2 * Math.PI * turns) };
}

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("transforms of random streams have what plain loops over the rows so far have", async () => {
  const streams = randomStreams(new Random(23));
  await inSetFolder(
    { "wave.ts": PLUGIN, "wave.csv": csvOf(streams), "set.yaml": CONFIG },
    async (folder) => {
      const [head, ...lines] = (await folder.csvOf("set.csv")).trim().split("\n");
      const names = head!.split(",");
      assert.equal(lines.length, STREAMS * ROWS);
      const counts = new Map<string, number>();
      for (const line of lines) {
        const cells = line.replace(LIST_CELL, (_cell, list) => list.replaceAll(",", " ")).split(
          ",",
        );
        const row = Object.fromEntries(cells.map((cell, place) => [names[place], cell]));
        const count = (counts.get(row.id!) ?? 0) + 1;
        counts.set(row.id!, count);
        const known = streams.get(row.id!)!.slice(0, count);
        for (const [name, [, loop]] of Object.entries(LOOPS)) {
          assertNear(row[`${name}.value`]!, loop(known), `${name} of ${row.id} at row ${count}`);
        }
        const sample = known.at(-1)!;
        for (const [name, [, , loop]] of Object.entries(ROW_LOOPS)) {
          for (const [column, expected] of Object.entries(loop(sample))) {
            assertNear(row[`${name}.${column}`]!, expected, `${name} of ${row.id} at row ${count}`);
          }
        }
        const code = CATEGORIES.map((category) => category === sample.label ? 1 : 0);
        assert.equal(row["one_hot.value"], code.join(" "));
      }
    },
  );
});

const START_MS = Date.UTC(2024, 4, 1);

const PLUGIN = `import { plugin } from "featurizer";
export default plugin("wave")\`
  source samples { id string key, at timestamp time, n f64, instant timestamp, label string }
  feature level on samples { n = n, instant = instant, label = label }
\`;
`;

const CONFIG = `plugins: [./wave.ts, transforms]
start_date: 2024-05-01
end_date: 2024-05-02
spine: { feature: level }
data_sources: [{ source: wave.samples, path: wave.csv }]
feature_configs:
  - { feature_definition: wave.level, name: level }
${
  Object.entries(LOOPS).map(([name, [params]]) =>
    `  - { feature_definition: transforms.${name}, name: ${name}, deps: [level.n], params: { feature: { ${params} } } }`
  ).join("\n")
}
${
  Object.entries(ROW_LOOPS).map(([name, [dep, params]]) =>
    `  - { feature_definition: transforms.${name}, name: ${name}, deps: [level.${dep}], params: { feature: { ${params} } } }`
  ).join("\n")
}
  - feature_definition: transforms.one_hot
    name: one_hot
    deps: [level.label]
    params: { feature: { categories: "${CATEGORIES.join(", ")}" } }
`;

function randomStreams(random: Random): ReadonlyMap<string, readonly Sample[]> {
  return new Map(Array.from({ length: STREAMS }, (_, stream) => {
    let second = 0;
    const rows = Array.from({ length: ROWS }, () => {
      second += random.between(0, 6);
      return {
        second,
        value: random.chance(0.15) ? null : random.between(-4, 12) / 4,
        instant: Date.UTC(2022, 0, 1) + random.between(0, 3 * 365 * 86_400) * 1000,
        label: random.pick([...CATEGORIES, "other", ""]),
      };
    });
    return [`s${stream}`, rows];
  }));
}

function csvOf(streams: ReadonlyMap<string, readonly Sample[]>): string {
  const rows = [...streams].flatMap(([id, samples]) =>
    samples.map((sample) => ({ id, ...sample }))
  );
  rows.sort((a, b) => a.second - b.second);
  const lines = rows.map(({ id, second, value, instant, label }) => {
    const [at, other] = [START_MS + second * 1000, instant].map((ms) => new Date(ms).toISOString());
    return `${id},${at},${value ?? ""},${other},${label}\n`;
  });
  return `id,at,n,instant,label\n${lines.join("")}`;
}

function combined(
  rows: readonly Sample[],
  n: number,
  combine: (now: number, then: number) => number,
): number | null {
  const now = rows.at(-1)?.value ?? null, then = rows.at(-1 - n)?.value ?? null;
  return now === null || then === null ? null : combine(now, then);
}

/** Of the values of the window that ends with the last row. */
function fitted(
  rows: readonly Sample[],
  combine: (now: number, known: readonly number[]) => number,
): number | null {
  const last = rows.at(-1)!;
  if (last.value === null) return null;
  return combine(last.value, inWindow(rows));
}

/** Values of the window that ends with the last row. */
function inWindow(rows: readonly Sample[]): readonly number[] {
  const { second: end } = rows.at(-1)!;
  return valuesOf(rows.filter(({ second }) => second > end - WINDOW_S));
}

function valuesOf(rows: readonly Sample[]): readonly number[] {
  return rows.flatMap(({ value }) => value === null ? [] : [value]);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spreadOf(values: readonly number[], divisor: number): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / divisor);
}

function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1), low = Math.floor(place);
  return sorted[low]! + (place - low) * (sorted[Math.ceil(place)]! - sorted[low]!);
}

/** What is no finite number is null in a set. */
function assertNear(cell: string, expected: number | null, label: string): void {
  if (expected === null || !Number.isFinite(expected)) return assert.equal(cell, "", label);
  assert.notEqual(cell, "", `${label}: null, expected ${expected}`);
  const distance = Math.abs(Number(cell) - expected);
  assert.ok(
    distance <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${label}: ${cell}, not ${expected}`,
  );
}
