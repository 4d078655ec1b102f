import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { inSetFolder } from "./set_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const PLUGIN = `import { plugin } from "featurizer";
export default plugin("shop")\`
  source orders {
    customer string key, ts timestamp time, amount f64, exchange string
  }
  feature spent on orders { total = sum(amount), orders = count() } over 1h
  feature latest on orders { amount = amount }
\`;
`;

/*
 *        9:00  9:10  9:20  9:30  9:40
 *  ann     1           2           4
 *  ben          8           16
 */
const ORDERS = `customer,ts,amount,exchange
ann,2024-05-01 09:00,1,a
ben,2024-05-01 09:10,8,a
ann,2024-05-01 09:20,2,a
ben,2024-05-01 09:30,16,a
ann,2024-05-01 09:40,4,a
`;

interface Parts {
  readonly top: string;
  readonly features?: string;
  readonly sources?: string;
}

function configOf({ top, features, sources }: Parts): string {
  return `plugins: [./shop.ts]
start_date: 2024-05-01 09:00
end_date: 2024-05-01 10:00
${top}
data_sources:
${sources ?? "  - { source: shop.orders, path: orders.csv }"}
feature_configs:
${features ?? "  - { feature_definition: shop.spent, name: spent }"}
`;
}

async function setOf(parts: Parts, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const files = { "shop.ts": PLUGIN, "orders.csv": ORDERS, "set.yaml": configOf(parts), ...more };
  let lines: string[] = [];
  await inSetFolder(files, async (folder) => {
    lines = (await folder.csvOf("set.csv")).trimEnd().split("\n");
  });
  return lines;
}

const at = (time: string) => `2024-05-01T${time}:00Z`;

Deno.test("an entity table is the spine: its order, its repeats and its extra columns stay", async () => {
  const lines = await setOf({ top: "spine: { path: visits.csv, key: customer, time: seen }" }, {
    "visits.csv": `visit,customer,seen,page
7,ben,2024-05-01 09:35,home
8,ann,2024-05-01 09:35,"a,b"
9,nobody,2024-05-01 09:20,
7,ben,2024-05-01 09:35,home
6,ann,2024-05-01 10:00,late
5,ann,2024-05-01 08:59,early
`,
  });
  const [header = "", ...rows] = lines;
  const names = header.split(",");
  assert.deepEqual([...names].sort(), [
    "customer",
    "page",
    "spent.orders",
    "spent.total",
    "timestamp",
    "visit",
  ]);
  const cell = (row: string, name: string) => row.split(",").at(names.indexOf(name)) ?? "";
  assert.deepEqual(rows.map((row) => cell(row, "visit")), ["9", "7", "8", "7"]);
  assert.match(rows[0] ?? "", /nobody/);
  assert.match(rows[1] ?? "", /\b24,2$/);
  assert.match(rows[2] ?? "", /"a,b".*\b3,2$/);
});

Deno.test("spine columns of another name fill a feature's key", async () => {
  const lines = await setOf({
    top: "spine: { path: visits.csv, key: [buyer], time: seen }",
    features: "  - { feature_definition: shop.latest, name: latest, keys: { buyer: customer } }",
  }, { "visits.csv": "buyer,seen\nben,2024-05-01 09:15\nann,2024-05-01 09:20\n" });
  assert.deepEqual(lines, [
    "buyer,timestamp,latest.amount",
    `ben,${at("09:15")},8`,
    `ann,${at("09:20")},2`,
  ]);
});

Deno.test("a feature's own rows are the spine", async () => {
  const lines = await setOf({
    top: "spine: { feature: latest }",
    features: `  - { feature_definition: shop.latest, name: latest }
  - { feature_definition: shop.spent, name: spent }`,
  });
  assert.deepEqual(lines, [
    "customer,timestamp,latest.amount,spent.total,spent.orders",
    `ann,${at("09:00")},1,1,1`,
    `ben,${at("09:10")},8,8,1`,
    `ann,${at("09:20")},2,3,2`,
    `ben,${at("09:30")},16,24,2`,
    `ann,${at("09:40")},4,7,3`,
  ]);
});

Deno.test("a pinned key makes a feature of one key a column of every row", async () => {
  const lines = await setOf({
    top: "spine: { every: 20m, keys: shop.orders }",
    features: `  - feature_definition: shop.latest
    name: bens
    params: { data_source: [{ customer: ben }] }
  - { feature_definition: shop.latest, name: own }`,
    sources: `  - { source: shop.orders, path: ann.csv, attributes: { customer: ann } }
  - { source: shop.orders, path: ben.csv, attributes: { customer: ben } }`,
  }, {
    "ann.csv": "ts,amount,exchange\n2024-05-01 09:00,1,a\n2024-05-01 09:40,4,a\n",
    "ben.csv": "ts,amount,exchange\n2024-05-01 09:10,8,a\n2024-05-01 09:30,16,a\n",
  });
  assert.deepEqual(lines, [
    "customer,timestamp,bens.amount,own.amount",
    `ann,${at("09:00")},,1`,
    `ann,${at("09:20")},8,1`,
    `ben,${at("09:20")},8,8`,
    `ann,${at("09:40")},16,4`,
    `ben,${at("09:40")},16,16`,
  ]);
});

