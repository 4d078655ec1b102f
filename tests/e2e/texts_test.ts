/** Texts that are made inside workers: they travel between sites and partitions, into keys and into the result. */
import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { inSetFolder } from "./set_folder.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const PLUGIN = `import { plugin } from "featurizer";

const shout = (name: string) => name.length > 1 ? name + "!" : null;

export default plugin("names")\`
  source orders {
    city string key
    ts timestamp time
    kind string
    amount f64
    tag string = upper(kind)
    loud string = \${shout}(kind) as string
  }

  feature labelled on orders {
    group = concat(lower(city), "-", tag)
    loud = loud
    amount = amount
    hour = hour(ts, "Europe/Berlin")
  }

  feature by_group on labelled by group {
    n = count() over ever
    last = last(loud) over ever
  }

  feature told on labelled join by_group on group == by_group.group {
    text = concat(group, ":", by_group.n)
    parts = split(group, "-")
    loud = by_group.last
    day = format_time(ts, "yyyy-MM-dd HH", "Europe/Berlin")
  }
\`;
`;

const ROWS = `city,ts,kind,amount
Oslo,2023-03-26T00:30:00Z,ab,1
Rome,2023-03-26T01:30:00Z,b,2
Oslo,2023-03-26T01:30:00Z,AB,3
OSLO,2023-03-26T02:00:00Z,ab,4
Rome,2023-10-29T00:30:00Z,é😀,5
`;

const CONFIG = `start_date: 2023-01-01
end_date: 2024-01-01
data_sources:
  - source: names.orders
    path: rows.csv
plugins:
  - ./names.ts
feature_configs:
  - { feature_definition: names.told, name: told }
spine: { feature: told }
`;

/** 01:30 UTC on 26 March is 3:30 in Berlin, an hour after 1:30. */
const EXPECTED = `city,timestamp,told.text,told.parts,told.loud,told.day
Oslo,2023-03-26T00:30:00Z,oslo-AB:1,"[""oslo"",""AB""]",ab!,2023-03-26 01
Rome,2023-03-26T01:30:00Z,rome-B:1,"[""rome"",""B""]",,2023-03-26 03
Oslo,2023-03-26T01:30:00Z,oslo-AB:2,"[""oslo"",""AB""]",AB!,2023-03-26 03
OSLO,2023-03-26T02:00:00Z,oslo-AB:3,"[""oslo"",""AB""]",ab!,2023-03-26 04
Rome,2023-10-29T00:30:00Z,rome-É😀:1,"[""rome"",""É😀""]",é😀!,2023-10-29 02
`;

Deno.test("texts made in workers are the same whatever the number of workers", async () => {
  for (const partitions of ["1", "3"]) {
    const files = { "names.ts": PLUGIN, "rows.csv": ROWS, "set.yaml": CONFIG };
    await inSetFolder(files, async ({ csvOf }) => {
      assert.equal(await csvOf("set.csv", "--partitions", partitions), EXPECTED);
    });
  }
});
