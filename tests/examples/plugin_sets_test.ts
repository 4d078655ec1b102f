/** The example sets of built-in plugins, against plain loops over their files. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeData as makeFraud } from "../../examples/fraud/make_data.ts";
import { makeData as makeWeb } from "../../examples/web/make_data.ts";
import { openFileDataset } from "../../runtime/cli/file_dataset.ts";
import { parseTime } from "../../runtime/cli/parse_time.ts";
import { rowValues } from "../../runtime/cli/row_text.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { callCommand } from "../runtime/cli/command_call.ts";

const ROOT = join(import.meta.dirname ?? ".", "../..");
const WEATHER = "node_modules/vega-datasets/data/seattle-weather-hourly-normals.csv";
const MINUTE = 60_000, DAY = 86_400_000;

type Row = Readonly<Record<string, unknown>>;
type Cells = Readonly<Record<string, string>>;

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("the fraud set has the counts, spends and labels that a loop over its payments has", async () => {
  const payments = readCsv("examples/fraud/payments.csv");
  const disputes = readCsv("examples/fraud/chargebacks.csv");
  const rows = await runSet("fraud");
  assert.ok(rows.length > 100);
  for (const row of rows) {
    const at = timeOf(row);
    const known = payments.filter((payment) => payment.card === row.card && timeIn(payment) <= at);
    const within = (ms: number) => known.filter((payment) => timeIn(payment) > at - ms);
    const before = within(30 * DAY).slice(0, -1).map(({ amount }) => Number(amount));
    const mean = before.reduce((sum, amount) => sum + amount, 0) / before.length;
    const now = known.at(-1)!;
    const isNew = (column: string) =>
      known.slice(0, -1).every((payment) => payment[column] !== now[column]);
    const disputed = disputes.filter((dispute) =>
      dispute.card === row.card && timeIn(dispute) > at && timeIn(dispute) <= at + 7 * DAY
    );
    assert.equal(Number(row["velocity.in_short"]), within(10 * MINUTE).length);
    assert.equal(Number(row["velocity.in_long"]), within(DAY).length);
    assertNear(row["spend.ratio"], Number(now.amount) / mean);
    assert.equal(row["novelty.new_device"], isNew("device"));
    assert.equal(row["novelty.new_merchant"], isNew("merchant"));
    assert.equal(Number(row["label.disputed.count"]), disputed.length);
  }
  const stolen = rows.filter((row) => Number(row["device_use.cards"]) > 1);
  assert.ok(rows.some((row) => row["probing.suspect"] === true));
  assert.ok(stolen.every((row) => row["novelty.new_country"] !== null));
});

Deno.test("the web set has the sessions and purchases that a loop over its events has", async () => {
  const events = readCsv("examples/web/events.csv");
  const rows = await runSet("web");
  assert.ok(rows.length > 400);
  for (const row of rows) {
    const at = timeOf(row);
    const own = events.filter(({ visitor }) => visitor === row.visitor);
    const known = own.filter((event) => timeIn(event) <= at);
    const last = sessionsOf(known).filter((session) => timeIn(session.at(-1)!) + 30 * MINUTE <= at)
      .at(-1);
    const bought = own.filter((event) =>
      event.kind === "purchase" && timeIn(event) > at && timeIn(event) <= at + 60 * MINUTE
    );
    assert.equal(
      Number(row["activity.events"]),
      known.filter((event) => timeIn(event) > at - 30 * MINUTE).length,
    );
    assert.equal(numberOf(row["last_session.events"]), last?.length ?? null);
    assert.equal(row["last_session.landing"], last?.[0]?.page ?? null);
    assert.equal(Number(row["label.bought.count"]), bought.length);
    assertNear(
      row["label.bought.value"],
      bought.reduce((sum, { value }) => sum + Number(value), 0),
    );
  }
});

Deno.test("the sensors set has the changes and round of days that a loop over the readings has", async () => {
  const hours = readCsv(WEATHER).map((cells): Cells => ({ ...cells, at: `${cells.date}Z` }));
  const rows = await runSet("sensors");
  assert.equal(rows.length, 3 * 28 * 24);
  for (const row of rows) {
    const at = timeOf(row), name = String(row.sensor);
    const valueAt = (ms: number) => Number(hours[(ms - timeIn(hours[0]!)) / 3_600_000]![name]);
    assertNear(row["change.change"], valueAt(at) - valueAt(at - 3_600_000));
    const same = [1, 2, 3, 4, 5, 6, 7].map((days) => valueAt(at - days * DAY));
    const usual = same.reduce((sum, value) => sum + value, 0) / same.length;
    assertNear(row["round.usual"], usual);
    assertNear(row["label.level.level"], valueAt(at + 6 * 3_600_000));
    assert.equal(row["gaps.is_gap"], false);
  }
});

Deno.test("the market set has the indicators that plain loops over the closes have", async () => {
  const days = readCsv("node_modules/vega-datasets/data/sp500-2000.csv");
  const closes = days.map(({ close }) => Number(close));
  const changes = closes.map((close, i) => i === 0 ? NaN : close - closes[i - 1]!);
  const gains = smoothed(changes.slice(1).map((change) => Math.max(0, change)), 14, 1 / 14);
  const losses = smoothed(changes.slice(1).map((change) => Math.max(0, -change)), 14, 1 / 14);
  const [fast, slow] = [12, 26].map((n) => smoothed(closes, n, 2 / (n + 1)));
  const lines = closes.map((_, i) => fast![i]! - slow![i]!);
  const signals = [...Array(25).fill(NaN), ...smoothed(lines.slice(25), 9, 0.2)];
  const places = new Map(days.map(({ date }, i) => [Date.parse(date!) + DAY, i]));
  const rows = await runSet("market");
  assert.ok(rows.length > 4000);
  for (const row of rows) {
    const i = places.get(timeOf(row))!;
    const last = closes.slice(i - 19, i + 1);
    const mean = last.reduce((sum, close) => sum + close, 0) / 20;
    const variance = last.reduce((sum, close) => sum + (close - mean) ** 2, 0) / 20;
    assertNear(row["bar.simple"], closes[i]! / closes[i - 1]! - 1);
    assertNear(row["rsi.value"], 100 - 100 / (1 + gains[i - 1]! / losses[i - 1]!));
    assertNear(row["macd.histogram"], lines[i]! - signals[i]!);
    assertNear(row["band.upper"], mean + 2 * Math.sqrt(variance));
  }
});

/** The mean of the first n, then moved by a share of each difference; NaN before. */
function smoothed(values: readonly number[], n: number, weight: number): readonly number[] {
  let mean = values.slice(0, n).reduce((sum, value) => sum + value, 0) / n;
  return values.map((value, i) => {
    if (i >= n) mean += weight * (value - mean);
    return i < n - 1 ? NaN : mean;
  });
}

