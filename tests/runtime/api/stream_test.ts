import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import { StreamClient } from "../../support/stream_client.ts";
import { eventually, openServer } from "./api_server.ts";
import { NOW_US } from "./live_double.ts";

Deno.test("a subscriber gets the next rows, keys and times first", async () => {
  await using server = openServer();
  server.system.emit(["old"]);
  await using client = await StreamClient.open(server.url);
  client.send({ kind: "subscribe", id: "1", series: "spend" });
  const subscribed = await client.message("subscribed");
  assert.equal(subscribed.after, 1);
  assert.deepEqual(subscribed.columns, [
    { name: "card", type: "string" },
    { name: "timestamp", type: "timestamp" },
    { name: "total", type: "f64" },
    { name: "seen", type: "timestamp" },
  ]);
  server.system.emit(["a", "b"]);
  const frame = await client.message("rows");
  assert.deepEqual(frame, {
    kind: "rows",
    id: "1",
    series: "spend",
    first: 2,
    last: 3,
    rows: [
      { card: "a", timestamp: at(2), total: 2, seen: at(2) },
      { card: "b", timestamp: at(3), total: 3, seen: at(3) },
    ],
  });
});

Deno.test("after a disconnect nothing is lost and nothing comes twice", async () => {
  await using server = openServer();
  let seen = 0;
  const totals: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    await using client = await StreamClient.open(server.url);
    client.send({ kind: "subscribe", id: "1", series: "spend", after: seen });
    await client.message("subscribed");
    server.system.emit(["a", "b", "c"]);
    server.system.emit(["d"]);
    const rows = await client.rows(turn === 0 ? 4 : 7);
    totals.push(...rows.slice(0, 4).map(({ total }) => total));
    seen += 4;
    server.system.emit(["while", "it", "is away"]);
  }
  assert.deepEqual(totals, Array.from({ length: 20 }, (_, i) => i + 1));
});

Deno.test("a snapshot holds every key's latest row, and rows go on behind it", async () => {
  await using server = openServer();
  server.system.emit(["a", "b", "a"]);
  await using client = await StreamClient.open(server.url);
  client.send({ kind: "subscribe", id: "1", series: "spend", snapshot: true });
  const end = await client.message("snapshot_end");
  assert.equal(end.last, 3);
  const snapshot = await client.message("snapshot");
  assert.deepEqual(
    snapshot.rows.map(({ card, total }: Record<string, unknown>) => [card, total]).sort(),
    [["a", 3], ["b", 2]],
  );
  server.system.emit(["c"]);
  assert.equal((await client.message("rows")).first, 4);
});

Deno.test("a filter by key keeps row numbers, and takes keys that are yet to come", async () => {
  await using server = openServer();
  await using client = await StreamClient.open(server.url);
  client.send({ kind: "subscribe", id: "1", series: "spend", keys: { card: ["b", "new"] } });
  await client.message("subscribed");
  server.system.emit(["a", "b", "c", "b"]);
  server.system.emit(["a"]);
  server.system.emit(["a", "new"]);
  const rows = await client.rows(3);
  assert.deepEqual(rows.map(({ card, total }) => [card, total]), [["b", 2], ["b", 4], ["new", 7]]);
  const frames = client.heard.filter(({ kind }) => kind === "rows");
  assert.deepEqual(frames.map(({ first, last, numbers }) => [first, last, numbers]), [
    [1, 4, [2, 4]],
    [6, 7, [7]],
  ]);
});

Deno.test("Arrow frames are read by apache-arrow", async () => {
  await using server = openServer();
  await using client = await StreamClient.open(server.url);
  client.send({ kind: "subscribe", id: "x", series: "spend", format: "arrow", after: 0 });
  await client.message("subscribed");
  server.system.emit(["a", "b"]);
  const { header, ipc } = await client.until(({ arrow }) => arrow[0]);
  assert.deepEqual(header, { kind: "rows", id: "x", series: "spend", first: 1, last: 2 });
  assert.equal(ipc.byteOffset % 8, 0);
  const table = tableFromIPC(ipc);
  assert.deepEqual(table.schema.fields.map(({ name }) => name), [
    "card",
    "timestamp",
    "total",
    "seen",
  ]);
  assert.deepEqual([...table.getChild("card")!], ["a", "b"]);
  assert.deepEqual([...table.getChild("total")!], [1, 2]);
});

Deno.test("rows pushed over the socket are answered with a receipt, in order", async () => {
  await using server = openServer();
  await using client = await StreamClient.open(server.url);
  for (const id of ["1", "2"]) {
    client.send({ kind: "push", id, source: "payments", rows: [{ card: id }] });
  }
  const second = await client.message("receipt", "2");
  assert.equal(second.token, "t2");
  assert.deepEqual(server.system.pushed.map(({ text }) => text), [
    '[{"card":"1"}]',
    '[{"card":"2"}]',
  ]);
});

