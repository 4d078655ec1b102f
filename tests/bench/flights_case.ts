/** Case (f): the demo of examples/flights, both sets, from the start of each process to its end. */
import { join } from "node:path";
import { runProgram } from "./child_process.ts";
import type { Measured } from "./measure.ts";

const CONFIGS = ["grid", "departures"];

/** By config. */
export type FlightsResult = ReadonlyMap<string, Measured>;

/** Every run has a store of its own, so that nothing is reused. */
export async function runFlights(): Promise<FlightsResult> {
  const folder = await Deno.makeTempDir();
  try {
    const measured = new Map<string, Measured>();
    for (const config of CONFIGS) {
      const [out, store] = [join(folder, `${config}.arrow`), join(folder, `${config}.db`)];
      const path = `examples/flights/${config}.yaml`;
      const args = ["run", path, "--out", out, "--store", store];
      measured.set(config, await runProgram("runtime/cli/main.ts", args));
    }
    return measured;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
