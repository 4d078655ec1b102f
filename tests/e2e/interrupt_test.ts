import assert from "node:assert/strict";
import { join } from "node:path";

const ROOT = join(import.meta.dirname ?? ".", "../..");
const MAIN = join(ROOT, "runtime/cli/main.ts");
const GRID = join(ROOT, "examples/flights/grid.yaml");

function featurizer(folder: string, ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", MAIN, ...args],
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  });
}

/** Resolves when the run has begun to write its result. */
async function firstPartialFile(out: string): Promise<void> {
  using watcher = Deno.watchFs(out);
  for await (const { paths } of watcher) {
    if (paths.some((path) => path.includes(".partial-"))) return;
  }
}

Deno.test("Ctrl-C ends a run with 130, leaves no result, and the store serves the next run", async () => {
  const folder = await Deno.makeTempDir();
  const out = join(folder, "out");
  await Deno.mkdir(out);
  try {
    const begun = firstPartialFile(out);
    const process = featurizer(folder, "run", GRID).spawn();
    await begun;
    process.kill("SIGINT");
    const { code, stderr } = await process.output();
    assert.equal(code, 130);
    assert.match(new TextDecoder().decode(stderr), /Interrupted/);
    assert.deepEqual([...Deno.readDirSync(out)], []);

    const again = await featurizer(folder, "run", GRID, "--json").output();
    assert.equal(again.code, 0);
    const { rows, stored, reused } = JSON.parse(new TextDecoder().decode(again.stdout));
    assert.ok(rows > 200_000);
    assert.ok(stored.length > 0 && reused.length === 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
