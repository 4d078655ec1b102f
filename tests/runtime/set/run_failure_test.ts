import assert from "node:assert/strict";
import { RunFailure } from "../../../runtime/set/run_failure.ts";

Deno.test("RunFailure.orFail() gives the work, or the first failure if that comes before", async () => {
  const failure = new RunFailure();
  assert.equal(await failure.orFail(Promise.resolve(1)), 1);
  const waiting = failure.orFail(new Promise(() => {}));
  failure.fail(new Error("first"));
  failure.fail(new Error("second"));
  await assert.rejects(waiting, { message: "first" });
  await assert.rejects(failure.orFail(Promise.resolve(2)), { message: "first" });
  await assert.rejects(failure.failed, { message: "first" });
});
