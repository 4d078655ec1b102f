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
  readonly app: FeaturizerApi;
  /** For example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Closes sockets, lets requests end that are under way, stops listening. */
  close(): Promise<void>;
}

/** Requests that go on so long after the end was asked for are cut off. */
const GRACE_MS = 5000;

/** Begins to listen. The live system stays open when the API closes. */
export function serveApi(dependencies: ApiDependencies, address: Address): ServedApi {
  const app = createApp(dependencies);
  const aborting = new AbortController();
  const server = listen(address, aborting.signal, app);
  let closing: Promise<void> | undefined;
  const close = () =>
    closing ??= (async () => {
      app.close();
      const timer = setTimeout(() => aborting.abort(), GRACE_MS);
      await server.shutdown();
      clearTimeout(timer);
    })();
  return { app, url: urlOf(server.addr), close, [Symbol.asyncDispose]: close };
}

function listen(
  { hostname, port }: Address,
  signal: AbortSignal,
  app: FeaturizerApi,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve(
      { hostname, port, signal, onListen: () => {} },
      (request) => app.fetch(request),
    );
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
