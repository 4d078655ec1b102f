import assert from "node:assert/strict";
import { callCommand } from "../runtime/cli/command_call.ts";
import { parseJson } from "../../runtime/source/ndjson_lines.ts";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { Random } from "../support/random.ts";
import { inSetFolder, type SetFolder } from "./set_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const PLUGIN = 'import { plugin } from "featurizer";\n' +
  'export default plugin("shop")`\n' +
  "  source orders {\n" +
  "    id i64 key, ts timestamp time, place string\n" +
  "    tags list<string>, spot vector(2), prices map<string, f64>, card i64\n" +
  "  }\n" +
  "  feature same on orders { tags = tags, spot = spot, prices = prices, card = card }\n" +
  "  feature there on orders by place { tags = tags, prices = prices, card = card }\n" +
  "  feature joined on orders join there as t on place == t.place {\n" +
  "    tags = t.tags, prices = t.prices, card = t.card, before = lag(spot, 1)\n" +
  "  }\n" +
  "`;\n";

const CONFIG = `plugins: [./shop.ts]
start_date: 2021-01-01 00:00:00
end_date: 2021-01-01 01:00:00
spine: {feature: same}
label_feature: joined
label_lookahead: 1s
data_sources:
  - source: shop.orders
    path: orders.FORMAT
feature_configs:
  - {feature_definition: shop.same, name: same}
  - {feature_definition: shop.joined, name: joined}
features_to_store: [same, joined]
`;

const BEGIN = Date.parse("2021-01-01T00:00:00Z");

interface Order {
  readonly id: string;
  readonly ts: string;
  readonly place: string | null;
  /** JSON of the nested columns and of the card, by name. */
  readonly json: Readonly<Record<"tags" | "spot" | "prices" | "card", string>>;
}

function makeOrders(count: number, seed: number): Order[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => ({
    id: random.pick(["9007199254740993", "9007199254740995", "-5"]),
    ts: new Date(BEGIN + i * 700).toISOString(),
    place: random.pick(["north", "south", "ö", null]),
    json: {
      tags: random.pick(["null", "[]", `["a","n ${i}"]`, '[null,"ü"]']),
      spot: random.pick(["null", `[${i},null]`, `[0.5,${-i}]`]),
      prices: random.pick(["null", "{}", `{"k ${i % 4}":${i},"z":null}`]),
      card: random.pick(["null", String(2n ** 60n + BigInt(i)), "17"]),
    },
  }));
}

const ORDERS = makeOrders(300, 3);

const NDJSON = ORDERS.map(({ id, ts, place, json }) =>
  `{"id":${id},"ts":"${ts}","place":${JSON.stringify(place)},${
    Object.entries(json).map(([name, text]) => `"${name}":${text}`).join(",")
  }}\n`
).join("");

const CSV = "id,ts,place,tags,spot,prices,card\n" +
  ORDERS.map(({ id, ts, place, json }) =>
    [
      ...[id, ts, place ?? ""],
      ...Object.values(json).map((text) => `"${text.replaceAll('"', '""')}"`),
    ].join(",").replaceAll('"null"', "") + "\n"
  ).join("");

/** Rows whose label lies in the data, with the columns a set has for them. */
function expectedRows(): Record<string, string>[] {
  const last = BEGIN + (ORDERS.length - 1) * 700;
  const spots = new Map<string, string>();
  return ORDERS.flatMap(({ id, ts, place, json }) => {
    const before = spots.get(id) ?? "null";
    spots.set(id, json.spot);
    if (Date.parse(ts) + 1000 > last) return [];
    const there = place === null ? { tags: "null", prices: "null", card: "null" } : json;
    return [{
      ...{ id, "same.tags": json.tags, "same.spot": json.spot, "same.prices": json.prices },
      ...{ "same.card": json.card, "joined.tags": there.tags, "joined.prices": there.prices },
      ...{ "joined.card": there.card, "joined.before": before },
    }];
  });
}

async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await callCommand(["get-data", path, "--format", "ndjson"]);
  assert.equal(code, 0, err);
  return out.trim().split("\n").map((line) => parseJson(line) as Record<string, unknown>);
}

