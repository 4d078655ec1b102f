/** A temporary folder with the files of a test, where configs are run in this process. */
import { join } from "node:path";
import { createDirectLauncher } from "../../runtime/worker/mod.ts";
import { callCommand, type CommandResult } from "../runtime/cli/command_call.ts";

export type FolderFiles = Readonly<Record<string, string | Uint8Array>>;

export interface SetFolder {
  readonly folder: string;
  path(name: string): string;
  /** `featurizer run` of `set.yaml` to `out/<name>`, with the store inside the folder. */
  run(name: string, ...options: string[]): Promise<CommandResult>;
  /** Like `run`, but must succeed; gives the result's text. */
  csvOf(name: string, ...options: string[]): Promise<string>;
  call(...args: string[]): Promise<CommandResult>;
  /** Names of the files in `out/`. */
  results(): string[];
  write(files: FolderFiles): void;
}

/** Runs the act in a folder with the files, which is gone afterwards. */
export async function inSetFolder(
  files: FolderFiles,
  act: (folder: SetFolder) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(join(folder, "out"));
    const opened = openFolder(folder);
    opened.write(files);
    await act(opened);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function openFolder(folder: string): SetFolder {
  const launcher = createDirectLauncher();
  const path = (name: string) => join(folder, name);
  const call = (...args: string[]) => callCommand(args, launcher);
  const run = (name: string, ...options: string[]) =>
    call(
      ...["run", path("set.yaml"), "-o", path(`out/${name}`), "--store", path("store.db")],
      ...options,
    );
  return {
    folder,
    path,
    call,
    run,
    async csvOf(name, ...options) {
      const { code, err } = await run(name, "--format", "csv", ...options);
      if (code !== 0) throw new Error(`The run failed with ${code}: ${err}`);
      return Deno.readTextFileSync(path(`out/${name}`));
    },
    results: () => [...Deno.readDirSync(path("out"))].map(({ name }) => name).sort(),
    write(files) {
      for (const [name, content] of Object.entries(files)) {
        if (typeof content === "string") Deno.writeTextFileSync(path(name), content);
        else Deno.writeFileSync(path(name), content);
      }
    },
  };
}
