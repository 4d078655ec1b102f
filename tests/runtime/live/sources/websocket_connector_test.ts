import assert from "node:assert/strict";
import { FeaturizerError } from "../../../../runtime/errors.ts";
import { createWebSocketConnector } from "../../../../runtime/live/sources/websocket_connector.ts";
import type { WebSocketSource } from "../../../../runtime/set/mod.ts";
import { RecordedIntake, tradesSource } from "./recorded_intake.ts";

/** A feed whose side of each connection is played by `onConnect`. */
function serveFeed(
  onConnect: (socket: WebSocket, connection: number) => void | Promise<void>,
): { url: string; server: Deno.HttpServer; heard: string[] } {
  let connections = 0;
  const heard: string[] = [];
  const server = Deno.serve({ port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const connection = connections++;
    socket.onopen = () => onConnect(socket, connection);
    socket.addEventListener("message", ({ data }) => heard.push(String(data)));
    return response;
  });
  const { port } = server.addr as Deno.NetAddr;
  return { url: `ws://localhost:${port}`, server, heard };
}

function configOf(url: string, more: Partial<WebSocketSource> = {}): WebSocketSource {
  return {
    kind: "websocket",
    source: "feed.trades",
    attributes: {},
    columns: { symbol: { from: "s" }, ts: { from: "$.E", unit: "ms" }, price: { from: "p[0]" } },
    rows: "data[*]",
    url,
    subscribe: [{ op: "subscribe" }, "hello"],
    ...more,
  };
}

function open(intake: RecordedIntake, config: WebSocketSource) {
  return createWebSocketConnector(config, intake, {
    entry: 1,
    patience: { random: () => 0, wait: () => Promise.resolve() },
  });
}

Deno.test("a WebSocket feed is subscribed to, mapped, and joined anew after a disconnect", async () => {
  const intake = new RecordedIntake(tradesSource());
  const { url, server, heard } = serveFeed(async (socket, connection) => {
    while (heard.length < 2 * (connection + 1)) {
      await new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
    }
    const data = [{ s: `a${connection}`, p: [1.5, 2] }, { s: "b", p: [connection] }];
    socket.send(JSON.stringify({ E: 1000 + connection, data }));
    socket.send(JSON.stringify({ result: "an acknowledgement without rows" }));
    socket.close();
  });
  await intake.run(open(intake, configOf(url)), ({ rowCount }) => rowCount >= 6);
  await server.shutdown();
  assert.deepEqual(intake.rows.slice(0, 6), [
    ["a0", 1_000_000, 1.5],
    ["b", 1_000_000, 0],
    ["a1", 1_001_000, 1.5],
    ["b", 1_001_000, 1],
    ["a2", 1_002_000, 1.5],
    ["b", 1_002_000, 2],
  ]);
  assert.deepEqual(heard.slice(0, 2), ['{"op":"subscribe"}', "hello"]);
  const [first, second, third] = intake.states;
  assert.deepEqual([first, second], ["connecting", "running"]);
  assert.match(third ?? "", /^backoff: Cannot follow "ws:.*": the other side closed it/);
  assert.equal(intake.states.at(-1), "ended");
});

Deno.test("a WebSocket feed counts messages and rows that cannot be read", async () => {
  const intake = new RecordedIntake(tradesSource());
  const { url, server } = serveFeed((socket) => {
    socket.send("no json");
    socket.send(
      new TextEncoder().encode('{"E":5,"data":[7,{"s":"a","p":["x"]},{"s":"a","p":[3]}]}'),
    );
  });
  await intake.run(open(intake, configOf(url)), ({ rowCount }) => rowCount === 4);
  await server.shutdown();
  assert.deepEqual(intake.rows, [["a", 5000, 3]]);
  assert.deepEqual(intake.reasons, [
    "Cannot read the message: it is no JSON",
    "Cannot read the row: it is no JSON object or list",
    'Cannot read "price": "x" is no f64',
  ]);
});

Deno.test("attributes fill a column of a feed, and rows that say otherwise are rejected", async () => {
  const intake = new RecordedIntake(tradesSource());
  const { url, server } = serveFeed((socket) => {
    socket.send('[{"ts":1,"price":1},{"ts":2,"price":2,"symbol":"BTC"},{"ts":3,"symbol":"ETH"}]');
  });
  const { rows: _, ...config } = configOf(url, { columns: {}, attributes: { symbol: "BTC" } });
  await intake.run(open(intake, config), ({ rowCount }) => rowCount === 3);
  await server.shutdown();
  assert.deepEqual(intake.rows, [["BTC", 1, 1], ["BTC", 2, 2]]);
  assert.deepEqual(intake.reasons, [
    'Cannot read the row: it has another "symbol" than the attribute says',
  ]);
});

Deno.test("a WebSocket feed waits while the intake is full, and repeats the batch", async () => {
  const intake = new RecordedIntake(tradesSource());
  intake.failure = new FeaturizerError('Cannot push to "feed.trades": the intake is full', {
    code: "INGEST_FULL",
    domain: "external",
    retry: "backoff",
  });
  const { url, server } = serveFeed((socket) => socket.send('{"E":1,"data":[{"s":"a"}]}'));
  await intake.run(open(intake, configOf(url)), ({ rowCount }) => rowCount === 1);
  await server.shutdown();
  assert.equal(intake.failure, undefined);
  assert.deepEqual(intake.rows, [["a", 1000, null]]);
});

Deno.test("a silent WebSocket feed is pinged, and left when it stays silent", async () => {
  const intake = new RecordedIntake(tradesSource());
  const { url, server, heard } = serveFeed(() => {});
  const config = configOf(url, {
    subscribe: [],
    ping: { everyUs: 2000, message: "ping" },
    silenceUs: 30_000,
  });
  const isSilent = (state: string) => state.includes("it has been silent for too long");
  await intake.run(open(intake, config), ({ states }) => states.some(isSilent));
  await server.shutdown();
  assert.equal(heard[0], "ping");
});

Deno.test("a WebSocket feed that is not there is tried again until the signal", async () => {
  const intake = new RecordedIntake(tradesSource());
  const listener = Deno.listen({ port: 0 });
  const { port } = listener.addr;
  listener.close();
  const tries = () => intake.states.filter((state) => state.startsWith("backoff")).length;
  await intake.run(open(intake, configOf(`ws://localhost:${port}`)), () => tries() === 3);
  assert.deepEqual(intake.rows, []);
});
