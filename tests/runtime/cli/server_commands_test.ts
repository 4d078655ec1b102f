import assert from "node:assert/strict";
import { startLines } from "../../../runtime/cli/serve_text.ts";
import { readTokens } from "../../../runtime/cli/token_file.ts";
import { ingestFull } from "../api/live_double.ts";
import { openServer } from "../api/api_server.ts";
import { captureTerminal } from "./captured_terminal.ts";
import { callCommand } from "./command_call.ts";

const TOKEN = "0123456789abcdef";

Deno.test("ingest pushes an NDJSON file in parts of whole lines, each with a key", async () => {
  await using server = openServer();
  const line = JSON.stringify({ card: "a".repeat(1000) });
  const text = `${Array(6000).fill(line).join("\n")}\n`;
  await using file = await temporaryFile(".ndjson", text);
  const url = `http://localhost:${server.port}`;
  const { code, out } = await callCommand(["ingest", "payments", file.path, "--url", url]);
  assert.equal(code, 0);
  assert.match(out, /admitted +2 rows/);
  assert.equal(server.system.pushed.map(({ text }) => text).join(""), text);
  const keys = server.system.pushed.map(({ options }) => options.idempotencyKey);
  assert.equal(new Set(keys).size, 2);
  for (const { text } of server.system.pushed) assert.ok(text.endsWith("}\n"));
});

Deno.test("ingest waits while the server is full, and goes on", async () => {
  await using server = openServer();
  server.system.failure = ingestFull();
  await using file = await temporaryFile(".json", "[]");
  const url = `http://localhost:${server.port}`;
  const called = callCommand(["ingest", "payments", file.path, "--url", url, "--json"]);
  await server.system.refused.promise;
  server.system.failure = undefined;
  const { code, out } = await called;
  assert.equal(code, 0, out);
  assert.equal(JSON.parse(out).admitted, 1);
});

Deno.test("what the server refuses is said in its words; a server that is not there by name", async () => {
  await using server = openServer();
  await using file = await temporaryFile(".json", "[]");
  const url = `http://localhost:${server.port}`;
  const wrong = await callCommand(["ingest", "payment", file.path, "--url", url]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /UNKNOWN_SOURCE.*Cannot find source "payment"/);
  const csv = await callCommand(["ingest", "payments", "rows.csv", "--url", url]);
  assert.equal(csv.code, 2);
  const nobody = await callCommand(["savepoint", "x", "--url", "http://localhost:1"]);
  assert.equal(nobody.code, 3);
  assert.match(nobody.err, /SERVER_UNREACHABLE/);
});

Deno.test("savepoint sends the token of a file", async () => {
  await using server = openServer({
    tokens: [{ name: "operator", token: TOKEN, scopes: ["admin"] }],
  });
  await using file = await temporaryFile(".txt", `${TOKEN} admin operator\n`);
  const url = `http://localhost:${server.port}`;
  assert.equal((await callCommand(["savepoint", "one", "--url", url])).code, 1);
  const { code, out } = await callCommand(
    ["savepoint", "one", "--url", url, "--token-file", file.path],
  );
  assert.deepEqual([code, out], [0, "savepoint one\n"]);
  assert.deepEqual(server.system.savepoints, ["one"]);
});

Deno.test("readTokens() reads scopes and names, and refuses what is weak or wrong", async () => {
  await using good = await temporaryFile(".txt", `# ours\n\n${TOKEN} read,write dash board\n`);
  assert.deepEqual(await readTokens(good.path), [
    { token: TOKEN, scopes: ["read", "write"], name: "dash board" },
  ]);
  await using weak = await temporaryFile(".txt", "short read\n");
  await assert.rejects(readTokens(weak.path), /less than 16 characters/);
  await using wrong = await temporaryFile(".txt", `${TOKEN} all\n`);
  await assert.rejects(readTokens(wrong.path), /expected scopes of read, write, admin/);
});

Deno.test("serve refuses other machines without tokens, and a port that is none", async () => {
  const open = await callCommand(["serve", "live.yaml", "--host", "0.0.0.0"]);
  assert.equal(open.code, 1);
  assert.match(open.err, /TOKENS_NEEDED/);
  const port = await callCommand(["serve", "live.yaml", "--port", "x"]);
  assert.equal(port.code, 2);
});

Deno.test("serve begins with commands that can be copied", async () => {
  await using server = openServer();
  const { out } = captureTerminal();
  const lines = startLines(out, server.system.catalog, {
    url: "http://127.0.0.1:8080",
    needsToken: false,
    nowUs: 1_675_245_600_000_000,
  });
  const text = lines.join("\n");
  assert.match(text, /source +payments\.payments by card/);
  assert.ok(text.includes(
    "curl http://127.0.0.1:8080/v1/events/payments.payments -H 'content-type: application/json' " +
      `-d '{"card":"A","at":"2023-02-01T10:00:00.000Z","amount":1}'`,
  ));
  assert.ok(text.includes("curl 'http://127.0.0.1:8080/v1/online/spend?key=A'"));
  assert.match(text, /websocat -n ws:\/\/127\.0\.0\.1:8080\/v1\/stream/);
});

async function temporaryFile(
  suffix: string,
  text: string,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempFile({ suffix });
  await Deno.writeTextFile(path, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}
