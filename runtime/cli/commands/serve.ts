/** `featurizer serve`: a config's features live, over HTTP and WebSocket. */
import { type ApiOptions, serveApi, type ServedApi } from "../../api/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import {
  type LiveCatalog,
  type LiveSystem,
  openLive,
  type OpenLiveOptions,
  SYSTEM_CLOCK,
  withSpeed,
} from "../../live/mod.ts";
import { loadConfig, loadPlugins } from "../../set/mod.ts";
import { PreparedThreads } from "../../store/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { errorLines } from "../error_text.ts";
import { usageError } from "../invocation.ts";
import { printJson } from "../json_text.ts";
import { ReloadingSystem, type ServedSystem } from "../reload_system.ts";
import { type Moment, momentLine, reloadLines, startLines } from "../serve_text.ts";
import { STORE_OPTION } from "../store_option.ts";
import { printLine } from "../terminal.ts";
import { readTokens } from "../token_file.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 8080;
const MOST_PORT = 65_535;
const LINE_MS = 10_000;

export const SERVE: Command = {
  name: "serve",
  usage: "<config.yaml> [options]",
  details:
    `Opens the sources of a config, keeps its features up to date as rows arrive, and serves them:
rows pushed over HTTP or a WebSocket are on disk before they are acknowledged, values are read
online, rows are streamed to subscribers. State is kept in the store: after a restart, or a crash,
it goes on where it was. SIGINT and SIGTERM end it after a last checkpoint.
With --watch a changed config or plugin takes over within a moment: requests wait, subscribers connect
again and go on behind their last row, and features that are the same keep their state. A change with
a mistake, or one that the state does not fit, is told and left out; with --from-history such state
is made again from the log.
Other machines can connect only if it is given tokens.`,
  options: {
    port: { type: "string", value: "N", tells: `default ${DEFAULT_PORT}` },
    host: { type: "string", value: "NAME", tells: `address to listen on; default ${DEFAULT_HOST}` },
    store: STORE_OPTION,
    workers: {
      type: "string",
      value: "N",
      tells: "threads of each pipeline; default: the config's",
    },
    "from-savepoint": { type: "string", value: "NAME", tells: "go back to a savepoint" },
    "from-history": { type: "boolean", tells: "make all state again from the log" },
    "accept-pruned": {
      type: "boolean",
      tells: "let new state begin with the rows the log still has",
    },
    speed: { type: "string", value: "S", tells: "replay files at this speed: 60x, max" },
    watch: { type: "boolean", tells: "take up changes of the config and its plugins" },
    "token-file": { type: "string", value: "PATH", tells: "lines of: token scope,scope name" },
    origin: { type: "string", value: "URLS", tells: "origins of pages that may call" },
  },
  examples: [
    { line: "featurizer serve live.yaml", tells: "on this machine, port 8080" },
    {
      line: "featurizer serve live.yaml --speed 60x",
      tells: "its files an hour a minute, then on with the clock",
    },
    {
      line: "featurizer serve live.yaml --host 0.0.0.0 --token-file tokens.txt",
      tells: "for others, who need a token",
    },
  ],
  run: async (invocation) => {
    const file = invocation.required(0, "the config");
    const address = addressOf(invocation, SERVE);
    await using threads = new PreparedThreads(invocation.startThread, invocation.text("store"));
    const options = await apiOptions(invocation, address.hostname);
    const first = await openFirst(invocation, file, threads);
    if (invocation.flag("watch")) threads.refill();
    const running = new ReloadingSystem(first, {
      open: (next, { anew }) =>
        openLive({ ...openOptions(invocation, next, threads), fromHistory: anew }),
      pause: () => served?.pause(),
      resume: (system) => served?.resume({ system, clock: SYSTEM_CLOCK, options }),
      onReloaded: (before, now) => {
        threads.refill();
        tellReload(invocation, before, now);
      },
      onRefused: (error) => tellRefusal(invocation, error),
    });
    let served: ServedApi | undefined;
    invocation.acceptSignal?.();
    try {
      const { system } = running;
      await using listening = serveApi({ system, clock: SYSTEM_CLOCK, options }, address);
      served = listening;
      announce(invocation, system, listening, options);
      using _reports = reportOften(invocation, running, listening);
      await (invocation.flag("watch")
        ? running.follow({ ...invocation, fromHistory: invocation.flag("from-history") })
        : untilAborted(invocation.signal));
      if (!invocation.json) printLine(invocation.terminal.err, "ending: takes a last checkpoint");
    } finally {
      await running.system.close();
    }
  },
};