const LABELLED = "label_feature: latest\nlabel_lookahead: 10m\nsampling: 10m";
const BOTH = `  - { feature_definition: shop.latest, name: latest }
  - { feature_definition: shop.spent, name: spent }`;

Deno.test("a label is the feature's value later, and the label's data has an end", async () => {
  const lines = await setOf({ top: LABELLED, features: BOTH });
  assert.equal(
    lines[0],
    "customer,timestamp,latest.amount,spent.total,spent.orders,label.latest.amount",
  );
  const labels = lines.slice(1).map((line) => [line.split(",")[0], line.split(",").at(-1)].join());
  assert.deepEqual(labels, [
    ...["ann,1"], // 9:00, the value at 9:10
    ...["ann,2", "ben,8"],
    ...["ann,2", "ben,16"],
    ...["ann,4", "ben,16"],
  ]);
});

Deno.test("label_only keeps the label's feature out of the columns", async () => {
  const lines = await setOf({ top: `${LABELLED}\nlabel_only: true`, features: BOTH });
  assert.equal(lines[0], "customer,timestamp,spent.total,spent.orders,label.latest.amount");
  assert.equal(lines.length, 8);
});

Deno.test("label_nulls: drop leaves out rows without a label, keep counts them", async () => {
  const orders = ORDERS.replace("09:20,2,a", "09:20,,a");
  const kept = await setOf({ top: LABELLED, features: BOTH }, { "orders.csv": orders });
  const dropped = await setOf(
    { top: `${LABELLED}\nlabel_nulls: drop`, features: BOTH },
    { "orders.csv": orders },
  );
  assert.deepEqual(dropped, kept.filter((line) => !line.endsWith(",")));
  assert.equal(kept.length - dropped.length, 2);
});

const CHARGES = PLUGIN.replace(
  "  feature latest",
  `  request charge { customer string key, amount f64, note string }
  feature share on charge join spent { part = amount / spent.total, note = upper(note) }
  feature latest`,
);

Deno.test("a table of past requests asks features on a request, by the names of its columns", async () => {
  const lines = await setOf({
    top: "spine: { path: charges.csv, key: customer, time: seen }",
    features: `  - feature_definition: shop.share
    name: share
    keys: { paid: amount }`,
  }, {
    "shop.ts": CHARGES,
    "charges.csv":
      "customer,seen,paid,note\nben,2024-05-01 09:15,4,gift\nann,2024-05-01 09:25,6,\n",
  });
  assert.deepEqual(lines, [
    "customer,paid,note,timestamp,share.part,share.note",
    `ben,4,gift,${at("09:15")},0.5,GIFT`,
    `ann,6,,${at("09:25")},2,`,
  ]);
});

Deno.test("what a spine does not bring, or cannot be of a request, is an error that names it", async () => {
  const share = "  - { feature_definition: shop.share, name: share }";
  const both = `${share}\n  - { feature_definition: shop.spent, name: spent }`;
  const cases: readonly (readonly [top: string, features: string, text: RegExp])[] = [
    [
      "spine: { path: charges.csv, key: customer, time: seen }",
      share,
      /has "amount", which.*not at all/,
    ],
    ["sampling: 20m", both, /request of feature "share" has "amount"/],
    ["spine: { feature: share }", both, /"share" stands on a request, so it makes no spine/],
    [
      "sampling: 20m\nlabel_feature: share\nlabel_lookahead: 1m",
      both,
      /"share" stands on a request, so it is no label/,
    ],
    [
      "spine: { path: charges.csv, key: customer, time: seen }\nfeatures_to_store: [share]",
      share,
      /"share" stands on a request, so it has no rows to store/,
    ],
  ];
  for (const [top, features, text] of cases) {
    const files = {
      "shop.ts": CHARGES,
      "orders.csv": ORDERS,
      "charges.csv": "customer,seen\nben,2024-05-01 09:15\n",
      "set.yaml": configOf({ top, features }),
    };
    await inSetFolder(files, async ({ run }) => {
      const { code, err } = await run("set.csv");
      assert.notEqual(code, 0);
      assert.match(err, text);
      assert.doesNotMatch(err, /INTERNAL/);
    });
  }
});
