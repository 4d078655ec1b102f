import assert from "node:assert/strict";
import { join } from "node:path";
import { callCommand } from "./command_call.ts";

const ROWS = `airport,timestamp,delay,status
ORD,2001-01-01T00:00:00Z,5,late
LAX,2001-01-01T00:00:00Z,-2,"early, very"
ORD,2001-01-01T01:00:00Z,,late
ORD,2001-01-01T02:00:00Z,7.5,late
LAX,2001-01-01T02:00:00Z,1,
ORD,2001-01-01T03:00:00Z,9,early
`;

async function inFolder(act: (file: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "delays.csv");
    await Deno.writeTextFile(file, ROWS);
    await act(file, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("get-data shows rows as a table", () =>
  inFolder(async (file) => {
    const { code, out } = await callCommand(["get-data", file, "--limit", "2"]);
    assert.equal(code, 0);
    assert.deepEqual(out.split("\n"), [
      "airport  timestamp            delay  status",
      "ORD      2001-01-01 00:00:00      5  late",
      "LAX      2001-01-01 00:00:00     -2  early, very",
      "",
    ]);
  }));

Deno.test("get-data selects by value, time and every n-th row", () =>
  inFolder(async (file) => {
    const options = ["--where", "airport=ORD", "--format", "csv", "-c", "timestamp,delay"];
    const all = await callCommand(["get-data", file, ...options]);
    assert.deepEqual(all.out.trim().split("\n"), [
      "timestamp,delay",
      "2001-01-01T00:00:00Z,5",
      "2001-01-01T01:00:00Z,",
      "2001-01-01T02:00:00Z,7.5",
      "2001-01-01T03:00:00Z,9",
    ]);
    const other = await callCommand(["get-data", file, ...options, "--every-n", "2"]);
    assert.deepEqual(other.out.trim().split("\n").slice(1), [
      "2001-01-01T00:00:00Z,5",
      "2001-01-01T02:00:00Z,7.5",
    ]);
    const range = ["--from", "2001-01-01 01:00", "--to", "2001-01-01 03:00"];
    const within = await callCommand(["get-data", file, ...options, ...range]);
    assert.deepEqual(within.out.trim().split("\n").slice(1), [
      "2001-01-01T01:00:00Z,",
      "2001-01-01T02:00:00Z,7.5",
    ]);
  }));

Deno.test("get-data prints JSON with names, times and nulls", () =>
  inFolder(async (file) => {
    const { out } = await callCommand(["get-data", file, "--json", "--where", "delay=1"]);
    assert.deepEqual(JSON.parse(out), {
      columns: ["airport", "timestamp", "delay", "status"],
      rows: [{ airport: "LAX", timestamp: "2001-01-01T02:00:00Z", delay: 1, status: null }],
    });
  }));

Deno.test("get-data writes Arrow, Parquet and CSV files that read back the same", () =>
  inFolder(async (file, folder) => {
    const original = await callCommand(["get-data", file, "--format", "csv"]);
    for (const format of ["arrow", "parquet", "csv"]) {
      const path = join(folder, `copy.${format}`);
      const { code, out } = await callCommand(["get-data", file, "--out", path]);
      assert.equal(code, 0);
      assert.match(out, /6 rows/);
      const copy = await callCommand(["get-data", path, "--format", "csv"]);
      assert.equal(copy.out, original.out, format);
    }
  }));

Deno.test("get-data names columns that were probably meant", () =>
  inFolder(async (file) => {
    const { code, err } = await callCommand(["get-data", file, "--columns", "dealy"]);
    assert.equal(code, 1);
    assert.match(err, /error MISSING_COLUMN: Cannot read column "dealy"/);
    assert.match(err, /did you mean "delay"\?/);
  }));

Deno.test("get-data refuses what is not text on the terminal, and times that are none", () =>
  inFolder(async (file) => {
    const binary = await callCommand(["get-data", file, "--format", "parquet"]);
    assert.equal(binary.code, 2);
    assert.match(binary.err, /give a file with --out/);
    const time = await callCommand(["get-data", file, "--from", "noon"]);
    assert.equal(time.code, 2);
    assert.match(time.err, /expected a time like/);
  }));

Deno.test("describe tells types, missing values and ranges of a file", () =>
  inFolder(async (file) => {
    const { out } = await callCommand(["describe", file, "--json"]);
    const { rows, columns } = JSON.parse(out);
    assert.equal(rows, 6);
    assert.deepEqual(
      columns.map(({ name, type }: { name: string; type: { kind: string } }) => [
        name,
        type.kind,
      ]),
      [["airport", "string"], ["timestamp", "timestamp"], ["delay", "f64"], ["status", "string"]],
    );
    const { nulls, min, max, mean } = columns[2];
    assert.deepEqual({ nulls, min, max, mean }, { nulls: 1, min: -2, max: 9, mean: 4.1 });
    assert.equal(columns[0].distinct, 2);
  }));

Deno.test("plot draws the key of the first row and writes an SVG", () =>
  inFolder(async (file, folder) => {
    const svg = join(folder, "plot.svg");
    const { code, out } = await callCommand(["plot", file, "delay", "--svg", svg]);
    assert.equal(code, 0);
    assert.match(out, /delays\.csv: airport ORD/);
    assert.match(out, /━━ delay/);
    assert.match(await Deno.readTextFile(svg), /^<svg /);
    const chosen = await callCommand(["plot", file, "delay", "--where", "airport=LAX", "--no-svg"]);
    assert.match(chosen.out, /airport LAX/);
    const wrong = await callCommand(["plot", file, "status", "--no-svg"]);
    assert.match(wrong.err, /column "status" is a string, not a number/);
  }));

Deno.test("commands on a missing file or store say so and create nothing", () =>
  inFolder(async (_file, folder) => {
    const missing = await callCommand(["get-data", join(folder, "nope.arrow")]);
    assert.equal(missing.code, 1);
    assert.match(missing.err, /Cannot read ".*nope\.arrow": there is no such file/);
    const store = join(folder, "store.db");
    const runs = await callCommand(["runs", "--store", store]);
    assert.equal(runs.code, 1);
    assert.match(runs.err, /Cannot open store ".*store\.db": there is no such file/);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["delays.csv"]);
  }));
