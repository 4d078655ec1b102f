/** A row that cannot be computed fails the run, and the failure names the feature. */
import assert from "node:assert/strict";
import { compileCase } from "../support/compiled_case.ts";
import { engineOutcome } from "../support/engine_outcome.ts";
import { caseOf, grid } from "../support/golden_case.ts";
import { oracleOutcome } from "../support/oracle_outcome.ts";
import type { Outcome } from "../support/outcome.ts";

function compiledWith(body: string, head = ""): ReturnType<typeof compileCase> {
  return compileCase(caseOf({
    name: "",
    plugin: `source s { k string key, ts timestamp time, n i64 }
      feature broken on s ${head} { ${body} }`,
    rows: { s: "k ts n\n a 1s 1\n b 2s 9007199254740991\n a 3s 3" },
    features: ["broken"],
    spine: grid(1),
    range: [0, 5],
    expected: "",
  }));
}

function assertFailed(outcome: Outcome): void {
  if (outcome.kind === "set") assert.fail("the run gave a set");
  assert.match(outcome.message, /broken/);
}

Deno.test("integers beyond 2^53 - 1 fail the run", async () => {
  const compiled = compiledWith("next = n + 1");
  assert.equal(oracleOutcome(compiled).kind, "failed");
  assertFailed(await engineOutcome(compiled));
});

Deno.test("a sum of integers beyond 2^53 - 1 fails the run", async () => {
  const compiled = compiledWith("all = sum(n * 1) over ever");
  assert.equal(oracleOutcome(compiled).kind, "set");
  assert.equal((await engineOutcome(compiled)).kind, "set");
  const doubled = compiledWith("all = sum(n) over ever + sum(n) over ever");
  assert.equal(oracleOutcome(doubled).kind, "failed");
  assertFailed(await engineOutcome(doubled));
});

Deno.test("a hole that throws fails the run", async () => {
  const compiled = compiledWith("bad = ${explode}(n) as f64");
  assertFailed(await engineOutcome(compiled));
});

Deno.test("a state that no snapshot could keep fails the run at its first row", async () => {
  const outcome = await engineOutcome(compiledWith("n i64", "fold ${leaking}"));
  assertFailed(outcome);
  assert.match(outcome.kind === "failed" ? outcome.message : "", /state of the reducer .*function/);
});

Deno.test("an aggregate that throws is named", async () => {
  const outcome = await engineOutcome(compiledWith("bad = ${faulty}(n) as f64 over ever"));
  assertFailed(outcome);
  assert.match(
    outcome.kind === "failed" ? outcome.message : "",
    /add of the aggregate "faulty" threw: \d+ is too much/,
  );
});

Deno.test("2^53 - 1 itself is exact", async () => {
  const outcome = await engineOutcome(compiledWith("same = n, less = n - 1"));
  if (outcome.kind === "failed") assert.fail(outcome.message);
  const values = outcome.rows.filter((row) => row["k"] === "b").map((row) => row["f0.less"]);
  assert.deepEqual(values, [2 ** 53 - 2, 2 ** 53 - 2, 2 ** 53 - 2]);
});
