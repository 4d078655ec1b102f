/** What a plugin may import: `featurizer`, `zod`, npm packages, and modules and data files of its own project. */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  Loader,
  OnLoadArgs,
  OnLoadResult,
  OnResolveArgs,
  OnResolveResult,
  Plugin,
  PluginBuild,
} from "esbuild";
import {
  ASKS_BUNDLER,
  isPackage,
  packageOf,
  resolveInPackage,
  resolvePackage,
} from "./package_rules.ts";

/** The specifier of the plugin's own module in the texts we bundle. */
export const PLUGIN_ENTRY = "featurizer:plugin";

export interface PluginRulesOptions {
  /** Absolute path of the plugin's module. */
  readonly plugin: string;
  /** Filled with the text of every file that is loaded for the plugin. */
  readonly files: Map<string, string>;
  /** Whether `featurizer` is the recorder of a guest, or stays outside the bundle. */
  readonly featurizer: "recorder" | "external";
}

const RECORDER = fileURLToPath(new URL("./guest_recorder.ts", import.meta.url));
const DOOR = "featurizer-door";
const FILE = "plugin-file";
const ENTRY_FILTER = new RegExp(`^${PLUGIN_ENTRY}$`);
/** The bundler resolves all else itself, which is faster by far than asking us. */
const DOORS_AND_PACKAGES = /^[^.]|\/mod\.ts$/;
const ROOT_MARKS = ["deno.json", "deno.jsonc", "package.json"];

/** Makes the esbuild plugin that resolves and loads a plugin's files, and refuses all else. */
export async function createPluginRules(options: PluginRulesOptions): Promise<Plugin> {
  const { plugin, files, featurizer } = options;
  const root = await findProjectRoot(plugin);
  return {
    name: "featurizer-plugin-rules",
    setup(build) {
      build.onResolve({ filter: /.*/, namespace: FILE }, (args) => {
        if (args.path !== "featurizer" || args.kind !== "import-statement") {
          const file = packageOf(args);
          if (file !== undefined) return resolveInPackage(build, args, { file, namespace: FILE });
          return resolveInProject(build, args, root);
        }
        if (featurizer === "external") return { path: args.path, external: true };
        return { path: args.importer, namespace: DOOR };
      });
      build.onResolve({ filter: ENTRY_FILTER }, () => ({ path: plugin, namespace: FILE }));
      build.onLoad({ filter: /.*/, namespace: DOOR }, ({ path }) => loadDoor(path));
      build.onLoad({ filter: /.*/, namespace: FILE }, (args) => loadFile(args, files));
    },
  };
}

/** Makes the esbuild plugin for our own modules, which stand behind all others. */
export function createOwnRules(): Plugin {
  return {
    name: "featurizer-own-rules",
    setup(build) {
      build.onResolve({ filter: DOORS_AND_PACKAGES }, resolveOwn);
    },
  };
}

/** The nearest folder above a module that holds a project's configuration, else the module's own. */
export async function findProjectRoot(path: string): Promise<string> {
  for (let folder = dirname(path);; folder = dirname(folder)) {
    for (const mark of ROOT_MARKS) if (await exists(join(folder, mark))) return folder;
    if (dirname(folder) === folder) return dirname(path);
  }
}

/** What our own modules import: areas and packages without a used export leave no trace in the bundle. */
function resolveOwn(args: OnResolveArgs): OnResolveResult | undefined {
  if (args.pluginData === ASKS_BUNDLER) return undefined;
  const { path, resolveDir } = args;
  if (path.startsWith(".")) return { path: resolve(resolveDir, path), sideEffects: false };
  return { path, external: !isAbsolute(path), sideEffects: false };
}

async function resolveInProject(
  build: PluginBuild,
  args: OnResolveArgs,
  root: string,
): Promise<OnResolveResult> {
  if (args.kind !== "import-statement") {
    return refuse("a plugin imports at the top of the module only, with `import … from`");
  }
  if (args.path === "zod") return { path: fileURLToPath(import.meta.resolve("zod")) };
  if (isPackage(args.path)) {
    const projectRoot = await Deno.realPath(root);
    return await resolvePackage(build, args, { namespace: FILE, projectRoot });
  }
  if (!args.path.startsWith("./") && !args.path.startsWith("../")) {
    return refuse(
      `a plugin may import "featurizer", npm packages and files of its own project, not "${args.path}"`,
    );
  }
  const path = resolve(dirname(args.importer), args.path);
  const real = await Deno.realPath(path).catch(() => undefined);
  if (real === undefined) return refuse(`there is no file "${args.path}"`);
  const inside = relative(await Deno.realPath(root), real);
  if (inside.startsWith("..") || isAbsolute(inside)) {
    return refuse(`"${args.path}" is outside the plugin's project, ${root}`);
  }
  return { path, namespace: FILE };
}

function refuse(text: string): OnResolveResult {
  return { errors: [{ text }] };
}

function loadDoor(importer: string): OnLoadResult {
  const contents = `import { pluginIn } from ${JSON.stringify(RECORDER)};
export const plugin = pluginIn(${JSON.stringify(importer)});`;
  return { contents, loader: "js", resolveDir: dirname(RECORDER) };
}

async function loadFile(args: OnLoadArgs, files: Map<string, string>): Promise<OnLoadResult> {
  const loader = loaderOf(args);
  if (loader === undefined) {
    return { errors: [{ text: `a data file is imported \`with { type: "text" }\` or "json"` }] };
  }
  const contents = await Deno.readTextFile(args.path);
  files.set(args.path, contents);
  return { contents, loader, pluginData: args.pluginData };
}

const LOADER_BY_ENDING: Readonly<Record<string, Loader>> = {
  ts: "ts",
  mts: "ts",
  js: "js",
  mjs: "js",
  cjs: "js",
  json: "json",
};

function loaderOf(args: OnLoadArgs): Loader | undefined {
  const { type } = args.with;
  if (type === "text" || type === "json") return type;
  if (type !== undefined) return undefined;
  return LOADER_BY_ENDING[args.path.slice(args.path.lastIndexOf(".") + 1)];
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
