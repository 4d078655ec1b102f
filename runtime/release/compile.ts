/** Compiles the program into one file: `deno task compile [target]`. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram, ENTRY } from "./bundle_program.ts";
import { excludedPaths, INCLUDED, missingAddons, PERMISSIONS } from "./contents.ts";
import { installedPackages } from "./installed_packages.ts";
import { findTarget, hostTarget, type Target } from "./targets.ts";

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface CompileOptions {
  readonly target: Target;
  readonly output: string;
  /** The runtime to put the program behind; default: what `DENORT_BIN` names, else the compiler gets it. */
  readonly runtime?: string;
}

/** Compiles for the target into the file; throws with what the compiler said. */
export async function compile({ target, output, runtime }: CompileOptions): Promise<void> {
  const packages = installedPackages(ROOT);
  const missing = missingAddons(target, packages);
  if (missing.length > 0) {
    throw new Error(
      `Cannot compile for ${target.name}: not installed are ${missing.join(", ")}. ` +
        `Compile on a machine of that platform, where "deno install" brings them.`,
    );
  }
  await bundleProgram(ROOT);
  await Deno.mkdir(dirname(output), { recursive: true });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: compilerArguments(target, output, excludedPaths(ROOT, packages)),
    cwd: ROOT,
    env: { NO_COLOR: "1", ...(runtime !== undefined && { DENORT_BIN: runtime }) },
    stdin: "null",
  }).output();
  if (!success) {
    throw new Error(`Cannot compile ${output}:\n${new TextDecoder().decode(stderr).trim()}`);
  }
}

/** Types are checked by the tests; the program unpacks itself, so that addons and esbuild are files. */
function compilerArguments(target: Target, output: string, excluded: readonly string[]): string[] {
  return [
    "compile",
    "--no-check",
    "--self-extracting",
    ...PERMISSIONS,
    ...(target.triple === Deno.build.target ? [] : ["--target", target.triple]),
    "--app-name",
    "featurizer",
    "--output",
    output,
    ...INCLUDED.flatMap((path) => ["--include", path]),
    ...excluded.flatMap((path) => ["--exclude", path]),
    ENTRY,
  ];
}

if (import.meta.main) {
  const [name] = Deno.args;
  const target = name === undefined ? hostTarget() : findTarget(name);
  const output = join(
    ROOT,
    "out",
    target === hostTarget() ? "featurizer" : `featurizer-${target.name}`,
  );
  try {
    await compile({ target, output });
    console.log(`${output}  ${(Deno.statSync(output).size / 1e6).toFixed(0)} MB`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
