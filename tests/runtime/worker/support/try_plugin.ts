/** One plugin through the whole road: load, open a site that calls its first hole, one frame. */
import { asFlat } from "../../../../runtime/arrow/batch.ts";
import type { HoleDescription } from "../../../../dsl/template.ts";
import type { Frame } from "../../../../runtime/engine/frames.ts";
import { FeaturizerError } from "../../../../runtime/errors.ts";
import {
  type LoadedPlugin,
  loadPlugin,
  openSites,
  type WorkerLauncher,
} from "../../../../runtime/worker/mod.ts";

/** What became of a plugin. */
export interface Outcome {
  readonly path: string;
  readonly holes?: readonly HoleDescription[];
  /** Values the site sent back for 1, 2, 3, at last. */
  readonly values?: readonly number[];
  readonly error?: { readonly code: string; readonly message: string; readonly frame?: string };
  readonly seconds: number;
}

export const FAKE_SITE: URL = new URL("./fake_site.ts", import.meta.url);

const TIMEOUT_MS = 1500;
const HEAP_MB = 64;
// Many: a worker that has stopped listening may still take what has already arrived.
const SLICES = 500;

export async function tryPlugin(path: string, launcher: WorkerLauncher): Promise<Outcome> {
  const start = performance.now();
  const outcome = await attempt(path, launcher).catch((error: unknown) => {
    if (!(error instanceof FeaturizerError)) throw error;
    const { code, message, frame } = error;
    return { error: { code, message, ...(frame === undefined ? {} : { frame }) } };
  });
  return { path, ...outcome, seconds: (performance.now() - start) / 1000 };
}

async function attempt(
  path: string,
  launcher: WorkerLauncher,
): Promise<Omit<Outcome, "path" | "seconds">> {
  const plugin = await loadPlugin(path, {
    launcher,
    siteModule: FAKE_SITE,
    limits: { loadMs: TIMEOUT_MS },
  });
  const { holes } = plugin.text;
  if (holes[0]?.kind !== "function") return { holes };
  return { holes, values: await callHole(plugin, launcher) };
}

async function callHole(
  plugin: LoadedPlugin,
  launcher: WorkerLauncher,
): Promise<readonly number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Frame>();
  const { name } = plugin.text;
  const send = (slice: number) =>
    sites.send({ kind: "site", site: 0, partition: 0 }, frameOf(slice));
  const plan = { to: { kind: "host" }, hole: 0 };
  const sites = await openSites(
    [{ description: { site: 0, name, plugins: [name], partitions: 2, plan }, code: plugin.code }],
    {
      launcher,
      partitions: 2,
      heapMb: HEAP_MB,
      silenceMs: TIMEOUT_MS,
      onFrame: (frame) => frame.slice < SLICES ? send(frame.slice + 1) : resolve(frame),
      onDone: () => {},
      onFailure: reject,
    },
  );
  try {
    send(0);
    return Array.from(asFlat((await promise).batch.columns[0]!));
  } finally {
    await sites.close();
  }
}

function frameOf(slice: number): Frame {
  const batch = { length: 3, columns: [Float64Array.of(1, 2, 3)] };
  return { edge: 0, from: 0, slice, batch, untilUs: Infinity };
}
