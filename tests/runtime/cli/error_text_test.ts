import assert from "node:assert/strict";
import { errorLines, errorRecord } from "../../../runtime/cli/error_text.ts";
import { exitCodeOf } from "../../../runtime/cli/exit_code.ts";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { captureStream } from "./captured_terminal.ts";

const BAD_CONFIG = new FeaturizerError('Cannot use config "a.yaml": 2 problems', {
  code: "CONFIG_INVALID",
  frame: "1 | a: b\n  |    ^",
  hint: "Correct the marked places.",
});

Deno.test("errorLines() shows code, message, frame and hint", () => {
  assert.deepEqual(errorLines(captureStream(), BAD_CONFIG), [
    'error CONFIG_INVALID: Cannot use config "a.yaml": 2 problems',
    "",
    "  1 | a: b",
    "    |    ^",
    "",
    "hint: Correct the marked places.",
  ]);
});

Deno.test("errorRecord() has what a script needs", () => {
  assert.deepEqual(errorRecord(BAD_CONFIG), {
    code: "CONFIG_INVALID",
    domain: "user",
    message: 'Cannot use config "a.yaml": 2 problems',
    frame: "1 | a: b\n  |    ^",
    hint: "Correct the marked places.",
  });
  assert.equal(errorRecord(new RangeError("x")).domain, "internal");
});

Deno.test("exitCodeOf() follows the domain of the error", () => {
  const of = (domain: "user" | "external" | "internal") =>
    exitCodeOf(new FeaturizerError("Cannot go", { code: "X", domain }));
  assert.deepEqual([of("user"), of("external"), of("internal")], [1, 3, 70]);
  assert.equal(exitCodeOf(new FeaturizerError("Cannot go", { code: "USAGE" })), 2);
  assert.equal(exitCodeOf(new Deno.errors.PermissionDenied("no")), 3);
  assert.equal(exitCodeOf(new DOMException("stop", "AbortError")), 130);
  assert.equal(exitCodeOf(new TypeError("bug")), 70);
});
