/** The API on a port of this machine. */
import { FeaturizerError } from "../errors.ts";
import { createApp, type FeaturizerApi } from "./app.ts";
import type { ApiDependencies } from "./settings.ts";

export interface Address {
  readonly hostname: string;
  /** 0 is any free one. */
  readonly port: number;
}

export interface ServedApi extends AsyncDisposable {
  /** Of the system that is served now. */
  readonly app: FeaturizerApi;
  /** For example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Closes sockets, and lets requests wait from now on until `resume`. */
  pause(): void;
  /** Serves another system from now on. */
  resume(dependencies: ApiDependencies): void;
  /** Closes sockets, lets requests end that are under way, stops listening. */
  close(): Promise<void>;
}

/** Requests that go on so long after the end was asked for are cut off. */
const GRACE_MS = 5000;

/** Begins to listen. The live system stays open when the API closes. */
export function serveApi(dependencies: ApiDependencies, address: Address): ServedApi {
  let app = createApp(dependencies);
  let paused: PromiseWithResolvers<void> | undefined;
  const aborting = new AbortController();
  const server = listen(address, aborting.signal, async (request) => {
    await paused?.promise;
    return await app.fetch(request);
  });
  let closing: Promise<void> | undefined;
  const close = () =>
    closing ??= (async () => {
      app.close();
      paused?.resolve();
      const timer = setTimeout(() => aborting.abort(), GRACE_MS);
      await server.shutdown();
      clearTimeout(timer);
    })();
  return {
    get app() {
      return app;
    },
    url: urlOf(server.addr),
    pause: () => {
      paused ??= Promise.withResolvers<void>();
      app.close();
    },
    resume: (next) => {
      app = createApp(next);
      paused?.resolve();
      paused = undefined;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listen(
  { hostname, port }: Address,
  signal: AbortSignal,
  handle: (request: Request) => Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, signal, onListen: () => {} }, handle);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
    throw new FeaturizerError(`Cannot listen on ${hostname}:${port}: the port is taken`, {
      code: "PORT_TAKEN",
      domain: "external",
      cause,
      hint: "Choose another one with --port, or end the program that has it.",
    });
  }
}

function urlOf({ hostname, port }: Deno.NetAddr): string {
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `http://${name}:${port}`;
}
