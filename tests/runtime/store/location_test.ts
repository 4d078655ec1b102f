import assert from "node:assert/strict";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseStoreLocation, siblingFile } from "../../../runtime/store/location.ts";

Deno.test("parseStoreLocation() takes paths, relative and absolute file URLs", () => {
  for (const text of [".featurizer/store.db", "file:.featurizer/store.db"]) {
    const location = parseStoreLocation(text);
    assert.equal(location.kind, "file");
    assert.equal(location.name, ".featurizer/store.db");
    assert.equal(location.url, pathToFileURL(resolve(".featurizer/store.db")).href);
  }
  const absolute = parseStoreLocation("file:///tmp/a%20b.db");
  assert.deepEqual(absolute, {
    kind: "file",
    name: "/tmp/a b.db",
    path: "/tmp/a b.db",
    url: "file:///tmp/a%20b.db",
  });
});

Deno.test("parseStoreLocation() names a server without its secrets", () => {
  const location = parseStoreLocation("libsql://me:secret@db.example.org/x?authToken=secret");
  assert.equal(location.kind, "server");
  assert.equal(location.name, "libsql://db.example.org/x");
});

Deno.test("parseStoreLocation() refuses what is neither, and does not repeat it", () => {
  for (const text of ["ftp://me:secret@host", "http://", "file:"]) {
    assert.throws(() => parseStoreLocation(text), (error: Error) => {
      assert.ok("code" in error && error.code === "STORE_URL_INVALID");
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  }
});

Deno.test("siblingFile() names a file beside another", () => {
  for (const [file, sibling] of [["x/store.db", "x/store.log.db"], ["/a b/s", "/a b/s.log.db"]]) {
    const location = parseStoreLocation(file!);
    assert.equal(location.kind, "file");
    const { name, url } = siblingFile(location, "log");
    assert.equal(name, sibling);
    assert.equal(url, pathToFileURL(resolve(sibling!)).href);
  }
});
