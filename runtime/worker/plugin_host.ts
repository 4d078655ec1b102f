/** Loading a plugin: bundle, evaluate in a sandbox, take its description, stop. */
import { resolve } from "node:path";
import type { PluginText } from "../../dsl/template.ts";
import { FeaturizerError } from "../errors.ts";
import { bundleGuest, hashPlugin } from "./bundle.ts";
import { showPath } from "./bundle_error.ts";
import { GuestHandle, printLog } from "./guest_handle.ts";
import { BUFFER_MB, LOAD_MS, type WorkerLauncher, type WorkerLimits } from "./launcher.ts";
import { type EvaluatedPlugin, findKept, keep } from "./plugin_cache.ts";
import { projectVersion } from "./project_version.ts";
import { type GuestToHost, PROTOCOL_VERSION, type RecordedTemplate } from "./protocol.ts";
import { withoutSourceMap } from "./source_place.ts";

/** A plugin as data, and the bundle to run it. */
export interface LoadedPlugin {
  /** The module's default export. */
  readonly text: PluginText;
  /** The plugins it imports. */
  readonly others: readonly PluginText[];
  /** The bundle that carries them all, for `openSites`. */
  readonly code: string;
  /** Absolute paths of the modules and data files that the bundle is made of. */
  readonly files: readonly string[];
}

/** How a plugin is loaded. */
export interface LoadOptions {
  /** Where the plugin is evaluated. */
  readonly launcher: WorkerLauncher;
  /** Limits of the worker that evaluates it. */
  readonly limits?: WorkerLimits | undefined;
  /** What the plugin prints; to the error output by default. */
  readonly onLog?: (plugin: string, text: string) => void;
  /** Module that exports `createSite`; the engine's by default. */
  readonly siteModule?: URL;
}

type Described = Extract<GuestToHost, { kind: "described" }>;

const LOAD_HEAP_MB = 256;

/** Evaluates the plugin at the path in a sandbox and says what its templates are. */
export async function loadPlugin(path: string, options: LoadOptions): Promise<LoadedPlugin> {
  const file = resolve(path);
  await requireFile(file, path);
  const evaluated = await findKept(file) ?? await evaluate(file, options);
  const { bundle, templates, entry } = evaluated;
  const texts = await Promise.all(templates.map((recorded) => toPluginText(recorded, evaluated)));
  const text = texts[entry];
  if (text === undefined) throw noPlugin(path);
  const others = texts.filter((_other, index) => index !== entry);
  return { text, others, code: bundle.code, files: [...bundle.files.keys()] };
}

/** What a plugin prints is to be seen each time: one that does is not kept. */
async function evaluate(file: string, options: LoadOptions): Promise<EvaluatedPlugin> {
  const { siteModule, onLog = printLog } = options;
  const bundle = await bundleGuest({ plugin: file, ...(siteModule && { siteModule }) });
  let isSilent = true;
  const { templates, entry } = await describe(bundle.code, showPath(file), {
    ...options,
    onLog: (plugin, text) => {
      isSilent = false;
      onLog(plugin, text);
    },
  });
  const modules = new Set(templates.map((recorded) => recorded.file)).intersection(bundle.files);
  const hashes = await Promise.all(
    [...modules].map(async (module) => [module, await hashPlugin(module)] as const),
  );
  const evaluated = { bundle, templates, entry, hashes: new Map(hashes) };
  if (isSilent && siteModule === undefined) await keep(file, evaluated);
  return evaluated;
}

async function requireFile(file: string, path: string): Promise<void> {
  const found = await Deno.stat(file).catch(() => undefined);
  if (found?.isFile) return;
  throw new FeaturizerError(`Cannot read plugin "${path}": there is no such file`, {
    code: "PLUGIN_NOT_FOUND",
    hint: "A plugin is named by the path of its module, relative to the working folder.",
  });
}

async function describe(code: string, name: string, options: LoadOptions): Promise<Described> {
  const { launcher, limits = {} } = options;
  const { loadMs = LOAD_MS, heapMb = LOAD_HEAP_MB, bufferMb = BUFFER_MB } = limits;
  const { promise, resolve, reject } = Promise.withResolvers<Described>();
  const worker = await launcher.launch({
    code: withoutSourceMap(code),
    name,
    heapMb,
    bufferMb,
  });
  const guest = new GuestHandle(worker, {
    name,
    code,
    silenceMs: loadMs,
    callMs: limits.callMs,
    memory: { heapMb, bufferMb },
    onLog: options.onLog,
    onMessage: (message) => {
      if (message.kind === "described") resolve(message);
    },
    onFailure: reject,
  });
  try {
    guest.post({ kind: "describe", version: PROTOCOL_VERSION });
    return await promise;
  } finally {
    await guest.close();
  }
}

async function toPluginText(
  { file, template }: RecordedTemplate,
  { bundle, hashes }: EvaluatedPlugin,
): Promise<PluginText> {
  const text = bundle.files.get(file);
  const bundleHash = hashes.get(file);
  if (text === undefined || bundleHash === undefined) throw noPlugin(file);
  const version = await projectVersion(file);
  return {
    ...template,
    file: showPath(file),
    text,
    bundleHash,
    ...(version !== undefined && { version }),
  };
}

function noPlugin(path: string): FeaturizerError {
  return new FeaturizerError(`Cannot load "${path}": its default export is no plugin`, {
    code: "PLUGIN_HAS_NO_TEMPLATE",
    hint: 'End the module with: export default plugin("name")`…`;',
  });
}
