/** Calls a command line as the process would, with its output captured. */
import { runCommand } from "../../../runtime/cli/command.ts";
import { startThread } from "../../../runtime/threads.ts";
import type { WorkerLauncher } from "../../../runtime/worker/mod.ts";
import { captureTerminal } from "./captured_terminal.ts";

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const NO_LAUNCHER: WorkerLauncher = {
  launch: () => Promise.reject(new Error("no worker is started here")),
};

/** Runs a command that needs no plugin, or one that does with a launcher. */
export async function callCommand(
  args: readonly string[],
  launcher: WorkerLauncher = NO_LAUNCHER,
): Promise<CommandResult> {
  const terminal = captureTerminal();
  const { signal } = new AbortController();
  const code = await runCommand(args, { signal, launcher, startThread, terminal });
  return { code, out: terminal.out.text, err: terminal.err.text };
}
