import assert from "node:assert/strict";
import { parseConfig } from "../../../runtime/set/config.ts";
import { fetchRemoteFiles } from "../../../runtime/set/remote_files.ts";

const TEXT = "symbol,ts,price\na,1,2\n";

/** A server that has one file, and counts what it was asked. */
function serveFile(): { readonly url: string; readonly asked: string[] } & AsyncDisposable {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return pathname === "/quotes.csv" ? new Response(TEXT) : new Response("no", { status: 404 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function configWith(...paths: readonly string[]) {
  const sources = paths.map((path) => `{source: market.quotes, path: "${path}"}`);
  return parseConfig(
    `plugins: [./market.ts]
start_date: 2024-01-01
end_date: 2024-01-02
sampling: 1s
data_sources: [${sources.join(", ")}]
feature_configs: [{feature_definition: market.mid, name: mid}]
`,
    { file: "set.yaml" },
  );
}

Deno.test("a file behind a URL is fetched once, under its name, and gone afterwards", async () => {
  await using server = serveFile();
  const url = `${server.url}/quotes.csv`;
  let path: string;
  {
    await using local = await fetchRemoteFiles(configWith(url, url, "here.csv"));
    const paths = local.config.dataSources.flatMap((entry) =>
      entry.kind === "file" ? entry.path : []
    );
    path = paths[0]!;
    assert.equal(paths[1], path);
    assert.match(path, /quotes\.csv$/);
    assert.match(paths[2]!, /here\.csv$/);
    assert.equal(await Deno.readTextFile(path), TEXT);
    assert.deepEqual(server.asked, ["/quotes.csv"]);
  }
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
});

Deno.test("a URL that gives no file, and an address of another kind, are named", async () => {
  await using server = serveFile();
  await assert.rejects(fetchRemoteFiles(configWith(`${server.url}/none.csv?token=secret`)), {
    code: "FETCH_REFUSED",
    message: `Cannot fetch "${server.url}/none.csv": the server says 404`,
  });
  await assert.rejects(fetchRemoteFiles(configWith("s3://bucket/quotes.csv")), (error: Error) => {
    assert.match(error.message, /files cannot be read from s3:\/\/ addresses/);
    return true;
  });
});
