/** The program's own modules as few files: hundreds of small ones take longer to load than they run. */
import { build, type OnLoadResult, type Plugin, stop } from "esbuild";
import { bundleGuest } from "../worker/mod.ts";
import { dirname, relative, resolve } from "node:path";

/** Where the bundle lies; from the root, as all paths here. */
export const BUNDLE = "out/program";

/** What the program begins with. */
export const ENTRY = `${BUNDLE}/main.js`;

/** What threads begin with, by the name of its file in the bundle. */
const ENTRIES: Readonly<Record<string, string>> = {
  main: "runtime/cli/main.ts",
  host: "runtime/cli/host.ts",
  store: "runtime/store/worker_main.ts",
};

/** Read by `runtime/worker`. */
const GUEST_RUNTIME = "guest_runtime.js";

/** The file in the bundle, beside all its others, that stands for a file of the checkout. */
const BUNDLED = new Map([
  ...Object.entries(ENTRIES).map(([name, path]) => [path, `./${name}.js`] as const),
  [`runtime/worker/${GUEST_RUNTIME}`, `./${GUEST_RUNTIME}`],
]);

/** Packages that find files beside themselves, or are loaded only by a few. */
const EXTERNAL = [
  "@libsql/client",
  "@libsql/client/*",
  "esbuild",
  "parquet-wasm",
  "@platformatic/kafka",
];

/** Bundles the program in the root into its folder there, which it empties first. */
export async function bundleProgram(root: string): Promise<void> {
  await Deno.remove(`${root}/${BUNDLE}`, { recursive: true }).catch(() => {});
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ENTRIES,
      outdir: BUNDLE,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "esnext",
      charset: "utf8",
      keepNames: true,
      logLevel: "silent",
      external: EXTERNAL,
      alias: { "@std/yaml": "yaml" },
      plugins: [placesOfSources(root), PLATFORM_MODULES],
    });
    const { code } = await bundleGuest();
    await Deno.writeTextFile(`${root}/${BUNDLE}/${GUEST_RUNTIME}`, code);
  } finally {
    await stop();
  }
}

const HERE = "import.meta.url";
const URL_OF_MODULE = /new URL\("(\.[^"]+\.[jt]s)", import\.meta\.url\)/g;

/** Modules go on to find files from where their sources are, and threads find the bundles they begin with. */
function placesOfSources(root: string): Plugin {
  return {
    name: "places-of-sources",
    setup(bundling) {
      bundling.onLoad({ filter: /\.ts$/ }, async ({ path }): Promise<OnLoadResult | undefined> => {
        const text = await Deno.readTextFile(path);
        if (!text.includes(HERE)) return undefined;
        const source = JSON.stringify(relative(`${root}/${BUNDLE}`, path));
        const parts = text.split(URL_OF_MODULE);
        const contents = parts.map((part, index) => {
          if (index % 2 === 0) return part.replaceAll(HERE, `new URL(${source}, ${HERE}).href`);
          const module = relative(root, resolve(dirname(path), part));
          const file = BUNDLED.get(module) ?? relative(BUNDLE, module);
          return `new URL(${JSON.stringify(file)}, ${HERE})`;
        });
        return { contents: contents.join(""), loader: "ts" };
      });
    },
  };
}

/** Packages in CommonJS call for modules of the platform, which a bundle of ES modules has to import. */
const PLATFORM_MODULES: Plugin = {
  name: "platform-modules",
  setup(bundling) {
    bundling.onResolve({ filter: /^(process|buffer)$/ }, ({ path, kind }) => {
      return kind === "require-call" ? { path, namespace: "platform" } : undefined;
    });
    bundling.onLoad({ filter: /.*/, namespace: "platform" }, ({ path }) => {
      return { contents: `export * from "node:${path}";`, loader: "js" };
    });
  },
};
