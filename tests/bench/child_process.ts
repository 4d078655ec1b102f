/** A program as a process of its own: wall time with its start, processor time and peak memory. */
import { join } from "node:path";
import { type Measured, readPeakMb } from "./measure.ts";

const ROOT = join(import.meta.dirname ?? ".", "../..");
/** The peak never falls, so only what is allocated in the last moments of a process can be missed. */
const POLL_MS = 20;
const TICKS_PER_SECOND = 100;

/** Runs a module of this project to its end; throws if it fails. */
export async function runProgram(module: string, args: readonly string[]): Promise<Measured> {
  const cpuBefore = endedChildrenCpuSeconds();
  const begun = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", module, ...args],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let peakMb = NaN;
  const poll = setInterval(() => {
    const now = readPeakMb(child.pid);
    if (now > 0) peakMb = now;
  }, POLL_MS);
  try {
    const { code, stderr } = await child.output();
    const seconds = (performance.now() - begun) / 1000;
    if (code !== 0) {
      throw new Error(`Cannot run "${module}": ${new TextDecoder().decode(stderr)}`);
    }
    return { seconds, cpuSeconds: endedChildrenCpuSeconds() - cpuBefore, peakMb };
  } finally {
    clearInterval(poll);
  }
}

/** Of all processes that this one started and saw end, and that those saw end; NaN where the system does not tell. */
function endedChildrenCpuSeconds(): number {
  try {
    const stat = Deno.readTextFileSync("/proc/self/stat");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return NaN;
    throw error;
  }
}
