/** How long the program takes to begin: `deno task bench:start`. Tells, decides nothing. */
import { join } from "node:path";
import { projectFiles } from "../../../runtime/cli/project_template.ts";
import { writeNew } from "../../../runtime/cli/write_new.ts";
import { UnpackedProgram } from "../../compile/unpacked_program.ts";
import { startFeaturizer } from "../../e2e/cli_process.ts";
import { ServerProcess } from "../../e2e/live/server_process.ts";

const ROUNDS = 9;

type Start = (...args: string[]) => Deno.ChildProcess;

async function main(): Promise<void> {
  await using program = await UnpackedProgram.create();
  console.log("the compiled program's files, unpacked:");
  await tellAll(program.work, (...args) => program.start(...args));
  const folder = await Deno.makeTempDir();
  try {
    console.log("a checkout:");
    await tellAll(folder, (...args) => startFeaturizer(folder, ...args));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function tellAll(folder: string, start: Start): Promise<void> {
  await writeNew(folder, projectFiles());
  await tell("  --version, wanted 150 ms", async () => void await start("--version").output());
  await tell("  serve until ready, wanted 400 ms", () => serve(folder, start), (it) => it.stop());
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

/** Of a store that is not there yet. */
async function serve(folder: string, start: Start): Promise<ServerProcess> {
  await Deno.remove(join(folder, ".featurizer"), { recursive: true }).catch(() => {});
  return await ServerProcess.of(start("serve", "live.yaml", "--port", "0"));
}

await main();
