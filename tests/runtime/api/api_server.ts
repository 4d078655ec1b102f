/** The API over a live double, served on a free port of this machine. */
import { type ApiOptions, serveApi, type ServedApi } from "../../../runtime/api/mod.ts";
import { LiveDouble, NOW_US } from "./live_double.ts";

export interface ApiServer extends AsyncDisposable {
  readonly system: LiveDouble;
  readonly app: ServedApi["app"];
  readonly port: number;
  readonly url: string;
}

export function openServer(options: ApiOptions = {}): ApiServer {
  const system = new LiveDouble();
  const clock = { nowUs: () => NOW_US };
  const served = serveApi({ system, clock, options }, { hostname: "127.0.0.1", port: 0 });
  const { host, port } = new URL(served.url);
  return {
    system,
    app: served.app,
    port: Number(port),
    url: `ws://${host}/v1/stream`,
    [Symbol.asyncDispose]: () => served.close(),
  };
}

/** Waits for a condition that no event tells of. */
export async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
}
