/** npm packages in a plugin's bundle: found as Node finds them, each kept to its own folder. */
import { builtinModules } from "node:module";
import { dirname, isAbsolute, join, relative } from "node:path";
import type { OnResolveArgs, OnResolveResult, PluginBuild } from "esbuild";

/** What a file of a package carries along through the bundler. */
export interface PackageFile {
  /** Absolute folder of the package. */
  readonly packageRoot: string;
  /** Absolute folder of the plugin's project. */
  readonly projectRoot: string;
}

/** Where files of a plugin are told apart from ours, and its project. */
export interface PackagePlace {
  readonly namespace: string;
  readonly projectRoot: string;
}

/** Marks a question to the bundler itself, which no rule of ours answers. */
export const ASKS_BUNDLER = { asksBundler: true };

const PACKAGE = /^(@[^/]+\/[^/]+|[^@./:][^/:]*)(\/|$)/;

/** True for `left-pad`, `@scope/name` and `name/part`. */
export function isPackage(path: string): boolean {
  return PACKAGE.test(path);
}

/** The package file that holds the importer, if it is one. */
export function packageOf({ pluginData }: OnResolveArgs): PackageFile | undefined {
  const data: unknown = pluginData;
  const isFile = typeof data === "object" && data !== null && "packageRoot" in data;
  return isFile ? data as PackageFile : undefined;
}

/** Finds a package in the `node_modules` at or above the importer. */
export async function resolvePackage(
  build: PluginBuild,
  args: OnResolveArgs,
  { namespace, projectRoot }: PackagePlace,
): Promise<OnResolveResult> {
  const [, name = args.path] = PACKAGE.exec(args.path) ?? [];
  if (args.path.split("/").includes("..")) return refuse(`"${args.path}" is no path of a package`);
  const { path } = await ask(build, args);
  if (path !== undefined) {
    if (!isInstalled(path, projectRoot)) {
      return refuse(`"${args.path}" is a link out of the plugin's project, ${projectRoot}`);
    }
    const pluginData: PackageFile = { packageRoot: await rootOf(path), projectRoot };
    return { path, namespace, pluginData };
  }
  return refuse(
    builtinModules.includes(args.path)
      ? `a plugin has no module "${args.path}": it runs without files, network and processes`
      : `there is no package "${args.path}" for this plugin; install it: npm install ${name}`,
  );
}

/** What a file of a package imports: files of the same package, and other packages. */
export async function resolveInPackage(
  build: PluginBuild,
  args: OnResolveArgs,
  { file, namespace }: { readonly file: PackageFile; readonly namespace: string },
): Promise<OnResolveResult> {
  if (args.kind !== "import-statement" && args.kind !== "require-call") {
    return refuse("a package in a plugin imports with `import … from` or require() only");
  }
  if (isPackage(args.path)) {
    return await resolvePackage(build, args, { namespace, projectRoot: file.projectRoot });
  }
  if (!/^\.{1,2}(\/|$)/.test(args.path)) {
    return refuse(
      `a plugin has no module "${args.path}": it runs without files, network and processes`,
    );
  }
  const { path } = await ask(build, args);
  if (path === undefined) return refuse(`there is no file "${args.path}"`);
  if (!isInside(path, file.packageRoot)) {
    return refuse(`"${args.path}" is outside its package, ${file.packageRoot}`);
  }
  return { path, namespace, pluginData: file };
}

async function ask(build: PluginBuild, args: OnResolveArgs): Promise<{ readonly path?: string }> {
  const { path, errors, external } = await build.resolve(args.path, {
    kind: args.kind,
    importer: args.importer,
    resolveDir: dirname(args.importer),
    pluginData: ASKS_BUNDLER,
  });
  return errors.length > 0 || external || !isAbsolute(path) ? {} : { path };
}

/** Links may lead from one `node_modules` to another, as package managers make them, but to no other place. */
function isInstalled(path: string, projectRoot: string): boolean {
  return path.split(/[\\/]/).includes("node_modules") || isInside(path, projectRoot);
}

function isInside(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return !inside.startsWith("..") && !isAbsolute(inside);
}

/** The nearest folder whose package.json has a name; those inside a package only set its module kind. */
async function rootOf(path: string): Promise<string> {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
    const text = await Deno.readTextFile(join(folder, "package.json")).catch(() => undefined);
    if (text !== undefined && hasName(text)) return folder;
  }
  return dirname(path);
}

function hasName(text: string): boolean {
  try {
    return typeof JSON.parse(text)?.name === "string";
  } catch {
    return false;
  }
}

function refuse(text: string): OnResolveResult {
  return { errors: [{ text }] };
}
