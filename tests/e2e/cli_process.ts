/** The program as a process of its own, as a user starts it. */
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../runtime/cli/main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `featurizer …` in a folder. */
export async function featurizer(folder: string, ...args: string[]): Promise<CliResult> {
  const { code, stdout, stderr } = await command(folder, args).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** Starts `featurizer …`; the caller waits for its end. */
export function startFeaturizer(folder: string, ...args: string[]): Deno.ChildProcess {
  return command(folder, args).spawn();
}

function command(folder: string, args: readonly string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", "--config", CONFIG, MAIN, ...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}
