import assert from "node:assert/strict";
import { openStore } from "../../../runtime/store/mod.ts";
import { testStore } from "./conformance.ts";
import { serveHrana } from "./hrana_server.ts";

testStore("server store", () => {
  const server = serveHrana();
  return Promise.resolve({
    open: (nowUs) => openStore(server.url, { ...(nowUs && { nowUs }) }),
    remove: server.close,
  });
});

Deno.test("openStore() sends the token of the environment to a server, and never tells it", async () => {
  const server = serveHrana("s3cret");
  try {
    Deno.env.set("FEATURIZER_STORE_TOKEN", "wr0ng");
    await assert.rejects(openStore(server.url), (error: Error) => {
      assert.doesNotMatch(Deno.inspect(error), /wr0ng/);
      return "code" in error && error.code === "STORE_DENIED";
    });
    Deno.env.set("FEATURIZER_STORE_TOKEN", "s3cret");
    await (await openStore(server.url)).close();
  } finally {
    Deno.env.delete("FEATURIZER_STORE_TOKEN");
    await server.close();
  }
});

Deno.test("openStore() says when a server does not answer", async () => {
  const server = serveHrana();
  await server.close();
  await assert.rejects(openStore(server.url), { code: "STORE_UNREACHABLE", retry: "backoff" });
});
