/**
 * Stands in for the compiled program where its runtime cannot be had: exactly the embedded files, unpacked
 * as the program unpacks them, run by `deno run` with exactly the baked permissions, an empty cache and
 * nothing else of this machine's environment.
 */
import { join } from "node:path";
import { hostTarget } from "../../runtime/release/targets.ts";
import { compile } from "../../runtime/release/compile.ts";
import { type ProgramFile, type ProgramMetadata, readProgramFile, unpack } from "./program_file.ts";

/** Any executable will do: the compiler only appends to it. */
const STAND_IN = "/bin/true";
const KINDS = ["read", "write", "net", "env", "run", "ffi", "sys", "import"] as const;

let compiled: Promise<ProgramFile> | undefined;

/** True where the stand-in is an executable of the kind that the compiler expects. */
export const canCompile = Deno.build.os === "linux";

/** The program as the compiler makes it, but for the runtime; made once. */
export function compiledProgram(): Promise<ProgramFile> {
  return compiled ??= (async () => {
    const folder = await Deno.makeTempDir();
    const output = join(folder, "featurizer");
    try {
      await compile({ target: hostTarget(), output, runtime: STAND_IN });
      return readProgramFile(await Deno.readFile(output));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  })();
}

/** The unpacked program, in a folder of its own beside the user's. */
export class UnpackedProgram implements AsyncDisposable {
  /** Where the user stands. */
  readonly work: string;
  readonly #root: string;
  readonly #arguments: readonly string[];

  private constructor(root: string, { metadata }: ProgramFile) {
    this.#root = root;
    this.work = join(root, "work");
    const entry = join(root, "program", metadata.entrypoint_key);
    this.#arguments = [
      "run",
      "--cached-only",
      "--no-remote",
      "--no-lock",
      ...flagsOf(metadata),
      entry,
    ];
  }

  static async create(): Promise<UnpackedProgram> {
    const program = await compiledProgram();
    const root = await Deno.makeTempDir();
    await unpack(program, join(root, "program"));
    await asInstalled(join(root, "program"));
    for (const name of ["work", "cache"]) await Deno.mkdir(join(root, name));
    return new UnpackedProgram(root, program);
  }

  /** Writes a file of the user's. */
  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(join(this.work, name), text);
  }

  /** How many plugins the program keeps as it evaluated them. */
  async keptPlugins(): Promise<number> {
    const names = await Array.fromAsync(Deno.readDir(join(this.#root, "program/cache/plugins")));
    return names.length;
  }

  /** Starts `featurizer …` in the user's folder. */
  start(...args: string[]): Deno.ChildProcess {
    return new Deno.Command(Deno.execPath(), {
      args: [...this.#arguments, ...args],
      cwd: this.work,
      clearEnv: true,
      env: { DENO_DIR: join(this.#root, "cache"), HOME: this.#root, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs `featurizer …` to its end. */
  async run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const { code, stdout, stderr } = await this.start(...args).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#root, { recursive: true });
  }
}

/** The compiled program knows where its packages are; `deno run` has to be told that they are here. */
async function asInstalled(folder: string): Promise<void> {
  const path = join(folder, "deno.json");
  const manifest = JSON.parse(await Deno.readTextFile(path));
  const packages = Object.values<string>(manifest.imports).filter((name) =>
    name.startsWith("npm:")
  );
  const dependencies = Object.fromEntries(packages.map((specifier) => {
    const name = specifier.slice("npm:".length);
    const at = name.lastIndexOf("@");
    return [name.slice(0, at), name.slice(at + 1)];
  }));
  await Deno.writeTextFile(path, JSON.stringify({ ...manifest, nodeModulesDir: "manual" }));
  await Deno.writeTextFile(join(folder, "package.json"), JSON.stringify({ dependencies }));
}

/** The baked permissions as options of `deno run`. */
function flagsOf({ permissions }: ProgramMetadata): string[] {
  const flag = (verb: "allow" | "deny", kind: string) => {
    const list = permissions[`${verb}_${kind}`];
    if (!Array.isArray(list)) return [];
    return [list.length === 0 ? `--${verb}-${kind}` : `--${verb}-${kind}=${list.join(",")}`];
  };
  return [
    ...(permissions.prompt === false ? ["--no-prompt"] : []),
    ...KINDS.flatMap((kind) => {
      const denied = flag("deny", kind);
      return denied.length > 0 ? denied : flag("allow", kind);
    }),
  ];
}
