/** How long the program takes to begin: `deno task bench:start`. Tells, decides nothing. */
import { join } from "node:path";
import { projectFiles } from "../../../runtime/cli/project_template.ts";
import { writeNew } from "../../../runtime/cli/write_new.ts";
import { featurizer, startFeaturizer } from "../../e2e/cli_process.ts";
import { ServerProcess } from "../../e2e/live/server_process.ts";

const ROUNDS = 5;

async function main(): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await writeNew(folder, projectFiles());
    await tell("--version, wanted 150 ms", () => featurizer(folder, "--version"));
    await tell("serve until ready, wanted 400 ms", () => startServer(folder), stopServer);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The first round fills the caches and does not count. */
async function tell<Started>(
  what: string,
  start: () => Promise<Started>,
  stop?: (started: Started) => Promise<unknown>,
): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const begun = performance.now();
    const started = await start();
    if (round > 0) times.push(performance.now() - begun);
    await stop?.(started);
  }
  times.sort((left, right) => left - right);
  const [least = 0, middle = 0, most = 0] = [0, times.length >> 1, times.length - 1].map((i) =>
    times[i]
  );
  const text = [middle, least, most].map((ms) => ms.toFixed(0));
  console.log(`${what}: ${text[0]} ms (${text[1]} to ${text[2]})`);
}

async function startServer(folder: string): Promise<ServerProcess> {
  await Deno.remove(join(folder, ".featurizer"), { recursive: true }).catch(() => {});
  return await ServerProcess.of(startFeaturizer(folder, "serve", "live.yaml", "--port", "0"));
}

function stopServer(server: ServerProcess): Promise<number> {
  return server.stop();
}

await main();
