/** Case (f): the demo of examples/flights, both sets, from the start of each process to its end. */
import { join } from "node:path";

const ROOT = join(import.meta.dirname ?? ".", "../..");
const CONFIGS = ["grid", "departures"];

export interface FlightsResult {
  /** Wall seconds by config. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** Every run has a store of its own, so that nothing is reused. */
export async function runFlights(): Promise<FlightsResult> {
  const folder = await Deno.makeTempDir();
  try {
    const seconds = new Map<string, number>();
    for (const config of CONFIGS) seconds.set(config, await runConfig(config, folder));
    return { seconds };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runConfig(config: string, folder: string): Promise<number> {
  const begun = performance.now();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-prompt",
      "runtime/cli/main.ts",
      "run",
      `examples/flights/${config}.yaml`,
      "--out",
      join(folder, `${config}.arrow`),
      "--store",
      join(folder, `${config}.db`),
    ],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot run the ${config} set: ${new TextDecoder().decode(stderr)}`);
  }
  return (performance.now() - begun) / 1000;
}
