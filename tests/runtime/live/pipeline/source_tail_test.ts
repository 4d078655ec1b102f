import assert from "node:assert/strict";
import { noRows } from "../../../../runtime/engine/mod.ts";
import { type PublishedRows, SourceTail } from "../../../../runtime/live/pipeline/source_tail.ts";
import { Random } from "../../../support/random.ts";

/** Rows `first` to `last` of a log; the rows themselves matter to nobody here. */
function blockOf(lastPosition: number, rows = 1): PublishedRows {
  return { rows: { ...noRows([]), length: rows }, lastPosition, watermarkUs: lastPosition };
}

/** A log that pauses before each entry until the test goes on. */
class Log {
  readonly blocks: PublishedRows[] = [];

  append(rows = 1): PublishedRows {
    const block = blockOf(this.blocks.length + 1, rows);
    this.blocks.push(block);
    return block;
  }

  async *replay(after: number): AsyncGenerator<PublishedRows> {
    for (let next = after; next < this.blocks.length; next++) yield this.blocks[next]!;
  }
}

function tailOf(log: Log, position = 0): SourceTail {
  return new SourceTail({
    position,
    watermarkUs: -Infinity,
    replay: (after) => log.replay(after),
    liveWatermarkUs: () => log.blocks.length,
  });
}

Deno.test("SourceTail takes every position once, in order, whenever rows come and it falls behind", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = new Random(seed);
    const log = new Log();
    for (let i = random.int(5); i > 0; i--) log.append();
    const tail = tailOf(log);
    const taken: number[] = [];
    const publish = () => {
      const block = log.append(random.pick([1, 1, 40_000]));
      if (tail.offer(block)) taken.push(block.lastPosition);
      tail.advanceTo(block.lastPosition);
    };
    for (let step = 0; step < 60; step++) {
      if (random.chance(0.5)) publish();
      if (random.chance(0.1)) tail.fallBehind();
      if (!tail.isBehind) continue;
      const blocks = tail.catchUp();
      if (random.chance(0.5)) publish();
      for (const { lastPosition } of await blocks) taken.push(lastPosition);
    }
    while (tail.isBehind) {
      for (const { lastPosition } of await tail.catchUp()) taken.push(lastPosition);
    }
    assert.deepEqual(taken, log.blocks.map(({ lastPosition }) => lastPosition), `seed ${seed}`);
    assert.equal(tail.position, log.blocks.length);
    assert.equal(tail.watermarkUs, log.blocks.length);
  }
});

Deno.test("SourceTail's watermark follows the log while it is behind, and the source when it is live", async () => {
  const log = new Log();
  log.append();
  log.append();
  const tail = tailOf(log);
  tail.advanceTo(99);
  assert.equal(tail.watermarkUs, -Infinity);
  await tail.catchUp();
  assert.equal(tail.watermarkUs, 1);
  await tail.catchUp();
  await tail.catchUp();
  assert.equal(tail.isBehind, false);
  tail.advanceTo(99);
  tail.advanceTo(50);
  assert.equal(tail.watermarkUs, 99);
});
