import assert from "node:assert/strict";
import { parseJunit } from "./junit.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.1">
  <testsuite name="./a_test.ts" tests="4" disabled="1" errors="0" failures="1">
    <testcase name="a &lt;b&gt; &amp; &quot;c&quot;" classname="./a_test.ts" time="0.25" line="1" col="6">
    </testcase>
    <testcase name="needs data" classname="./a_test.ts" time="0.000" line="2" col="6">
      <skipped/>
    </testcase>
    <testcase name="bad" classname="./a_test.ts" time="0.002" line="3" col="6">
      <failure message="no">Error: no ]]&gt; more</failure>
    </testcase>
  </testsuite>
</testsuites>`;

Deno.test("parseJunit() reads names, outcomes and seconds", () => {
  assert.deepEqual(parseJunit(REPORT), [
    { file: "./a_test.ts", name: 'a <b> & "c"', seconds: 0.25, outcome: "passed" },
    { file: "./a_test.ts", name: "needs data", seconds: 0, outcome: "skipped" },
    { file: "./a_test.ts", name: "bad", seconds: 0.002, outcome: "failed" },
  ]);
});

Deno.test("parseJunit() of an empty report is empty", () => {
  assert.deepEqual(parseJunit("<testsuites></testsuites>"), []);
});
