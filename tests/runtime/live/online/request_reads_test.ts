/** Features on requests, read online over a real pipeline. */
import assert from "node:assert/strict";
import { SymbolTable } from "../../../../runtime/arrow/mod.ts";
import type { FeaturizerError } from "../../../../runtime/errors.ts";
import type { Entity } from "../../../../runtime/live/online/entity_columns.ts";
import { createOnlineReader } from "../../../../runtime/live/online/online_reader.ts";
import { RequestTexts } from "../../../../runtime/live/online/request_texts.ts";
import { batchFrom } from "../../../support/batches.ts";
import { LiveCase, LiveRun } from "../pipeline/live_case.ts";
import { MemoryCheckpoints } from "../pipeline/memory_checkpoints.ts";

const SECOND_US = 1_000_000;

async function open() {
  const live = new LiveCase({
    seed: 0,
    plugins: [{
      name: "p",
      body: `
        source rows { card string key, ts timestamp time, x f64 }
        request tx { card string key, amount f64, place string }
        feature ratio on tx join spend { r = amount / spend.total, place = upper(place) }
        feature spend on rows { total = sum(x) over 1m }
        feature large on ratio { big = r > 2 }
      `,
    }],
    sources: [],
    features: ["ratio", "spend", "large"].map((name) => ({ name, definition: `p.${name}` })),
    spine: { kind: "grid", everyUs: SECOND_US, keysOf: "p.rows" },
    startUs: 0,
    endUs: 1,
    partitions: 2,
    batchRows: 1,
  });
  const run = new LiveRun(live, new SymbolTable(), new MemoryCheckpoints());
  await run.open();
  const reader = createOnlineReader({
    features: live.features.map((set) => ({
      set,
      pipeline: run.pipeline,
      knows: (_, length) => new Array<boolean>(length).fill(true),
    })),
    symbols: run.symbols,
    clock: { nowUs: () => 10 * SECOND_US },
  });
  const { columns } = live.plan.sources[0]!.source;
  const cells = [{ card: "a", ts: SECOND_US, x: 10 }, { card: "b", ts: SECOND_US, x: 5 }];
  const time = Float64Array.from(cells, ({ ts }) => ts);
  const sequence = Float64Array.from(cells, (_, row) => row);
  run.publish("p.rows", { ...batchFrom(cells, columns, run.symbols), time, sequence });
  return {
    run,
    plan: live.plan,
    read: async (features: readonly string[], entities: readonly Entity[]) => {
      const { rows } = await reader.read({ features, entities });
      return rows.map((values) => values.map(({ status, values }) => [status, values]));
    },
    [Symbol.asyncDispose]: () => run.pipeline.close(),
  };
}

Deno.test("a request's columns come from the entity and meet the value of now", async () => {
  await using live = await open();
  const answers = await live.read(["ratio", "spend", "large"], [
    { card: "a", amount: 5, place: "Rome" },
    { card: "b", amount: 50, place: "Oslo" },
    { card: "c", amount: null, place: null },
  ]);
  assert.deepEqual(answers, [
    [["OK", { r: 0.5, place: "ROME" }], ["OK", { total: 10 }], ["OK", { big: false }]],
    [["OK", { r: 10, place: "OSLO" }], ["OK", { total: 5 }], ["OK", { big: true }]],
    [["OK", { r: null, place: null }], ["OK", { total: 0 }], ["OK", { big: null }]],
  ]);
});

Deno.test("a column that the entity lacks is named, and others need not bring it", async () => {
  await using live = await open();
  await assert.rejects(
    live.read(["ratio"], [{ card: "a", place: "x" }]),
    (error: FeaturizerError) =>
      error.code === "ENTITY_INCOMPLETE" && /entity 0 has no "amount"/.test(error.message),
  );
  assert.deepEqual(await live.read(["spend"], [{ card: "a" }]), [[["OK", { total: 10 }]]]);
});

Deno.test("a null is no key: nothing is known of it", async () => {
  await using live = await open();
  assert.deepEqual(await live.read(["spend", "ratio"], [{ card: null, amount: 1, place: "x" }]), [
    [["OK", { total: null }], ["OK", { r: null, place: "X" }]],
  ]);
});

Deno.test("a feature on a request has no rows", async () => {
  await using live = await open();
  assert.deepEqual(live.plan.rows.map(({ columns }) => columns.map(({ name }) => name)), [
    ["card", "total"],
  ]);
});

Deno.test("texts of requests have a bound, those of rows cost nothing", () => {
  const symbols = new SymbolTable();
  const known = symbols.intern("known");
  const texts = new RequestTexts(symbols, 150);
  texts.keep("known", "f");
  texts.keep("one", "f");
  texts.keep("two", "f");
  texts.keep("one", "f");
  assert.throws(
    () => texts.keep("three", "f"),
    (error: FeaturizerError) => error.code === "REQUEST_TEXTS_FULL" && /"f"/.test(error.message),
  );
  assert.equal(symbols.find("known"), known);
  assert.ok(symbols.find("three") < 0);
});
