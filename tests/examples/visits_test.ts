import assert from "node:assert/strict";
import { join } from "node:path";
import { makeData } from "../../examples/visits/make_data.ts";
import { openFileDataset } from "../../runtime/cli/file_dataset.ts";
import { parseTime } from "../../runtime/cli/parse_time.ts";
import { rowValues } from "../../runtime/cli/row_text.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { callCommand } from "../runtime/cli/command_call.ts";
import { VisitsByHand } from "./visits_by_hand.ts";

const FOLDER = join(import.meta.dirname ?? ".", "../../examples/visits");
const START = Date.parse("2024-05-04T00:00:00Z");
const END = Date.parse("2024-05-12T00:00:00Z");

type Row = Readonly<Record<string, unknown>>;

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("the visits example has the values one counts by hand, in every cell", async () => {
  const rows = await runExample();
  const byHand = new VisitsByHand(FOLDER);
  const lastUs = Math.max(...rows.map(({ timestamp }) => timeOf(timestamp)));
  const wanted = byHand.visits().filter(({ at }) => at >= START && at < END && at * 1000 <= lastUs);
  assert.ok(rows.length > 30);
  assert.deepEqual(
    rows.map(({ customer, timestamp }) => [customer, timeOf(timestamp) / 1000]),
    wanted.map(({ customer, at }) => [customer, at]),
  );
  rows.forEach(({ customer, timestamp, ...values }, index) => {
    compareCells(values, byHand.values(wanted[index]!), `${customer} at ${timestamp}`);
  });
});

Deno.test("the files of the visits example are those that make_data.ts makes", () => {
  for (const [name, text] of Object.entries(makeData())) {
    assert.equal(Deno.readTextFileSync(join(FOLDER, name)), text, name);
  }
});

async function runExample(): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    const out = join(folder, "set.arrow");
    const { code, err } = await callCommand(
      ["run", join(FOLDER, "set.yaml"), "--out", out, "--store", join(folder, "store.db")],
      createDirectLauncher(),
    );
    assert.equal(code, 0, err);
    return await readRows(out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function readRows(path: string): Promise<Row[]> {
  await using dataset = await openFileDataset(path);
  const names = dataset.columns.map(({ name }) => name);
  const rows: Row[] = [];
  for await (const batch of dataset.batches(names)) {
    for (const values of rowValues(dataset.columns, batch, dataset.symbols)) {
      const cells = JSON.parse(JSON.stringify(values)) as unknown[];
      rows.push(Object.fromEntries(names.map((name, index) => [name, cells[index] ?? null])));
    }
  }
  return rows;
}

function timeOf(timestamp: unknown): number {
  return parseTime(String(timestamp)) ?? NaN;
}

function compareCells(actual: Row, expected: Row, where: string): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    assertClose(actual[name], value, `${name} of ${where}`);
  }
}

/** Numbers may differ by rounding, wherever they are nested. */
function assertClose(actual: unknown, expected: unknown, where: string): void {
  if (typeof expected === "number" && typeof actual === "number") {
    const allowed = 1e-9 * Math.max(1, Math.abs(expected));
    assert.ok(Math.abs(actual - expected) <= allowed, `${where}: ${actual} against ${expected}`);
    return;
  }
  if (typeof expected !== "object" || expected === null || typeof actual !== "object") {
    return assert.deepEqual(actual, expected, where);
  }
  assert.deepEqual(Object.keys(actual ?? {}), Object.keys(expected), where);
  for (const [key, value] of Object.entries(expected)) {
    assertClose((actual as Row)[key], value, `${where}, ${key}`);
  }
}
