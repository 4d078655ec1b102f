/** The example set of the transforms, against plain loops over its file. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openFileDataset } from "../../../runtime/cli/file_dataset.ts";
import { parseTime } from "../../../runtime/cli/parse_time.ts";
import { rowValues } from "../../../runtime/cli/row_text.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { callCommand } from "../../runtime/cli/command_call.ts";

const ROOT = join(import.meta.dirname ?? ".", "../../..");
const WEATHER = "node_modules/vega-datasets/data/seattle-weather.csv";
const DAY = 86_400_000;

type Row = Readonly<Record<string, unknown>>;

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("the scaling set has what loops over each day and the days before it have", async () => {
  const days = Deno.readTextFileSync(join(ROOT, WEATHER)).trim().split("\n").slice(1)
    .map((line) => line.split(","));
  const series: Readonly<Record<string, readonly number[]>> = {
    temperature: days.map((cells) => Number(cells[2])),
    rain: days.map((cells) => Number(cells[1])),
  };
  const first = Date.parse(`${days[0]![0]}Z`);
  const rows = await runSet();
  assert.ok(rows.length > 2 * 1_300);
  for (const row of rows) {
    const values = series[String(row.sensor)]!;
    const here = ((parseTime(String(row.timestamp)) ?? NaN) / 1000 - first) / DAY;
    const last = (n: number) => values.slice(Math.max(0, here + 1 - n), here + 1);
    const now = values[here]!;
    const month = last(30), sorted = month.toSorted((a, b) => a - b);
    const least = sorted[0]!, range = sorted.at(-1)! - least;
    const spread = Math.sqrt(varianceOf(month, 0)) || 1;
    const middle = (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) || 1;
    const before = month.slice(0, -1).slice(-29);
    const year = last(365), ordered = year.toSorted((a, b) => a - b);
    const below = year.filter((value) => value < now).length;
    const equal = year.filter((value) => value === now).length;
    assertNear(row["diff.value"], now - values[here - 1]!);
    assertNear(row["pct.value"], now / values[here - 7]! - 1);
    assertNear(row["week_ago.value"], values[here - 7]!);
    assertNear(row["unit.value"], range === 0 ? 0 : (now - least) / range);
    assertNear(row["standard.value"], (now - meanOf(month)) / spread);
    assertNear(row["robust.value"], (now - quantileOf(sorted, 0.5)) / middle);
    assertNear(row["surprise.value"], (now - meanOf(before)) / Math.sqrt(varianceOf(before, 1)));
    assertNear(row["smooth.value"], smoothOf(values.slice(0, here + 1), 7));
    assertNear(row["rank.value"], (below + (equal + 1) / 2) / year.length);
    assertNear(
      row["quarter.value"],
      [0.25, 0.5, 0.75].filter((p) => now > quantileOf(ordered, p)).length,
    );
    assertNear(row["bin.value"], Math.min(7, Math.max(0, Math.floor(now / 40 * 8))));
    assertNear(row["label.today.level"], values[here + 1]!);
  }
});

async function runSet(): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    const out = join(folder, "set.arrow");
    const config = join(ROOT, "examples/scaling/set.yaml");
    const { code, err } = await callCommand(
      ["run", config, "--out", out, "--store", join(folder, "store.db")],
      createDirectLauncher(),
    );
    assert.equal(code, 0, err);
    await using dataset = await openFileDataset(out);
    const names = dataset.columns.map(({ name }) => name);
    const rows: Row[] = [];
    for await (const batch of dataset.batches(names)) {
      for (const values of rowValues(dataset.columns, batch, dataset.symbols)) {
        const cells = JSON.parse(JSON.stringify(values)) as unknown[];
        rows.push(Object.fromEntries(names.map((name, index) => [name, cells[index] ?? null])));
      }
    }
    return rows;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[], less: number): number {
  if (values.every((value) => value === values[0])) return 0;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - less);
}

/** Linear between ranks. */
function quantileOf(sorted: readonly number[], part: number): number {
  const rank = (sorted.length - 1) * part, low = Math.floor(rank);
  return sorted[low]! + (rank - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
}

function smoothOf(values: readonly number[], halving: number): number {
  const weights = values.map((_, index) => 2 ** (-(values.length - 1 - index) / halving));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, index) => sum + value * weights[index]!, 0) / all;
}

/** Rounding aside; NaN and infinities are null in a set. */
function assertNear(actual: unknown, wanted: number): void {
  if (!Number.isFinite(wanted)) return assert.equal(actual, null);
  assert.notEqual(actual, null);
  const off = Math.abs(Number(actual) - wanted);
  assert.ok(off <= 1e-9 * Math.max(1, Math.abs(wanted)), `${actual} instead of ${wanted}`);
}
