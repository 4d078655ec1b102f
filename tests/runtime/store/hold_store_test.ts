import assert from "node:assert/strict";
import { join } from "node:path";
import { holdStore } from "../../../runtime/store/mod.ts";
import { serveHrana } from "./hrana_server.ts";

const HOLDER = new URL("./store_holder.ts", import.meta.url).pathname;

Deno.test("a file store is held by one at a time, under all its names", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "a.db");
  await Deno.writeTextFile(path, "");
  await Deno.symlink(path, join(folder, "b.db"));
  {
    await using _held = await holdStore(path);
    await assert.rejects(holdStore(join(folder, "b.db")), {
      code: "STORE_IN_USE",
      message: `Cannot serve from store "${join(folder, "b.db")}": this process serves from it`,
    });
  }
  await (await holdStore(path))[Symbol.asyncDispose]();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the hold of a process that was killed is gone at once", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "a.db");
  const holder = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", HOLDER, path],
    stdout: "piped",
  }).spawn();
  const reader = holder.stdout.getReader();
  await reader.read();
  await assert.rejects(holdStore(path), { code: "STORE_IN_USE" });
  holder.kill("SIGKILL");
  await reader.cancel();
  await holder.status;
  await (await holdStore(path))[Symbol.asyncDispose]();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a server's store is held by one who renews; what nobody renews is taken over", async () => {
  const server = serveHrana();
  const held = await holdStore(server.url, { times: { renewMs: 10, overMs: 60_000 } });
  await assert.rejects(holdStore(server.url, { times: { renewMs: 20, overMs: 60_000 } }), {
    code: "STORE_IN_USE",
  });
  await held[Symbol.asyncDispose]();
  const silent = await holdStore(server.url, { times: { renewMs: 3_600_000, overMs: 60_000 } });
  const next = await holdStore(server.url, { times: { renewMs: 10, overMs: 50 } });
  await silent[Symbol.asyncDispose]();
  await assert.rejects(holdStore(server.url, { times: { renewMs: 20, overMs: 60_000 } }), {
    code: "STORE_IN_USE",
  });
  await next[Symbol.asyncDispose]();
  await server.close();
});
