/** From a plugin's path to the text of a worker: esbuild puts guest runtime, engine and plugin into one module. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, Metafile } from "esbuild";
import { FeaturizerError } from "../errors.ts";
import { createOwnRules, createPluginRules, PLUGIN_ENTRY } from "./bundle_rules.ts";
import { toBundleError } from "./bundle_error.ts";
import { prebuiltRuntime } from "./prebuilt.ts";

/** A worker's code and what it was made of. */
export interface GuestBundle {
  /** The worker's module, with an inline source map. */
  readonly code: string;
  /** Text of each of the plugin's own modules and data files by absolute path. */
  readonly files: ReadonlyMap<string, string>;
}

/** What a guest is made of. */
export interface GuestBundleOptions {
  /** Absolute path of the plugin's module; without it the guest runs generated code alone. */
  readonly plugin?: string;
  /** Module that exports `createSite`; the engine's by default. */
  readonly siteModule?: URL;
}

type Esbuild = typeof import("esbuild");

const HERE = dirname(fileURLToPath(import.meta.url));
const SITE_MODULE = new URL("./guest_site.ts", import.meta.url);

let esbuildLoaded: Promise<Esbuild> | undefined;
let runtimeBundle: Promise<GuestBundle> | undefined;

/** Bundles a guest. */
export async function bundleGuest(options: GuestBundleOptions = {}): Promise<GuestBundle> {
  const { plugin, siteModule = SITE_MODULE } = options;
  const files = new Map<string, string>();
  const boot = writeBoot(fileURLToPath(siteModule), plugin !== undefined);
  const code = await build(plugin, {
    stdin: { contents: boot, loader: "ts", resolveDir: HERE, sourcefile: "guest_boot.ts" },
    sourcemap: "inline",
    plugins: plugin === undefined
      ? [createOwnRules()]
      : [await createPluginRules({ plugin, files, featurizer: "recorder" }), createOwnRules()],
  });
  return { code, files };
}

/** The bundle of generated code alone; made once, if it did not come with the program. */
export function bundleRuntime(): Promise<GuestBundle> {
  return runtimeBundle ??= prebuiltRuntime().then((prebuilt) => prebuilt ?? bundleGuest());
}

/** A hash of what the module at the path and everything it imports does, wherever it lies. */
export async function hashPlugin(plugin: string): Promise<string> {
  const code = await build(plugin, {
    entryPoints: [PLUGIN_ENTRY],
    minifyWhitespace: true,
    plugins: [await createPluginRules({ plugin, files: new Map(), featurizer: "external" })],
  });
  const text = code.replaceAll(
    MODULE_NAME,
    (name) => name.replace(/^"[^"]*[\\/]node_modules[\\/]/, '"'),
  );
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** What the bundler calls the modules of packages that use `require`: their paths. */
const MODULE_NAME = /"plugin-file:[^"]*"(?=\()/g;

/** Starts the bundler's process, which the first bundle does otherwise. */
export async function startBundler(): Promise<void> {
  const esbuild = await (esbuildLoaded ??= import("esbuild"));
  await esbuild.transform("");
}

/** Ends the bundler's process; a later bundle starts it again. */
export async function stopBundler(): Promise<void> {
  const esbuild = await esbuildLoaded;
  await esbuild?.stop();
}

function writeBoot(siteModule: string, hasPlugin: boolean): string {
  const load = hasPlugin ? `, load: () => import(${JSON.stringify(PLUGIN_ENTRY)})` : "";
  return `import { createSite } from ${JSON.stringify(siteModule)};
import { startGuest } from "./guest.ts";
await startGuest({ createSite${load} });`;
}

async function build(
  plugin: string | undefined,
  options: BuildOptions,
): Promise<string> {
  const esbuild = await (esbuildLoaded ??= import("esbuild"));
  try {
    const result = await esbuild.build({
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "neutral",
      target: "esnext",
      charset: "utf8",
      logLevel: "silent",
      // The guest has no module to import at run time, and `require` would be the platform's real one.
      supported: { "dynamic-import": false },
      banner: { js: "const require = undefined;" },
      mainFields: ["module", "main"],
      define: { "import.meta": "undefined", "process.env.NODE_ENV": '"production"' },
      logOverride: { "direct-eval": "error" },
      absWorkingDir: plugin === undefined ? HERE : dirname(plugin),
      ...options,
    });
    requireSelfContained(result.metafile);
    return result.outputFiles?.[0]?.text ?? "";
  } catch (error) {
    if (error instanceof FeaturizerError) throw error;
    throw toBundleError(plugin ?? "the guest runtime", error);
  }
}

/** A guest can load nothing at run time but the platform's threads. */
function requireSelfContained(metafile: Metafile | undefined): void {
  const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.imports);
  const stray = imports.find(({ path }) => path !== "node:worker_threads" && path !== "featurizer");
  if (stray === undefined) return;
  throw new FeaturizerError(`Cannot bundle the guest runtime: it uses "${stray.path}"`, {
    code: "GUEST_NOT_SELF_CONTAINED",
    domain: "internal",
    hint: "What sites need at run time must not come from a package.",
  });
}
