/** `featurizer serve`: a config's features live, over HTTP and WebSocket. */
import { type ApiOptions, serveApi, type ServedApi } from "../../api/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import { type LiveSystem, openLive, SYSTEM_CLOCK } from "../../live/mod.ts";
import { loadConfig } from "../../set/mod.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { errorLines } from "../error_text.ts";
import { usageError } from "../invocation.ts";
import { printJson } from "../json_text.ts";
import { type Moment, momentLine, startLines } from "../serve_text.ts";
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
    "token-file": { type: "string", value: "PATH", tells: "lines of: token scope,scope name" },
    origin: { type: "string", value: "URLS", tells: "origins of pages that may call" },
  },
  examples: [
    { line: "featurizer serve live.yaml", tells: "on this machine, port 8080" },
    {
      line: "featurizer serve live.yaml --host 0.0.0.0 --token-file tokens.txt",
      tells: "for others, who need a token",
    },
  ],
  run: async (invocation) => {
    const file = invocation.required(0, "the config");
    const address = addressOf(invocation);
    const options = await apiOptions(invocation, address.hostname);
    const system = await openSystem(invocation, file);
    invocation.acceptSignal?.();
    try {
      await using served = serveApi({ system, clock: SYSTEM_CLOCK, options }, address);
      announce(invocation, system, served, options);
      using _reports = reportOften(invocation, system, served);
      await untilAborted(invocation.signal);
      if (!invocation.json) printLine(invocation.terminal.err, "ending: takes a last checkpoint");
    } finally {
      await system.close();
    }
  },
};

async function openSystem(invocation: Invocation, file: string): Promise<LiveSystem> {
  const config = await loadConfig(file, { purpose: "serve" });
  const [store, workers] = [invocation.text("store"), invocation.count("workers")];
  const fromSavepoint = invocation.text("from-savepoint");
  return await openLive({
    config,
    launcher: invocation.launcher,
    ...(store !== undefined && { store }),
    ...(workers !== undefined && { workers }),
    ...(fromSavepoint !== undefined && { fromSavepoint }),
    fromHistory: invocation.flag("from-history"),
  });
}

function addressOf(invocation: Invocation): { hostname: string; port: number } {
  const hostname = invocation.text("host") ?? DEFAULT_HOST;
  const text = invocation.text("port") ?? String(DEFAULT_PORT);
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MOST_PORT) return { hostname, port };
  throw usageError(SERVE, `Cannot read option "--port": expected 0 to ${MOST_PORT}, got "${text}"`);
}

async function apiOptions(invocation: Invocation, hostname: string): Promise<ApiOptions> {
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

function announce(
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
  system: LiveSystem,
  { app }: ServedApi,
): Disposable {
  if (!err.isTerminal) return { [Symbol.dispose]: () => {} };
  const take = (): Moment => ({
    nowUs: SYSTEM_CLOCK.nowUs(),
    status: system.status(),
    streams: app.streams(),
  });
  let before = take();
  const timer = setInterval(() => {
    const now = take();
    printLine(err, momentLine(before, now));
    before = now;
  }, LINE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function untilAborted(signal: AbortSignal): Promise<void> {
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
