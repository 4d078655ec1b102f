import assert from "node:assert/strict";
import { join } from "node:path";
import { openFileDataset } from "../../runtime/cli/file_dataset.ts";
import { type CellValue, rowValues } from "../../runtime/cli/row_text.ts";
import { parseTime } from "../../runtime/cli/parse_time.ts";
import { readFlightsByHand } from "./flights_by_hand.ts";

const ROOT = join(import.meta.dirname ?? ".", "../..");
const DATA = join(ROOT, "node_modules/vega-datasets/data");
const SAMPLE = 60;

type Row = Readonly<Record<string, CellValue>>;

Deno.test("the demo builds the grid set, and its values are those computed by hand", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const report = await runDemo(folder);
    const byHand = await readFlightsByHand(DATA);
    const late = report.late.find(({ source }: { source: string }) =>
      source === "flights.landings"
    );
    assert.ok(late.late > 0 && late.late <= byHand.lateLandings);
    const rows = await readRows(report.path);
    assert.equal(rows.length, report.rows);
    for (const row of sample(rows)) compareRow(row, byHand);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function runDemo(folder: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", join(ROOT, "runtime/cli/main.ts"), "demo", "--json"],
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout));
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function readRows(path: string): Promise<Row[]> {
  await using dataset = await openFileDataset(path);
  const names = dataset.columns.map(({ name }) => name);
  const rows: Row[] = [];
  for await (const batch of dataset.batches(names)) {
    for (const values of rowValues(dataset.columns, batch, dataset.symbols)) {
      rows.push(Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])));
    }
  }
  return rows;
}

/** Rows spread over the set, busy and quiet airports alike. */
function sample(rows: readonly Row[]): Row[] {
  const step = Math.floor(rows.length / SAMPLE);
  return Array.from({ length: SAMPLE }, (_, index) => rows[index * step + index] ?? {});
}

function compareRow(row: Row, byHand: Awaited<ReturnType<typeof readFlightsByHand>>): void {
  const timeUs = parseTime(String(row["timestamp"])) ?? NaN;
  for (const [name, expected] of Object.entries(byHand.values(String(row["airport"]), timeUs))) {
    const actual = row[name] ?? null;
    const where = `${name} of ${row["airport"]} at ${row["timestamp"]}`;
    if (expected === null || typeof actual !== "number") assert.equal(actual, expected, where);
    else assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), where);
  }
}
