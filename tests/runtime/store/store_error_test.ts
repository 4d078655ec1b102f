import assert from "node:assert/strict";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { isLocked, storeError } from "../../../runtime/store/store_error.ts";

function failure(code: string, message: string = code): Error {
  return Object.assign(new Error(message), { code });
}

Deno.test("storeError() tells locked, damaged, full, unwritable, failing and unreachable stores apart", () => {
  const codes = [
    failure("SQLITE_BUSY"),
    failure("SQLITE_CORRUPT"),
    failure("SQLITE_FULL"),
    failure("SQLITE_READONLY"),
    failure("SQLITE_IOERR"),
    failure("SERVER_ERROR", "Server returned HTTP status 401"),
    failure("SERVER_ERROR", "Server returned HTTP status 503"),
    new TypeError("error sending request for url"),
  ].map((cause) => storeError(cause, "s").code);
  assert.deepEqual(codes, [
    "STORE_LOCKED",
    "STORE_DAMAGED",
    "STORE_FULL",
    "STORE_UNWRITABLE",
    "STORE_IO",
    "STORE_DENIED",
    "STORE_UNREACHABLE",
    "STORE_UNREACHABLE",
  ]);
});

Deno.test("storeError() keeps the cause, and an error that already is one", () => {
  const cause = failure("SQLITE_ERROR", "near selec");
  const error = storeError(cause, "a.db");
  assert.equal(error.message, 'Cannot use store "a.db": near selec');
  assert.deepEqual([error.domain, error.cause], ["internal", cause]);
  assert.equal(storeError(error, "b.db"), error);
});

Deno.test("isLocked() knows only locks", () => {
  assert.ok(isLocked(storeError(failure("SQLITE_LOCKED"), "s")));
  assert.ok(!isLocked(new FeaturizerError("Cannot x: y", { code: "STORE_FULL" })));
  assert.ok(!isLocked(undefined));
});
