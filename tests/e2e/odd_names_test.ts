/** Names and texts that mean something to JavaScript, or to the program, are names and texts like others. */
import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { inSetFolder } from "./set_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const PLUGIN = `import { plugin } from "featurizer";
const sizeOf = (text: string): number => text.length;
export default plugin("odd")\`
  source s { constructor string key, toString i64 key, ts timestamp time, __proto__ f64, side string }
  feature f on s { hits = count() where side == "__proto__" over 1h, p = last(__proto__) over ever }
  feature g on s { size = \${sizeOf}(side) as f64, c = if side == "constructor" then 1 else 0 }
\`;
`;

const ROWS = `constructor,toString,ts,__proto__,side
a,1,2024-05-01 09:00:00,1.5,__proto__
a,2,2024-05-01 09:00:01,NaN,constructor
b,-0,2024-05-01 09:00:02,Infinity,x
b,0,2024-05-01 09:00:03,2,__proto__
`;

const CONFIG = `plugins: [./odd.ts]
start_date: 2024-05-01 09:00
end_date: 2024-05-01 09:00:05
sampling: 3s
data_sources: [{ source: odd.s, path: rows.csv }]
feature_configs:
  - { feature_definition: odd.f, name: f }
  - { feature_definition: odd.g, name: g }
`;

Deno.test("columns and texts may be called like members of objects; -0 is 0 and not-finite is null", () =>
  inSetFolder({ "odd.ts": PLUGIN, "rows.csv": ROWS, "set.yaml": CONFIG }, async (folder) => {
    for (const partitions of ["1", "3"]) {
      assert.equal(
        await folder.csvOf("set.csv", "--partitions", partitions),
        `constructor,toString,timestamp,f.hits,f.p,g.size,g.c
a,1,2024-05-01T09:00:00Z,1,1.5,9,0
a,1,2024-05-01T09:00:03Z,1,1.5,9,0
a,2,2024-05-01T09:00:03Z,0,,11,1
b,0,2024-05-01T09:00:03Z,1,2,9,0
`,
      );
    }
  }));

const SHOP = `import { plugin } from "featurizer";
export default plugin("shop")\`
  source orders { customer string key, ts timestamp time, amount f64 }
  feature spent on orders { total = sum(amount) over ever }
\`;
`;

Deno.test("attributes choose data sources whatever their values hold", () =>
  inSetFolder({
    "shop.ts": SHOP,
    "one.csv": "customer,ts,amount\nann,2024-05-01 09:00,1\n",
    "two.csv": "customer,ts,amount\nann,2024-05-01 09:00,2\n",
    "set.yaml": `plugins: [./shop.ts]
start_date: 2024-05-01 09:00
end_date: 2024-05-01 09:01
sampling: 1m
data_sources:
  - { source: shop.orders, path: one.csv, attributes: { venue: "a,b=c;d %" } }
  - { source: shop.orders, path: two.csv, attributes: { venue: "a" } }
feature_configs:
  - { feature_definition: shop.spent, name: both }
  - feature_definition: shop.spent
    name: odd
    params: { data_source: [{ venue: "a,b=c;d %" }] }
  - feature_definition: shop.spent
    name: plain
    params: { data_source: [{ venue: a }] }
`,
  }, async (folder) => {
    assert.equal(
      await folder.csvOf("set.csv"),
      "customer,timestamp,both.total,odd.total,plain.total\nann,2024-05-01T09:00:00Z,3,1,2\n",
    );
  }));

Deno.test("a source without rows gives a set without rows, and an empty file is an error", () =>
  inSetFolder(
    { "odd.ts": PLUGIN, "rows.csv": ROWS.split("\n")[0] + "\n", "set.yaml": CONFIG },
    async (folder) => {
      assert.equal(
        await folder.csvOf("set.csv"),
        "constructor,toString,timestamp,f.hits,f.p,g.size,g.c\n",
      );
      folder.write({ "rows.csv": "" });
      const { code, err } = await folder.run("again.csv");
      assert.equal(code, 1);
      assert.match(err, /error MISSING_HEADER: Cannot read .*rows\.csv/);
      assert.deepEqual(folder.results(), ["set.csv"]);
    },
  ));
