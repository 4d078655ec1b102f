/** Every case that stands beside a built-in plugin. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { failureLines } from "../../runtime/cli/case_text.ts";
import { findCaseFiles } from "../../runtime/cli/case_files.ts";
import { runCases } from "../../runtime/set/mod.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { captureTerminal } from "../runtime/cli/captured_terminal.ts";

const PLUGINS = fileURLToPath(new URL("../../plugins", import.meta.url));

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

for (const file of await findCaseFiles([PLUGINS])) {
  const name = file.slice(PLUGINS.length + 1);
  Deno.test(`cases of ${name}`, async (test) => {
    const launcher = createDirectLauncher();
    const { out } = captureTerminal();
    for await (const result of runCases(file, { launcher })) {
      await test.step(result.name, () => {
        const lines = failureLines(out, result);
        assert.ok(lines.length === 0, `${name}:${result.line}\n${lines.join("\n")}`);
      });
    }
  });
}
