/** Files behind URLs, brought here before a run: formats such as Parquet are read from their ends. */
import { basename, join } from "node:path";
import { FeaturizerError } from "../errors.ts";
import { located } from "./config_error.ts";
import { hasHistory, type HistorySource } from "./config_source_types.ts";
import type { DataSourceConfig, SetConfig } from "./config_types.ts";

/** A config whose paths are all of files that lie here. */
export interface LocalConfig extends AsyncDisposable {
  readonly config: SetConfig;
}

const LEAST_RETRIED = 500;

/**
 * Fetches what the data sources name by http(s) into a folder that is gone with the result; each URL once. Stored
 * rows are reused by the content that came, whatever its address says of it.
 */
export async function fetchRemoteFiles(
  config: SetConfig,
  signal?: AbortSignal,
): Promise<LocalConfig> {
  const isRemote = config.dataSources.some((entry) =>
    hasHistory(entry) && pathsOf(entry).some((path) => schemeOf(path) !== undefined)
  );
  if (!isRemote) return { config, [Symbol.asyncDispose]: () => Promise.resolve() };
  await using folder = new RemoteFolder(await Deno.makeTempDir({ prefix: "featurizer-files-" }));
  const dataSources: DataSourceConfig[] = [];
  for (const [index, entry] of config.dataSources.entries()) {
    dataSources.push(
      hasHistory(entry) ? await folder.localOf(entry, { config, index, signal }) : entry,
    );
  }
  const kept = folder.keep();
  return { config: { ...config, dataSources }, [Symbol.asyncDispose]: () => kept.remove() };
}

interface Place {
  readonly config: SetConfig;
  readonly index: number;
  readonly signal: AbortSignal | undefined;
}

class RemoteFolder implements AsyncDisposable {
  readonly #path: string;
  /** By URL: the file that holds what came of it. */
  readonly #files = new Map<string, string>();
  #isKept = false;

  constructor(path: string) {
    this.#path = path;
  }

  async localOf(entry: HistorySource, place: Place): Promise<HistorySource> {
    const paths: string[] = [];
    for (const path of pathsOf(entry)) {
      const scheme = schemeOf(path);
      if (scheme === undefined) paths.push(path);
      else if (/^https?$/i.test(scheme)) paths.push(await this.#fetch(path, place.signal));
      else throw unknownScheme(scheme, place);
    }
    return { ...entry, path: paths };
  }

  /** What was fetched stays until `remove`. */
  keep(): this {
    this.#isKept = true;
    return this;
  }

  remove(): Promise<void> {
    return Deno.remove(this.#path, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isKept) await this.remove();
  }

  async #fetch(url: string, signal: AbortSignal | undefined): Promise<string> {
    const known = this.#files.get(url);
    if (known !== undefined) return known;
    const folder = join(this.#path, String(this.#files.size));
    await Deno.mkdir(folder);
    // The name stays, whose ending says the format.
    const file = join(folder, basename(new URL(url).pathname) || "file");
    await fetchInto(file, url, signal);
    this.#files.set(url, file);
    return file;
  }
}

async function fetchInto(
  file: string,
  url: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const response = await fetch(url, signal ? { signal } : {});
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw refused(url, response.status);
    }
    const target = await Deno.open(file, { write: true, create: true });
    await response.body.pipeTo(target.writable);
  } catch (cause) {
    if (cause instanceof FeaturizerError || signal?.aborted) throw cause;
    throw new FeaturizerError(`Cannot fetch "${withoutSecrets(url)}": ${messageOf(cause)}`, {
      code: "FETCH_FAILED",
      domain: "external",
      retry: "backoff",
      cause,
      hint: "Check the address and the network, and run again.",
    });
  }
}

function refused(url: string, status: number): FeaturizerError {
  const isPassing = status >= LEAST_RETRIED || status === 429;
  return new FeaturizerError(`Cannot fetch "${withoutSecrets(url)}": the server says ${status}`, {
    code: "FETCH_REFUSED",
    domain: "external",
    ...(isPassing ? { retry: "backoff" as const } : {}),
    hint: "Check the address, and that it needs no login.",
  });
}

function unknownScheme(scheme: string, { config, index }: Place): FeaturizerError {
  const advice = scheme.toLowerCase() === "s3"
    ? "Give a presigned https URL of the object, or fetch it and name its path."
    : "Give a path, or a URL that begins with http:// or https://.";
  const message = `files cannot be read from ${scheme}:// addresses`;
  return located(config, ["data_sources", index, "path"], message, advice);
}

function pathsOf({ path }: HistorySource): readonly string[] {
  return typeof path === "string" ? [path] : path;
}

/** Undefined for a path here. */
function schemeOf(path: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1];
}

/** Signatures and tokens lie behind the question mark. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
