/** What goes into the compiled program, and what it may do. */
import { BUNDLE } from "./bundle_program.ts";
import type { Target } from "./targets.ts";

/**
 * Beside what the entry imports: what threads begin with, what guests are bundled from, the plugins that come with
 * the program, the examples, and the one data file that `featurizer demo` reads.
 */
export const INCLUDED: readonly string[] = [
  BUNDLE,
  "mod.ts",
  "LICENSE",
  "dsl",
  "runtime",
  "plugins",
  "examples",
  "node_modules/vega-datasets/data/flights-3m.parquet",
];

/** What the permissions are for stands in `runtime/release/README.md`; `--no-prompt` refuses all else at once. */
export const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--deny-import",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-run",
  "--allow-ffi",
  "--allow-sys=cpus,hostname,networkInterfaces,statfs",
];

/** Parts of packages that no code of the program reads: other builds of the same, sources, declarations. */
const UNUSED_PARTS: Readonly<Record<string, readonly string[]>> = {
  "vega-datasets": ["data"],
  "parquet-wasm": ["esm", "bundler"],
  "protobufjs": ["dist"],
};

/** Native addons of another C library than the target's, which the package manager installs beside its own. */
const FOREIGN_LIBC = /-musl$/;

/** Package folders under `node_modules/.deno`, as `name@version`. */
export interface InstalledPackage {
  readonly name: string;
  /** From the root of the repository. */
  readonly folder: string;
}

/** Files and folders of the installed packages that stay out of the program. */
export function excludedPaths(root: string, packages: readonly InstalledPackage[]): string[] {
  return packages.flatMap(({ name, folder }) => {
    if (FOREIGN_LIBC.test(name)) return addonFiles(root, folder);
    return (UNUSED_PARTS[name] ?? []).map((part) => `${folder}/${part}`);
  });
}

/** Names of native packages that a target needs and this installation lacks. */
export function missingAddons(target: Target, packages: readonly InstalledPackage[]): string[] {
  const installed = new Set(packages.map(({ name }) => name));
  return target.addons.filter((name) => !installed.has(name));
}

function addonFiles(root: string, folder: string): string[] {
  return [...Deno.readDirSync(`${root}/${folder}`)]
    .filter(({ name }) => name.endsWith(".node"))
    .map(({ name }) => `${folder}/${name}`);
}
