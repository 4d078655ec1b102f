import assert from "node:assert/strict";
import { type ApiOptions, createApp } from "../../../runtime/api/mod.ts";
import { LiveDouble, NOW_US } from "./live_double.ts";

const TOKENS = [
  { name: "dashboard", token: "r-1", scopes: ["read"] },
  { name: "producer", token: "w-1", scopes: ["write"] },
  { name: "operator", token: "a-1", scopes: ["admin"] },
] as const;

async function statusOf(
  options: ApiOptions,
  path: string,
  { method = "GET", ...headers }: Record<string, string> = {},
): Promise<number> {
  const app = createApp({ system: new LiveDouble(), clock: { nowUs: () => NOW_US }, options });
  const response = await app.fetch(
    new Request(`http://localhost:8080${path}`, { method, headers }),
  );
  await response.body?.cancel();
  return response.status;
}

Deno.test("a token has its scopes and no others; health needs none", async () => {
  const options = { tokens: TOKENS };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  assert.equal(await statusOf(options, "/v1/sources"), 401);
  assert.equal(await statusOf(options, "/v1/sources", bearer("other")), 401);
  assert.equal(await statusOf(options, "/v1/sources", bearer("r-1")), 200);
  assert.equal(await statusOf(options, "/v1/sources", bearer("w-1")), 403);
  assert.equal(await statusOf(options, "/v1/sources", bearer("a-1")), 200);
  const savepoint = { method: "POST", ...bearer("w-1") };
  assert.equal(await statusOf(options, "/v1/savepoints/x", savepoint), 403);
  assert.equal(await statusOf(options, "/healthz"), 200);
});

Deno.test("a page of another origin may not call unless it is named", async () => {
  const foreign = { origin: "https://desk.example" };
  assert.equal(await statusOf({}, "/v1/sources", foreign), 403);
  assert.equal(await statusOf({ origins: ["https://desk.example"] }, "/v1/sources", foreign), 200);
  assert.equal(await statusOf({}, "/v1/sources", { origin: "http://localhost:8080" }), 200);
  assert.equal(await statusOf({}, "/v1/sources", { origin: "null" }), 403);
});

Deno.test("a name that is not the server's is refused, so that rebinding a domain reads nothing", async () => {
  const rebound = { host: "evil.example:8080", origin: "http://evil.example:8080" };
  assert.equal(await statusOf({}, "/v1/sources", rebound), 403);
  assert.equal(await statusOf({ hosts: ["evil.example"] }, "/v1/sources", rebound), 200);
  assert.equal(await statusOf({ hosts: ["*"] }, "/v1/sources", rebound), 200);
});
