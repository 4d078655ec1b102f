/** All sockets, and the series they share. */
import type { LiveSystem } from "../../live/mod.ts";
import { type Access, SOCKET_PROTOCOL } from "../access.ts";
import type { CatalogNames } from "../catalog_names.ts";
import { RequestError } from "../problem.ts";
import type { ApiSettings } from "../settings.ts";
import { ClientSocket } from "./client_socket.ts";
import type { SlowCounts } from "./backlog.ts";
import type { Outbox, Pacer } from "./outbox.ts";
import { SeriesStream } from "./series_stream.ts";

export interface StreamServerOptions {
  readonly system: LiveSystem;
  readonly names: CatalogNames;
  readonly access: Access;
  readonly settings: ApiSettings;
}

/** Numbers for `/metrics` and the terminal. */
export interface StreamStatus {
  readonly sockets: number;
  readonly subscriptions: readonly { readonly series: string; readonly count: number }[];
  readonly sentBytes: number;
  readonly droppedRows: number;
  readonly conflatedRows: number;
  readonly closedSlow: number;
}

/** How often a socket that was full is looked at; sockets do not tell when they have room. */
const PACE_MS = 5;
const GOING_AWAY = 1001;

export class StreamServer implements Pacer {
  readonly #options: StreamServerOptions;
  readonly #sockets = new Set<ClientSocket>();
  readonly #streams = new Map<string, SeriesStream>();
  readonly #counts: SlowCounts = { droppedRows: 0, conflatedRows: 0 };
  readonly #waiting = new Set<Outbox>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #sentBytes = 0;
  #closedSlow = 0;

  constructor(options: StreamServerOptions) {
    this.#options = options;
  }

  /** Turns the request into a socket. */
  upgrade(request: Request): Response {
    const { access, settings, system, names } = this.#options;
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") throw upgradeRequired();
    if (this.#sockets.size >= settings.maxSockets) throw tooManySockets(settings.maxSockets);
    const scopes = access.scopesOf(request);
    const protocols = request.headers.get("sec-websocket-protocol") ?? "";
    const { socket, response } = Deno.upgradeWebSocket(request, {
      idleTimeout: settings.idleSeconds,
      ...(protocols.includes(SOCKET_PROTOCOL) && { protocol: SOCKET_PROTOCOL }),
    });
    const client = new ClientSocket(socket, {
      system,
      names,
      settings,
      scopes,
      counts: this.#counts,
      pacer: this,
      streamOf: (name) => this.#streamOf(name),
      onSent: (bytes) => this.#sentBytes += bytes,
      onSlow: () => this.#closedSlow++,
      onClose: () => this.#sockets.delete(client),
    });
    this.#sockets.add(client);
    return response;
  }

  status(): StreamStatus {
    return {
      sockets: this.#sockets.size,
      subscriptions: [...this.#streams.values()].map(({ info, subscriptions }) => ({
        series: info.name,
        count: subscriptions,
      })),
      sentBytes: this.#sentBytes,
      ...this.#counts,
      closedSlow: this.#closedSlow,
    };
  }

  wait(outbox: Outbox): void {
    this.#waiting.add(outbox);
    this.#timer ??= setInterval(() => this.#pump(), PACE_MS);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close(GOING_AWAY, "the server ends");
    this.#pump();
  }

  #pump(): void {
    for (const outbox of this.#waiting) if (outbox.pump()) this.#waiting.delete(outbox);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #streamOf(name: string): SeriesStream {
    const { names, system } = this.#options;
    const info = names.series(name);
    let stream = this.#streams.get(info.name);
    if (stream === undefined) {
      this.#streams.set(info.name, stream = new SeriesStream(system, info));
    }
    return stream;
  }
}

function upgradeRequired(): RequestError {
  return new RequestError(`Cannot stream over plain HTTP: the request is no WebSocket handshake`, {
    status: 426,
    code: "UPGRADE_REQUIRED",
    hint: "Open it as a WebSocket, for example: websocat ws://127.0.0.1:8080/v1/stream.",
    headers: { upgrade: "websocket" },
  });
}

function tooManySockets(most: number): RequestError {
  return new RequestError(`Cannot open another socket: ${most} are open`, {
    status: 503,
    code: "TOO_MANY_SOCKETS",
    hint: "Try again later, or subscribe to several series over one socket.",
    retry: "backoff",
  });
}
