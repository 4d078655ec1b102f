import assert from "node:assert/strict";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { parseConfig } from "../../../runtime/set/config.ts";

function parse(limits: string) {
  const text = `plugins: [./shop.ts]
start_date: 2024-05-01
end_date: 2024-05-02
sampling: 1h
limits: ${limits}
feature_configs:
  - {name: spending, feature_definition: shop.spending}
`;
  return parseConfig(text, { file: "set.yaml" });
}

Deno.test("limits of workers are read with their units", () => {
  const { limits } = parse("{call: 3s, silence: 1s, load: 2s, heap_mb: 64, buffer_mb: 128}");
  assert.deepEqual(limits, {
    callMs: 3000,
    silenceMs: 1000,
    loadMs: 2000,
    heapMb: 64,
    bufferMb: 128,
  });
  assert.deepEqual(parse("{silence: 500ms}").limits, { silenceMs: 500 });
});

for (
  const [limits, says] of [
    ["{silence: 1ms}", /expected 100ms or more/],
    ["{heap_mb: 1}", /expected 16 or more megabytes/],
    ["{heap: 64}", /heap/],
    ["3s", /expected a map of call, silence, load, heap_mb and buffer_mb/],
  ] as const
) {
  Deno.test(`limits: ${limits} is refused`, () => {
    assert.throws(() => parse(limits), (error) => {
      assert.ok(error instanceof FeaturizerError);
      assert.match(`${error.message} ${error.hint} ${error.frame}`, says);
      return true;
    });
  });
}