/** The store is opened while the plugins are loaded. */
async function openFirst(
  invocation: Invocation,
  file: string,
  threads: PreparedThreads,
): Promise<ServedSystem> {
  const config = await loadConfig(file, { purpose: "serve" });
  const plugins = loadPlugins(config.plugins, { ...invocation, limits: config.limits });
  plugins.catch(() => {});
  const fromSavepoint = invocation.text("from-savepoint");
  const system = await openLive({
    ...openOptions(invocation, { config, plugins }, threads),
    ...(fromSavepoint !== undefined && { fromSavepoint }),
    fromHistory: invocation.flag("from-history"),
  });
  return { system, loaded: { config, plugins: await plugins } };
}

function openOptions(
  invocation: Invocation,
  loaded: Pick<OpenLiveOptions, "config" | "plugins">,
  { startThread }: PreparedThreads,
): OpenLiveOptions {
  const [store, workers] = [invocation.text("store"), invocation.count("workers")];
  const { config } = loaded;
  const speed = invocation.text("speed");
  const dataSources = speed === undefined
    ? config.dataSources
    : withSpeed(config.dataSources, speed);
  return {
    ...loaded,
    config: { ...config, dataSources },
    launcher: invocation.launcher,
    startThread,
    acceptPruned: invocation.flag("accept-pruned"),
    ...(store !== undefined && { store }),
    ...(workers !== undefined && { workers }),
  };
}

function tellReload(
  { terminal: { err } }: Invocation,
  before: LiveCatalog,
  now: LiveCatalog,
): void {
  for (const line of reloadLines(err, before, now)) printLine(err, line);
}

function tellRefusal({ terminal: { err } }: Invocation, error: FeaturizerError): void {
  for (const line of errorLines(err, error)) printLine(err, line);
  printLine(err, "not reloaded: goes on as it was before the change");
}

/** Where to listen, as the options of a command say. */
export function addressOf(
  invocation: Invocation,
  command: Command,
): { hostname: string; port: number } {
  const hostname = invocation.text("host") ?? DEFAULT_HOST;
  const text = invocation.text("port") ?? String(DEFAULT_PORT);
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MOST_PORT) return { hostname, port };
  throw usageError(
    command,
    `Cannot read option "--port": expected 0 to ${MOST_PORT}, got "${text}"`,
  );
}

/** Who may call, as the options of a command say. */
export async function apiOptions(invocation: Invocation, hostname: string): Promise<ApiOptions> {
  const path = invocation.text("token-file");
  const isLocal = ["127.0.0.1", "localhost", "::1"].includes(hostname);
  if (path === undefined && !isLocal) throw openToAll(hostname);
  return {
    origins: invocation.list("origin") ?? [],
    ...(path !== undefined && { tokens: await readTokens(path), hosts: ["*"] }),
    onError: (error) => {
      const { err } = invocation.terminal;
      for (const line of errorLines(err, error)) printLine(err, line);
    },
  };
}

/** Tells where it listens and what it serves. */
export function announce(
  { json, terminal: { out } }: Invocation,
  system: LiveSystem,
  { url }: ServedApi,
  options: ApiOptions,
): void {
  const { sources, series } = system.catalog;
  if (json) {
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
    return printJson(out, { url, sources: names(sources), features: names(series) });
  }
  const needsToken = options.tokens !== undefined;
  const text = { url, needsToken, nowUs: SYSTEM_CLOCK.nowUs() };
  for (const line of startLines(out, system.catalog, text)) printLine(out, line);
}

/** A line now and then, where there is somebody to read it. */
function reportOften(
  { terminal: { err } }: Invocation,
  running: ReloadingSystem,
  served: ServedApi,
): Disposable {
  if (!err.isTerminal) return { [Symbol.dispose]: () => {} };
  const take = (): Moment => ({
    nowUs: SYSTEM_CLOCK.nowUs(),
    status: running.system.status(),
    streams: served.app.streams(),
  });
  let before = take();
  const timer = setInterval(() => {
    const now = take();
    printLine(err, momentLine(before, now));
    before = now;
  }, LINE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

function openToAll(hostname: string): FeaturizerError {
  return new FeaturizerError(`Cannot serve on ${hostname}: everyone there could read and write`, {
    code: "TOKENS_NEEDED",
    hint: "Give --token-file with a line such as: $(openssl rand -hex 24) read,write dashboard.",
  });
}
