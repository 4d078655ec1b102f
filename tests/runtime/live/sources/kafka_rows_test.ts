import assert from "node:assert/strict";
import type { KafkaMessage } from "../../../../runtime/live/sources/kafka_topic.ts";
import {
  createReadMessages,
  type PlacedRows,
} from "../../../../runtime/live/sources/kafka_rows.ts";
import type { KafkaSource } from "../../../../runtime/set/mod.ts";
import { RecordedIntake, tradesSource } from "./recorded_intake.ts";

const encoder = new TextEncoder();

function configOf(format: KafkaSource["format"], more: Partial<KafkaSource> = {}): KafkaSource {
  return {
    kind: "kafka",
    source: "feed.trades",
    attributes: {},
    columns: {},
    brokers: ["localhost:9092"],
    topic: "trades",
    format,
    from: "start",
    tls: false,
    ...more,
  };
}

function messagesOf(texts: readonly string[]): KafkaMessage[] {
  return texts.map((text, place) => ({ offset: BigInt(10 + place), value: encoder.encode(text) }));
}

async function readAll(
  config: KafkaSource,
  messages: readonly KafkaMessage[],
  intake: RecordedIntake,
): Promise<PlacedRows[]> {
  const context = {
    // A message `2,3` stands for two batches of so many rows, the last row of each rejected.
    async *decode(body: Uint8Array) {
      for (const rows of new TextDecoder().decode(body).split(",").map(Number)) {
        await Promise.resolve();
        const columns = [
          new Int32Array(rows).fill(-1),
          new Float64Array(rows).fill(rows),
          new Float64Array(rows).fill(NaN),
        ];
        yield { batch: { length: rows, columns }, rejected: [{ row: rows - 1, reason: "bad" }] };
      }
    },
  };
  const found: PlacedRows[] = [];
  for await (const rows of createReadMessages(config, intake)(messages, context)) found.push(rows);
  return found;
}

Deno.test("batches of many messages end between messages", async () => {
  const intake = new RecordedIntake(tradesSource());
  const many = JSON.stringify(Array.from({ length: 5000 }, (_, ts) => ({ symbol: "a", ts })));
  const found = await readAll(configOf("json"), messagesOf([many, many, many, "[]"]), intake);
  assert.deepEqual(found.map(({ block, next }) => [block.batch.length, next]), [
    [10_000, 12n],
    [5000, 14n],
  ]);
});

Deno.test("messages without rows make no batch", async () => {
  const intake = new RecordedIntake(tradesSource());
  const config = configOf("json", { rows: "data[*]" });
  assert.deepEqual(await readAll(config, messagesOf(['{"a":1}', '{"data":[]}']), intake), []);
});

Deno.test("the batches of an Arrow message become one, so that its place is kept with all of its rows", async () => {
  const intake = new RecordedIntake(tradesSource());
  const config = configOf("arrow", { attributes: { symbol: "BTC" } });
  const [first, second] = await readAll(config, messagesOf(["2,3", "1"]), intake);
  assert.deepEqual([first?.next, second?.next], [11n, 12n]);
  assert.deepEqual(first?.block.rejected.map(({ row }) => row), [1, 4]);
  assert.deepEqual([...first?.block.batch.columns[1] as Float64Array], [2, 2, 3, 3, 3]);
  const code = (second?.block.batch.columns[0] as Int32Array)[0]!;
  assert.equal(intake.symbols.text(code), "BTC");
});
