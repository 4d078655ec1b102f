/** Runs the test nursery as a process of its own, as the product is run. */
import { fileURLToPath } from "node:url";

export interface NurseryResult {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: string;
}

const ENTRY = fileURLToPath(new URL("./nursery_main.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const TIMEOUT_MS = 60_000;

export function spawnNursery(args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", ENTRY, ...args],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).spawn();
}

export async function runNurseryProcess(args: readonly string[]): Promise<NurseryResult> {
  const { code, stdout, stderr } = await spawnNursery(args).output();
  const decoder = new TextDecoder();
  const lines = decoder.decode(stdout).trim().split("\n");
  return { code, lines, errors: decoder.decode(stderr) };
}
