import assert from "node:assert/strict";
import {
  lowerSet,
  type PhysicalPlan,
  type SetFeature,
  type SetRequest,
} from "../../../dsl/plan/mod.ts";
import type { Feature } from "../../../dsl/typed_ast.ts";
import { compileCase, streamChoiceOf } from "../../support/compiled_case.ts";
import { caseOf, grid } from "../../support/golden_case.ts";
import { randomCase } from "../../support/random_case.ts";
import { faultsOf } from "./plan_faults.ts";

const PLUGIN = `source s { k string key, ts timestamp time, x f64, y f64, unused f64, other string }
feature total(window = 1m) on s { n = sum(x) } over window
feature ratio on total { r = n / 2 }
feature matching on s { found = matches(other, "^(a+)+$") }
feature by_other on s by other { top = max(y) over ever }
feature asked on s join by_other as o on other == o.other { top = o.top }
`;

function toSetFeature(name: string, feature: Feature): SetFeature {
  const keys = Object.fromEntries(feature.keys.map((key) => [key.name, { column: key.name }]));
  return { name, feature, keys };
}

function planOf(names: readonly string[], more: Partial<SetRequest> = {}): PhysicalPlan {
  const { features, sources } = compileCase(caseOf({
    ...{ name: "", plugin: PLUGIN, rows: {}, features: names, spine: grid(1), range: [0, 1] },
    expected: "",
  }));
  const source = sources.get("p.s") ?? assert.fail("no source");
  return lowerSet({
    features: features.map(({ name, feature }) => toSetFeature(name, feature)),
    spine: { kind: "grid", everyUs: 1_000_000, of: { kind: "source", source }, pins: {} },
    startUs: 0,
    endUs: 10_000_000,
    rowsOf: [],
    partitions: 3,
    ...more,
  });
}

const kernelsOf = (plan: PhysicalPlan) =>
  plan.sites.flatMap(({ kernels }) => kernels.map(({ feature }) => feature)).sort();

Deno.test("lowerSet() gives spine columns, then each feature's in order", () => {
  const names = planOf(["total", "asked"]).result?.columns.map(({ name }) => name);
  assert.deepEqual(names, ["k", "f0.n", "f1.top"]);
});

Deno.test("lowerSet() computes equal features once, as upstream too", () => {
  assert.deepEqual(kernelsOf(planOf(["total", "total", "ratio"])).length, 2);
});

Deno.test("lowerSet() reads only columns that something needs", () => {
  const reads = planOf(["total"]).sources.map(({ reads }) => reads.map(({ name }) => name).sort());
  assert.deepEqual(reads, [["k", "ts", "x"]]);
});

Deno.test("lowerSet() runs patterns where the plugin's own worker can be stopped", () => {
  const { sites } = planOf(["matching", "total"]);
  const where = sites.flatMap(({ plugins, kernels }) =>
    kernels.map(({ feature }) => [feature, ...plugins])
  );
  assert.deepEqual(where.filter(([feature]) => feature === "p.matching"), [["p.matching", "p"]]);
  assert.ok(where.some((place) => place.join() === "p.total"), "the shared site has the rest");
});

Deno.test("lowerSet() keeps a plugin called shared apart from the site all share", () => {
  const plugins = [{
    name: "shared",
    body: "source s { k string key, ts timestamp time, x f64 }\n" +
      "feature half on s { h = ${half}(x) as f64 }\nfeature total on half { n = sum(h) over 1m }",
  }];
  const { features, sources } = compileCase({
    ...caseOf({
      ...{ name: "", plugin: "", rows: {}, features: [] },
      spine: grid(1),
      range: [0, 1],
      expected: "",
    }),
    plugins,
    features: [{ name: "t", definition: "shared.total" }],
  });
  const source = sources.get("shared.s") ?? assert.fail("no source");
  const { sites } = planOf([], {
    features: features.map(({ name, feature }) => toSetFeature(name, feature)),
    spine: { kind: "grid", everyUs: 1_000_000, of: { kind: "source", source }, pins: {} },
  });
  assert.deepEqual(sites.map(({ plugins }) => plugins).sort(), [[], ["shared"]]);
});

Deno.test("lowerSet() is a pure function: the same request gives the same plan", () => {
  const names = ["asked", "ratio", "total"];
  assert.deepEqual(planOf(names), planOf(names));
});

Deno.test("lowerSet() keeps kernels out of the text of names", () => {
  for (const { kernels } of planOf(["total", "asked"]).sites) {
    for (const { text } of kernels) assert.doesNotMatch(text.body, /unused|total|asked/);
  }
});

Deno.test("plans of random sets are sound, for 1 and 3 partitions", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const testCase = randomCase(seed);
    const compiled = compileCase(testCase);
    const set = compiled.features.map(({ name, feature }) => toSetFeature(name, feature));
    const { spine, label, startUs, endUs } = testCase;
    const chosen = spine.kind === "table"
      ? undefined
      : streamChoiceOf(compiled, spine.kind === "grid" ? spine.keysOf : spine.of);
    const of = chosen === undefined || typeof chosen === "number"
      ? { kind: "feature", feature: set[chosen ?? 0]!.feature } as const
      : { kind: "source", source: chosen } as const;
    const labelled = label && { ...set[label.feature]!, lookaheadUs: label.lookaheadUs };
    const keys = of.kind === "feature" ? of.feature.keys.map(({ name }) => name) : of.source.keys;
    const readable = (feature: SetFeature) =>
      Object.keys(feature.keys).every((key) => keys.includes(key));
    for (const partitions of [1, 3]) {
      const plan = lowerSet({
        features: set.filter(readable),
        ...(labelled && readable(labelled) ? { label: labelled } : {}),
        spine: spine.kind === "grid"
          ? { kind: "grid", everyUs: spine.everyUs, of, pins: {} }
          : { kind: "rows", of, pins: {} },
        startUs,
        endUs,
        rowsOf: set.map(({ feature }) => feature),
        partitions,
      });
      assert.deepEqual(faultsOf(plan), [], `seed ${seed}, ${partitions} partitions`);
      assert.deepEqual(structuredClone(plan.sites), plan.sites, "a plan is plain data");
    }
  }
});
