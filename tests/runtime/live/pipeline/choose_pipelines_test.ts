import assert from "node:assert/strict";
import { planFeatures } from "../../../../runtime/live/pipeline/live_plan.ts";
import { choosePipelines } from "../../../../runtime/live/pipeline/choose_pipelines.ts";
import {
  manifestOf,
  printManifest,
  requireSameSchema,
} from "../../../../runtime/live/pipeline/pipeline_manifest.ts";
import type { SetFeature } from "../../../../dsl/mod.ts";
import type { CheckpointInfo } from "../../../../runtime/store/mod.ts";
import { compileCase } from "../../../support/compiled_case.ts";

const BODY = `
  source a { k string key, ts timestamp time, x f64 }
  source b { k string key, ts timestamp time, y f64 }
  feature one on a { s = sum(x) over 1m }
  feature two on a { n = count() over 1m }
  feature both on a join b within 1m { d = x - b.y }
`;

function featuresOf(names: readonly string[], body = BODY): readonly SetFeature[] {
  const { features } = compileCase({
    seed: 0,
    plugins: [{ name: "p", body }],
    features: names.map((name) => ({ name, definition: `p.${name}` })),
    spine: { kind: "grid", everyUs: 1, keysOf: "p.a" },
    startUs: 0,
    endUs: 1,
    sources: [],
    partitions: 1,
    batchRows: 1,
  });
  return features.map(({ name, feature }) => ({ name, feature, keys: {} }));
}

function manifest(features: readonly SetFeature[]) {
  return manifestOf("features", features, planFeatures(features, 2).plan);
}

function checkpointOf(
  pipeline: string,
  features: readonly SetFeature[],
  id: number,
): CheckpointInfo {
  const identity = printManifest(manifest(features));
  return {
    id,
    pipeline,
    identity,
    shards: 2,
    createdUs: id,
    positions: {},
    bytes: 0,
    writtenBytes: 0,
  };
}

const shown = (chosen: ReturnType<typeof choosePipelines>) =>
  chosen.map(({ name, features, checkpoint }) =>
    `${name}: ${features.map((set) => set.name)} from ${checkpoint?.id ?? "the log"}`
  );

Deno.test("choosePipelines() puts features of the same sources together", () => {
  assert.deepEqual(shown(choosePipelines(featuresOf(["one", "both", "two"]), [])), [
    "p.a: one,two from the log",
    "p.a+p.b: both from the log",
  ]);
});

Deno.test("choosePipelines() begins a new feature beside those that go on", () => {
  const [one, two] = featuresOf(["one", "two"]) as [SetFeature, SetFeature];
  const first = checkpointOf("p.a", [one], 1);
  assert.deepEqual(shown(choosePipelines([two, one], [first])), [
    "p.a: one from 1",
    "p.a#2: two from the log",
  ]);
  const second = checkpointOf("p.a#2", [two], 2);
  assert.deepEqual(shown(choosePipelines([two, one], [first, second])), [
    "p.a#2: two from 2",
    "p.a: one from 1",
  ]);
});

Deno.test("choosePipelines() goes on from the newest of checkpoints with one feature", () => {
  const [one, two] = featuresOf(["one", "two"]) as [SetFeature, SetFeature];
  const stale = checkpointOf("p.a#2", [two], 1);
  const fresh = checkpointOf("p.a", [one, two], 2);
  assert.deepEqual(shown(choosePipelines([one, two], [stale, fresh])), ["p.a: one,two from 2"]);
});

Deno.test("requireSameSchema() names what has changed, and lets pass what state does not depend on", () => {
  const before = manifest(featuresOf(["one", "two"]));
  const documented = BODY.replace("feature one", "/// The sum.\n  feature one");
  requireSameSchema("p.a", before, manifest(featuresOf(["one", "two"], documented)));
  const longer = featuresOf(["one", "two"], BODY.replace("sum(x) over 1m", "sum(x) over 2m"));
  assert.throws(() => requireSameSchema("p.a", before, manifest(longer)), {
    code: "STATE_CHANGED",
    message: 'Cannot restore pipeline "p.a": feature "one" is another one',
  });
  assert.throws(() => requireSameSchema("p.a", before, manifest(featuresOf(["one"]))), {
    message: /feature "two" is gone/,
  });
});
