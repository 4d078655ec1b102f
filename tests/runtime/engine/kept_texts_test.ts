import assert from "node:assert/strict";
import { KeptTexts, textsIn } from "../../../runtime/engine/kept_texts.ts";

Deno.test("KeptTexts gives texts back, and each snapshot begins with the one before", () => {
  const texts: string[] = [];
  const kept = new KeptTexts(texts);
  assert.deepEqual(textsIn(kept.snapshot()), []);
  let before = kept.snapshot();
  for (const more of [["", "a", "é😀"], Array.from({ length: 500 }, (_, i) => `text ${i}`), []]) {
    texts.push(...more);
    const now = kept.snapshot();
    assert.deepEqual(textsIn(now), texts);
    assert.deepEqual(now.bytes.subarray(0, before.bytes.length), before.bytes);
    assert.deepEqual(now.ends.subarray(0, before.ends.length), before.ends);
    before = now;
  }
});