Deno.test("check finds nothing wrong in any example's config, for run or for serve", async () => {
  const examples = join(ROOT, "examples");
  const folders = [...Deno.readDirSync(examples)].filter(({ isDirectory }) => isDirectory);
  const configs = folders.flatMap(({ name }) =>
    [...Deno.readDirSync(join(examples, name))].filter((file) => file.name.endsWith(".yaml"))
      .map((file) => join(examples, name, file.name))
  );
  assert.ok(configs.length > 10);
  // The plugin of examples/payments has the name of a built-in one: they are checked apart.
  const apart = (config: string) => config.includes("examples/payments");
  for (const group of [configs.filter(apart), configs.filter((config) => !apart(config))]) {
    const { code, out } = await callCommand(["check", ...group], createDirectLauncher());
    assert.equal(code, 0, out);
  }
});

Deno.test("the files of the examples are those that make_data.ts makes", () => {
  for (const [folder, files] of [["fraud", makeFraud()], ["web", makeWeb()]] as const) {
    for (const [name, text] of Object.entries(files)) {
      assert.equal(Deno.readTextFileSync(join(ROOT, "examples", folder, name)), text, name);
    }
  }
});

function sessionsOf(events: readonly Cells[]): readonly (readonly Cells[])[] {
  const sessions: Cells[][] = [];
  for (const event of events) {
    const open = sessions.at(-1);
    if (open && timeIn(event) - timeIn(open.at(-1)!) < 30 * MINUTE) open.push(event);
    else sessions.push([event]);
  }
  return sessions;
}

async function runSet(example: string): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    const out = join(folder, "set.arrow");
    const config = join(ROOT, "examples", example, "set.yaml");
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

function readCsv(path: string): readonly Cells[] {
  const [head = "", ...lines] = Deno.readTextFileSync(join(ROOT, path)).trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}

function timeIn({ at }: Cells): number {
  return Date.parse(at!);
}

function timeOf({ timestamp }: Row): number {
  return (parseTime(String(timestamp)) ?? NaN) / 1000;
}

function numberOf(value: unknown): number | null {
  return value === null ? null : Number(value);
}

/** Rounding aside; NaN and infinities are null in a set. */
function assertNear(actual: unknown, wanted: number): void {
  if (!Number.isFinite(wanted)) return assert.equal(actual, null);
  const off = Math.abs(Number(actual) - wanted);
  assert.ok(off <= 1e-9 * Math.max(1, Math.abs(wanted)), `${actual} instead of ${wanted}`);
}
