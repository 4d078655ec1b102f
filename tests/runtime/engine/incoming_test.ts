import assert from "node:assert/strict";
import { lowerSet } from "../../../dsl/mod.ts";
import { incomingOf } from "../../../runtime/engine/incoming.ts";
import { compileCase } from "../../support/compiled_case.ts";

const PLUGIN = {
  name: "p",
  body: `
    source rows { key string key, ts timestamp time, x f64 }
    feature made on rows { y = \${half}(x) as f64 }
    feature sums on made { s = sum(y) over 2d }
    feature shared on rows join sums { n = count() over 2d, s = sums.s }
  `,
};

Deno.test("incomingOf() knows every edge into a site, so that no frame's texts are lost", () => {
  const { features: [first] } = compileCase({
    seed: 0,
    plugins: [PLUGIN],
    features: [{ name: "f", definition: "p.shared" }],
    spine: { kind: "grid", everyUs: 1, keysOf: "p.rows" },
    startUs: 0,
    endUs: 1,
    sources: [],
    partitions: 2,
    batchRows: 1,
  });
  const plan = lowerSet({
    features: [],
    spine: undefined,
    startUs: 0,
    endUs: 1,
    rowsOf: [first!.feature],
    partitions: 2,
  });
  const spills = plan.sites.flatMap(({ operations }) =>
    operations.filter(({ operation }) => operation.kind === "kernel" && operation.spill)
  );
  assert.equal(spills.length, 2, "two kernels keep tiles");
  for (const site of plan.sites) {
    const into = site.edges.filter(({ to }) => to === site.site).map(({ edge }) => edge);
    assert.deepEqual([...incomingOf(site).keys()].sort(), into.sort());
  }
});