Deno.test("mistakes are answered by name, and the socket goes on", async () => {
  await using server = openServer({ requestBytes: 200 });
  await using client = await StreamClient.open(server.url);
  const wrong: [string, unknown, RegExp][] = [
    ["1", { kind: "subscribe", id: "1", series: "spent" }, /did you mean "spend"/],
    ["2", { kind: "subscribe", id: "2", series: "spend", keys: { crad: "a" } }, /"crad" is no key/],
    ["3", { kind: "subscribe", id: "3", series: "spend", policy: "wait" }, /policy/],
    ["4", { kind: "unsubscribe", id: "4" }, /there is none of that id/],
    ["5", { kind: "push", id: "5", source: "nothing", rows: [] }, /Cannot find source "nothing"/],
    ["6", { kind: "subscribe", id: "6", series: "spend", after: 1, snapshot: true }, /exclude/],
  ];
  for (const [id, message, state] of wrong) {
    client.send(message);
    assert.match((await client.message("error", id)).problem.detail, state);
  }
  client.send("no json");
  client.send({ kind: "x".repeat(300) });
  const errors = await client.until(({ heard }) => {
    const unnamed = heard.filter(({ kind, id }) => kind === "error" && id === undefined);
    return unnamed.length === 2 ? unnamed : undefined;
  });
  assert.match(errors[0]!.problem.detail, /it is no JSON/);
  assert.match(errors[1]!.problem.detail, /longer than 200 bytes/);
  client.send({ kind: "ping", id: "p" });
  await client.message("pong", "p");
});

Deno.test("an unsubscribed series is followed no longer, and its id is free again", async () => {
  await using server = openServer();
  await using client = await StreamClient.open(server.url);
  client.send({ kind: "subscribe", id: "1", series: "spend", after: 0 });
  await client.message("subscribed");
  client.send({ kind: "subscribe", id: "1", series: "spend" });
  assert.match((await client.message("error", "1")).problem.detail, /there is one of that id/);
  client.send({ kind: "unsubscribe", id: "1" });
  await client.message("unsubscribed");
  await eventually(() => server.system.hub("spend").followers === 0);
  client.send({ kind: "subscribe", id: "1", series: "spend", after: 0 });
  await client.until(({ heard }) => heard.filter(({ kind }) => kind === "subscribed")[1]);
  server.system.emit(["a"]);
  assert.equal((await client.rows(1)).length, 1);
});

Deno.test("a pipeline that stops is told to its subscribers", async () => {
  await using server = openServer();
  await using client = await StreamClient.open(server.url);
  client.send({ kind: "subscribe", id: "1", series: "spend", after: 0 });
  await client.message("subscribed");
  server.system.hub("spend").fail(new Error("inside"));
  assert.equal((await client.message("error", "1")).problem.code, "INTERNAL");
});

Deno.test("a token comes as a protocol, and scopes hold on the socket", async () => {
  await using server = openServer({
    tokens: [{ name: "dashboard", token: "r-1", scopes: ["read"] }],
  });
  await assert.rejects(StreamClient.open(server.url), /refused/);
  await using client = await StreamClient.open(server.url, ["featurizer.v1", "bearer.r-1"]);
  client.send({ kind: "push", id: "1", source: "payments", rows: [] });
  assert.equal((await client.message("error", "1")).problem.code, "SCOPE_MISSING");
});

Deno.test("no more sockets than are allowed; closing the API closes them", async () => {
  await using server = openServer({ maxSockets: 1 });
  await using client = await StreamClient.open(server.url);
  await assert.rejects(StreamClient.open(server.url), /refused/);
  server.app.close();
  assert.equal((await client.untilClosed()).code, 1001);
});

Deno.test("a thousand sockets share one follow and one encoding", async () => {
  await using server = openServer();
  const clients = await Promise.all(
    Array.from({ length: 1000 }, () => StreamClient.open(server.url)),
  );
  for (const client of clients) client.send({ kind: "subscribe", id: "1", series: "spend" });
  await Promise.all(clients.map((client) => client.message("subscribed")));
  for (let batch = 0; batch < 10; batch++) {
    server.system.emit(Array.from({ length: 20 }, (_, i) => `card${i}`));
  }
  const heard = await Promise.all(clients.map((client) => client.rows(200)));
  for (const rows of heard) {
    assert.deepEqual(rows.map(({ total }) => total), Array.from({ length: 200 }, (_, i) => i + 1));
  }
  assert.equal(server.system.follows, 1);
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
});

function at(row: number): string {
  return `2023-02-01T10:00:00.${String((NOW_US + row) % 1e6).padStart(6, "0").replace(/0+$/, "")}Z`;
}
