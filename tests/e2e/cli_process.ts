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

/** The same where its folder `.featurizer` is a disk of its own, of so many megabytes. */
export function startOnSmallDisk(
  folder: string,
  megabytes: number,
  ...args: string[]
): Deno.ChildProcess {
  const mount = `mount -t tmpfs -o size=${megabytes}m tmpfs .featurizer && exec "$@"`;
  const inside = ["-rm", "sh", "-c", mount, "sh", Deno.execPath()];
  return command(folder, args, { program: "unshare", inside }).spawn();
}

/** True where a process may have a disk of its own. */
export async function canMount(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const mounting = new Deno.Command("unshare", {
    args: ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
    stdout: "null",
    stderr: "null",
  });
  return await mounting.output().then(({ success }) => success, () => false);
}

function command(
  folder: string,
  args: readonly string[],
  { program, inside }: { readonly program: string; readonly inside: readonly string[] } = {
    program: Deno.execPath(),
    inside: [],
  },
): Deno.Command {
  return new Deno.Command(program, {
    args: [...inside, "run", "-A", "--no-prompt", "--no-check", "--config", CONFIG, MAIN, ...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}