async function runTo(folder: SetFolder, name: string, ...options: string[]): Promise<string> {
  const { code, err } = await folder.run(name, ...options);
  assert.equal(code, 0, err);
  return folder.path(`out/${name}`);
}

for (const source of ["ndjson", "csv"]) {
  const files = {
    "shop.ts": PLUGIN,
    "orders.ndjson": NDJSON,
    "orders.csv": CSV,
    "set.yaml": CONFIG.replace("FORMAT", source),
  };

  Deno.test(`nested columns and wide integers of ${source} pass through joins, labels and files`, () =>
    inSetFolder(files, async (folder) => {
      const rows = await rowsOf(await runTo(folder, "a.arrow"));
      const expected = expectedRows();
      assert.equal(rows.length, expected.length);
      rows.forEach((row, i) => {
        for (const [name, json] of Object.entries(expected[i]!)) {
          assert.deepEqual(row[name], parseJson(json), `${name} of row ${i}`);
        }
      });
      const labels = rows.map((row) => row["label.joined.tags"]);
      assert.ok(labels.some((label) => label !== null));
      for (
        const [name, options] of [["b.parquet", ["--partitions", "3"]], ["c.csv", []]] as const
      ) {
        const path = await runTo(folder, name, ...options);
        const format = name.split(".")[1]!;
        const copy = folder.path(`copy.${format}`);
        await folder.call("get-data", folder.path("out/a.arrow"), "--format", format, "-o", copy);
        if (format === "csv") {
          assert.equal(Deno.readTextFileSync(path), Deno.readTextFileSync(copy));
        } else {
          assert.deepEqual(await rowsOf(path), rows);
        }
      }
    }));
}

Deno.test("nested columns of the store are reused, and shown with their types", () =>
  inSetFolder({
    "shop.ts": PLUGIN,
    "orders.ndjson": NDJSON,
    "set.yaml": CONFIG.replace("FORMAT", "ndjson"),
  }, async (folder) => {
    const first = await runTo(folder, "first.arrow");
    const again = await folder.run("again.arrow", "--json");
    const report = JSON.parse(again.out) as { reused: string[] };
    assert.deepEqual(report.reused.map((line) => line.split(":")[0]), ["same", "joined"]);
    assert.deepEqual(await rowsOf(folder.path("out/again.arrow")), await rowsOf(first));
    const store = ["--store", folder.path("store.db")];
    const described = await folder.call("describe", "same", ...store);
    assert.match(described.out, /prices +map<string, f64> +value/);
    const { out } = await folder.call("get-data", "same", "--format", "ndjson", ...store);
    const rows = out.trim().split("\n").map((line) => parseJson(line) as Record<string, unknown>);
    assert.equal(rows.length, ORDERS.length - 1, "only rows that later data cannot change");
    rows.forEach((row, i) => {
      const { json } = ORDERS[i]!;
      for (const [name, text] of Object.entries(json)) {
        assert.deepEqual(row[name], parseJson(text), `${name} of row ${i}`);
      }
    });
  }));

Deno.test("nested columns of an entity table pass through to the set", () => {
  const entities = ORDERS.slice(0, 50).map(({ id, ts, json }, i) =>
    `{"id":${id},"at":"${ts}","note":["${i}",null],"far":${json.card}}\n`
  );
  const files = {
    "shop.ts": PLUGIN,
    "orders.ndjson": NDJSON,
    "entities.ndjson": entities.join(""),
    "set.yaml": CONFIG.replace("FORMAT", "ndjson")
      .replace("{feature: same}", "{path: entities.ndjson, key: id, time: at}")
      .replace(/label_.*\n/g, ""),
  };
  return inSetFolder(files, async (folder) => {
    for (const partitions of ["1", "2"]) {
      const path = await runTo(folder, `set${partitions}.arrow`, "--partitions", partitions);
      const rows = await rowsOf(path);
      assert.equal(rows.length, 50);
      rows.forEach((row, i) => {
        assert.deepEqual(row["note"], [`${i}`, null]);
        assert.deepEqual(row["same.tags"], parseJson(ORDERS[i]!.json.tags));
      });
    }
  });
});
