/** `serve --watch`: another config or plugin takes the place of the running one, with its state. */
import { resolve } from "node:path";
import { FeaturizerError } from "../errors.ts";
import type { LiveSystem } from "../live/mod.ts";
import {
  createSetFeatures,
  loadConfig,
  type LoadedPlugins,
  loadPlugins,
  type SetConfig,
} from "../set/mod.ts";
import type { WorkerLauncher } from "../worker/mod.ts";
import { FileWatch } from "./watch_files.ts";

/** A config with its plugins, known to be without mistakes. */
export interface LoadedConfig {
  readonly config: SetConfig;
  readonly plugins: LoadedPlugins;
}

/** A live system, and what it was opened from. */
export interface ServedSystem {
  readonly system: LiveSystem;
  readonly loaded: LoadedConfig;
}

/** What reloading needs of the server. */
export interface ReloadHost {
  /** Opens a system on the same store; `anew` makes its state again from the log. */
  open(loaded: LoadedConfig, options: { readonly anew: boolean }): Promise<LiveSystem>;
  /** Requests wait from now on. */
  pause(): void;
  /** Serves the system from now on. */
  resume(system: LiveSystem): void;
  /** After another system has taken over. */
  onReloaded(before: LiveSystem["catalog"], now: LiveSystem["catalog"]): void;
  /** What was wrong with a change; the system goes on as it was. */
  onRefused(error: FeaturizerError): void;
}

/** Loads a config to be served, and its plugins; throws every mistake. */
async function loadForServing(
  file: string,
  launcher: WorkerLauncher,
): Promise<LoadedConfig> {
  const config = await loadConfig(file, { purpose: "serve" });
  const plugins = await loadPlugins(config.plugins, { launcher, limits: config.limits });
  createSetFeatures(plugins.compilation, config);
  return { config, plugins };
}

/** Has the running system replaced when its files change. */
export class ReloadingSystem {
  readonly #host: ReloadHost;
  #system: LiveSystem;
  #loaded: LoadedConfig;

  constructor({ system, loaded }: ServedSystem, host: ReloadHost) {
    this.#system = system;
    this.#loaded = loaded;
    this.#host = host;
  }

  get system(): LiveSystem {
    return this.#system;
  }

  /** Follows the files until the signal comes. */
  async follow(options: {
    readonly launcher: WorkerLauncher;
    readonly signal: AbortSignal;
    /** Makes state again that does not fit a change. */
    readonly fromHistory: boolean;
  }): Promise<void> {
    const { launcher, signal, fromHistory } = options;
    const { file } = this.#loaded.config;
    using watch = new FileWatch(signal);
    watch.watch(filesOf(this.#loaded));
    while (await watch.next()) {
      const next = await loadForServing(file, launcher).catch(userError);
      const refusal = next instanceof FeaturizerError
        ? next
        : await this.#take(next, { watch, fromHistory });
      if (refusal) this.#host.onRefused(refusal);
    }
  }

  async #take(
    next: LoadedConfig,
    { watch, fromHistory }: { readonly watch: FileWatch; readonly fromHistory: boolean },
  ): Promise<FeaturizerError | undefined> {
    watch.watch(filesOf(next));
    if (printOf(next) === printOf(this.#loaded)) return undefined;
    return await this.#replace(next, fromHistory);
  }

  /** One system after the other on one store; why the next one does not open, if the last one is opened again. */
  async #replace(next: LoadedConfig, fromHistory: boolean): Promise<FeaturizerError | undefined> {
    const { catalog } = this.#system;
    this.#host.pause();
    await this.#system.close();
    const opened = await this.#openNext(next, fromHistory).catch(userError);
    if (opened instanceof FeaturizerError) {
      this.#system = await this.#host.open(this.#loaded, { anew: false });
      this.#host.resume(this.#system);
      return opened;
    }
    this.#system = opened;
    this.#loaded = next;
    this.#host.resume(opened);
    this.#host.onReloaded(catalog, opened.catalog);
    return undefined;
  }

  async #openNext(next: LoadedConfig, fromHistory: boolean): Promise<LiveSystem> {
    try {
      return await this.#host.open(next, { anew: false });
    } catch (error) {
      const isOther = error instanceof FeaturizerError && error.code === "STATE_CHANGED";
      if (!isOther || !fromHistory) throw error;
      return await this.#host.open(next, { anew: true });
    }
  }
}

function userError(error: unknown): FeaturizerError {
  if (error instanceof FeaturizerError) return error;
  throw error;
}

function filesOf({ config, plugins }: LoadedConfig): readonly string[] {
  return [resolve(config.file), ...plugins.files];
}

/** Two loads of the same print serve the same. */
function printOf({ config, plugins: { compilation } }: LoadedConfig): string {
  return JSON.stringify([config.text, compilation.plugins.map(({ name, hash }) => [name, hash])]);
}
