/** `featurizer replay`: a config's features over history, live. */
import { serveApi } from "../../api/mod.ts";
import {
  type LiveStatus,
  type LiveSystem,
  openLive,
  replayConfig,
  SYSTEM_CLOCK,
} from "../../live/mod.ts";
import { fetchRemoteFiles, loadConfig, type SetConfig } from "../../set/mod.ts";
import { PreparedThreads } from "../../store/mod.ts";
import type { StartThread } from "../../threads.ts";
import type { Command, Invocation } from "../command_spec.ts";
import { EXIT } from "../exit_code.ts";
import { printJson } from "../json_text.ts";
import { requireStoreAt } from "../store_option.ts";
import { printLine } from "../terminal.ts";
import { pluralText } from "../value_text.ts";
import { addressOf, announce, apiOptions, SERVE, untilAborted } from "./serve.ts";

const LOOK_MS = 50;

const { port, host, workers, "token-file": tokenFile, origin } = SERVE.options;

export const REPLAY: Command = {
  name: "replay",
  usage: "<config.yaml> [options]",
  details:
    `Serves a config as \`serve\` does, while the rows of its sources come from history at a chosen speed:
from the files of its data sources or, with --from, from the log of a server, every row judged late
or not as it was there. Event time goes as the rows do: with 60x an hour takes a minute, with max
rows come as fast as they can be computed.
When all rows have come the sources are complete: open windows close, reads are final, and the rows
of the set are those that \`run\` makes. It then goes on to answer until Ctrl-C; with --exit it ends.
Its store is its own and gone afterwards, unless --store names one to keep.`,
  options: {
    speed: {
      type: "string",
      value: "S",
      tells: "1x, 60x, max; default: the config's, or max",
    },
    from: { type: "string", value: "URL", tells: "store of a server whose log is replayed" },
    exit: { type: "boolean", tells: "end when all rows have come" },
    store: { type: "string", value: "URL", tells: "keep what is computed in this store" },
    ...{ port: port!, host: host!, workers: workers!, "token-file": tokenFile!, origin: origin! },
  },
  examples: [
    {
      line: "featurizer replay set.yaml --speed 60x",
      tells: "the config's files, an hour a minute",
    },
    {
      line: "featurizer replay live.yaml --from .featurizer/store.db",
      tells: "what a server took in, with the features as they are now",
    },
    { line: "featurizer replay set.yaml --exit --store try.db", tells: "compute, keep, end" },
  ],
  run: async (invocation) => {
    await using folder = await temporaryFolder();
    const loaded = await loadConfig(invocation.required(0, "the config"), { purpose: "serve" });
    await using local = await fetchRemoteFiles(loaded, invocation.signal);
    const store = invocation.text("store") ?? `${folder.path}/replay.db`;
    await using threads = new PreparedThreads(invocation.startThread, store);
    const { startThread } = threads;
    const system = await openReplay(invocation, local.config, { store, startThread });
    try {
      const address = addressOf(invocation, REPLAY);
      const options = await apiOptions(invocation, address.hostname);
      invocation.acceptSignal?.();
      await using served = serveApi({ system, clock: SYSTEM_CLOCK, options }, address);
      const isEnding = invocation.flag("exit");
      if (!invocation.json || !isEnding) announce(invocation, system, served, options);
      const isComplete = await untilComplete(system, invocation.signal);
      if (isComplete) tell(invocation, system.status());
      if (!isEnding && isComplete) await untilAborted(invocation.signal);
      return isEnding && !(isComplete && isSound(system.status())) ? EXIT.user : EXIT.ok;
    } finally {
      await system.close();
    }
  },
};

async function openReplay(
  invocation: Invocation,
  loaded: SetConfig,
  { store, startThread }: { readonly store: string; readonly startThread: StartThread },
): Promise<LiveSystem> {
  const [speed, from] = [invocation.text("speed"), invocation.text("from")];
  if (from !== undefined) await requireStoreAt(from, "from");
  const config = await replayConfig(loaded, {
    ...(speed !== undefined && { speed }),
    ...(from !== undefined && { from }),
  });
  const workers = invocation.count("workers");
  return await openLive({
    config,
    launcher: invocation.launcher,
    startThread,
    store,
    isBounded: true,
    ...(workers !== undefined && { workers }),
  });
}

/** Resolves to true when every row has come and was computed, or never will be; to false if the signal came first. */
async function untilComplete(system: LiveSystem, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted && !isOver(system.status())) {
    await new Promise((next) => setTimeout(next, LOOK_MS));
  }
  return !signal.aborted;
}

function isOver({ connectors, pipelines, sources }: LiveStatus): boolean {
  const isBroken = connectors.some(({ state, detail }) =>
    state === "ended" && detail !== undefined
  );
  return connectors.every(({ state }) => state === "ended") &&
    (isBroken || sources.every(({ watermarkUs }) => watermarkUs === Infinity)) &&
    pipelines.every(({ state, boundUs, pendingRows }) =>
      state === "FAILED" || isBroken || (boundUs === Infinity && pendingRows === 0)
    );
}

function isSound({ connectors, pipelines }: LiveStatus): boolean {
  return connectors.every(({ detail }) => detail === undefined) &&
    pipelines.every(({ state }) => state !== "FAILED");
}

function tell({ json, flag, terminal }: Invocation, status: LiveStatus): void {
  const sources = status.sources.map(({ source, admitted, late, malformed, future }) => {
    return { source, admitted, late, malformed, future };
  });
  const errors = [
    ...status.connectors.flatMap(({ source, detail }) => detail ? [`${source}: ${detail}`] : []),
    ...status.pipelines.flatMap(({ error }) => error ?? []),
  ];
  if (json) {
    if (flag("exit")) printJson(terminal.out, { complete: errors.length === 0, sources, errors });
    return;
  }
  for (const { source, admitted, late, malformed, future } of sources) {
    const refused = Object.entries({ late, malformed, future }).filter(([, rows]) => rows > 0)
      .map(([reason, rows]) => `, ${rows} ${reason}`).join("");
    printLine(terminal.err, `replayed ${source}: ${pluralText(admitted, "row")}${refused}`);
  }
  for (const error of errors) printLine(terminal.err, error);
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "featurizer-replay-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
