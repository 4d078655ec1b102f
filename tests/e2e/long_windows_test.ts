/** A window of days over files, its rows put aside on disk, against one that keeps them. */
import assert from "node:assert/strict";
import { Random } from "../support/random.ts";
import { runSet } from "../../runtime/set/mod.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { inSetFolder, type SetFolder } from "./set_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const DAY_US = 86_400_000_000;
const START_US = Date.UTC(2024, 4, 1) * 1000;
const DAYS = 10;

const CALLS = `s = sum(x), n = count(), mean = avg(x), low = min(x), high = max(x),
    spread = stddev(x), a = first(upper(note)), z = last(note), top = max(note)`;

const PLUGIN = `import { plugin } from "featurizer";

export default plugin("long")\`
  source rows { key string key, ts timestamp time, x f64, note string }
  feature tiles on rows { ${CALLS} } over 2d
  feature rings on rows { ${CALLS}, middle = median(x) } over 2d
\`;
`;

const CONFIG = `plugins: [./long.ts]
start_date: 2024-05-01
end_date: 2024-05-14
sampling: 2h
data_sources:
  - {source: long.rows, path: rows.csv}
feature_configs:
  - {feature_definition: long.tiles, name: tiles}
  - {feature_definition: long.rings, name: rings}
`;

/** Rows in bursts: some tiles of 45 minutes hold thousands, most a few. */
function rowsText(): string {
  const random = new Random(7);
  const times: number[] = [];
  for (let burst = 0; burst < 8; burst++) {
    const from = START_US + Math.floor(random.between(0, DAYS * DAY_US));
    for (let i = 0; i < 2500; i++) times.push(from + random.int(DAY_US / 72));
  }
  for (let i = 0; i < 500; i++) times.push(START_US + random.int(DAYS * 1440) * (DAY_US / 1440));
  const lines = times.sort((a, b) => a - b).map((time) => {
    const x = random.chance(0.05) ? "" : (random.int(2000) - 1000) / 8;
    return `k${random.int(4)},${time},${x},n${random.int(9)}`;
  });
  return ["key,ts,x,note", ...lines, ""].join("\n");
}

async function resultOf(folder: SetFolder, cut: { batchRows: number; partitions: number }) {
  const name = `${cut.batchRows}-${cut.partitions}`;
  const report = await runSet({
    config: folder.path("set.yaml"),
    out: folder.path(`out/${name}.csv`),
    store: folder.path("store.db"),
    ...cut,
  }, { launcher: createDirectLauncher() });
  return { report, text: Deno.readTextFileSync(report.path) };
}

Deno.test("a run puts rows of a long window aside on disk and gets the same set", async () => {
  const files = { "long.ts": PLUGIN, "set.yaml": CONFIG, "rows.csv": rowsText() };
  await inSetFolder(files, async (folder) => {
    const { report, text } = await resultOf(folder, { batchRows: 500, partitions: 1 });
    assert.ok(report.spilledBytes > 500_000, `${report.spilledBytes} bytes were put aside`);
    const [head, ...lines] = text.trimEnd().split("\n").map((line) => line.split(","));
    assert.ok(lines.length > 500);
    const places = (kind: string) =>
      head!.flatMap((name, place) => name.startsWith(`${kind}.`) ? [place] : []);
    const [tiles, rings] = [places("tiles"), places("rings")];
    assert.equal(tiles.length, 9);
    for (const line of lines) {
      tiles.forEach((place, j) => assertEqualCells(line[place]!, line[rings[j]!]!, head![place]!));
    }
    for (const cut of [{ batchRows: 65_536, partitions: 1 }, { batchRows: 1500, partitions: 2 }]) {
      assert.equal((await resultOf(folder, cut)).text, text, JSON.stringify(cut));
    }
  });
});

/** Numbers may differ in what adding up in another order rounds. */
function assertEqualCells(tiles: string, rings: string, name: string): void {
  const [a, b] = [Number(tiles), Number(rings)];
  if (tiles === rings || Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b))) return;
  assert.equal(tiles, rings, name);
}
