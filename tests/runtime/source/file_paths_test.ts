import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { expandPaths, hashFiles } from "../../../runtime/source/mod.ts";
import { inFolder } from "./read_all.ts";

Deno.test("expandPaths() sorts what a glob matches and keeps odd names", async () => {
  await inFolder((folder) => {
    Deno.mkdirSync(`${folder}/data/deep`, { recursive: true });
    for (const name of ["b.csv", "a.csv", "B.csv", "c.txt", "deep/d.csv", "x[1].csv"]) {
      Deno.writeTextFileSync(`${folder}/data/${name}`, name);
    }
    const names = (pattern: string) =>
      expandPaths(pattern, folder).map((path) => path.slice(folder.length + 6));
    assert.deepEqual(names("data/?.csv"), ["B.csv", "a.csv", "b.csv"]);
    assert.deepEqual(names("data/{a,b}.csv"), ["a.csv", "b.csv"]);
    assert.deepEqual(names("data/**/*.csv"), ["B.csv", "a.csv", "b.csv", "deep/d.csv", "x[1].csv"]);
    assert.deepEqual(names("data/x[1].csv"), ["x[1].csv"]);
    assert.deepEqual(expandPaths(`${folder}/data/a.csv`, "/elsewhere"), [`${folder}/data/a.csv`]);
    return Promise.resolve();
  });
});

Deno.test("expandPaths() names the nearest files of a path that is not there", async () => {
  await inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/trades.csv`, "");
    const failure = (pattern: string): FeaturizerError => {
      try {
        expandPaths(pattern, folder);
      } catch (error) {
        if (error instanceof FeaturizerError) return error;
      }
      return assert.fail("no FeaturizerError");
    };
    assert.equal(failure("trade.csv").message, 'Cannot read "trade.csv": there is no such file');
    assert.equal(failure("trade.csv").hint, `Did you mean "${folder}/trades.csv"?`);
    assert.equal(failure("*.parquet").message, 'Cannot read "*.parquet": no file matches');
    assert.equal(failure("none/x.csv").hint, `Its folder "${folder}/none" does not exist.`);
    assert.equal(failure("none/x.csv").code, "MISSING_FILE");
    return Promise.resolve();
  });
});

Deno.test("hashFiles() is the SHA-256 of lengths and contents in order", async () => {
  await inFolder(async (folder) => {
    const paths = [`${folder}/a`, `${folder}/b`];
    Deno.writeTextFileSync(paths[0]!, "one");
    Deno.writeFileSync(paths[1]!, new Uint8Array(3_000_000).fill(7));
    const expected = createHash("sha256").update("3\none3000000\n")
      .update(new Uint8Array(3_000_000).fill(7)).digest("hex");
    assert.equal(await hashFiles(paths), expected);
    assert.notEqual(await hashFiles(paths.toReversed()), expected);
  });
});
