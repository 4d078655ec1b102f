import assert from "node:assert/strict";
import { SlowReader } from "../../support/slow_reader.ts";
import type { Heard } from "../../support/stream_client.ts";
import { eventually, openServer } from "./api_server.ts";

const CARDS = Array.from({ length: 8192 }, (_, i) => `card ${i % 100}`);
/** Far more than the operating system buffers between the two ends. */
const BATCHES = 40;
const ALL = BATCHES * CARDS.length;

Deno.test("drop-oldest: what a slow reader does not get, a gap tells", async () => {
  await using server = openServer();
  using reader = await subscribe(server.port, { policy: "drop-oldest", buffer: 2_000_000 });
  emitAll(server);
  const { droppedRows } = server.app.streams();
  assert.ok(droppedRows > 0);
  let next = 1;
  let missed = 0;
  while (next <= ALL) {
    const message = (await reader.read())!;
    assert.equal(message["first"] ?? message["from"], next);
    if (message.kind === "gap") missed += message["to"] - message["from"] + 1;
    next = (message["last"] ?? message["to"]) + 1;
  }
  assert.equal(missed, droppedRows);
});

Deno.test("conflate: a slow reader gets the latest row of every key", async () => {
  await using server = openServer();
  using reader = await subscribe(server.port, { policy: "conflate", buffer: 500_000 });
  emitAll(server);
  assert.ok(server.app.streams().conflatedRows > 0);
  const latest = new Map<string, number>();
  let message: Heard;
  do {
    message = (await reader.read())!;
    assert.equal(message.kind, "rows");
    for (const { card, total } of message["rows"]) {
      assert.ok(total > (latest.get(card) ?? 0));
      latest.set(card, total);
    }
  } while (message["last"] < ALL);
  assert.equal(latest.size, 100);
  for (const total of latest.values()) assert.ok(total > ALL - CARDS.length);
});

Deno.test("disconnect: a slow reader is closed, others go on", async () => {
  await using server = openServer();
  using reader = await subscribe(server.port, { policy: "disconnect", buffer: 500_000 });
  using other = await subscribe(server.port, { policy: "drop-oldest", id: "other" });
  emitAll(server);
  await eventually(() => server.app.streams().closedSlow === 1);
  let next = 1;
  for (let message = await reader.read(); message; message = await reader.read()) {
    if (message.kind !== "rows") continue;
    assert.equal(message["first"], next);
    next = message["last"] + 1;
  }
  assert.ok(next < ALL);
  assert.equal((await other.read())!["first"], 1);
  assert.equal(server.app.streams().sockets, 1);
});

Deno.test("history goes at the pace of its reader: nothing is dropped", async () => {
  await using server = openServer();
  emitAll(server);
  using reader = await subscribe(server.port, { policy: "disconnect", buffer: 1024, after: 0 });
  for (let next = 1; next <= ALL;) {
    const message = (await reader.read())!;
    assert.deepEqual([message.kind, message["first"]], ["rows", next]);
    next = message["last"] + 1;
  }
});

async function subscribe(
  port: number,
  options: Readonly<Record<string, unknown>>,
): Promise<SlowReader> {
  const reader = await SlowReader.open(port, "/v1/stream");
  await reader.send({ kind: "subscribe", id: "1", series: "spend", ...options });
  assert.equal((await reader.read())!.kind, "subscribed");
  return reader;
}

/** At once, so that even a reader on this machine is behind. */
function emitAll({ system }: ReturnType<typeof openServer>): void {
  for (let batch = 0; batch < BATCHES; batch++) system.emit(CARDS);
}
