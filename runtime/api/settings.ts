/** What the API is built from, and its limits. */
import type { Clock, LiveSystem } from "../live/mod.ts";

/** `admin` may do everything. */
export type Scope = "read" | "write" | "admin";

export interface AccessToken {
  /** Stands for the token wherever it is spoken of. */
  readonly name: string;
  readonly token: string;
  readonly scopes: readonly Scope[];
}

export interface ApiOptions {
  /** Without them every request may do everything. */
  readonly tokens?: readonly AccessToken[];
  /** Origins of pages, besides the server's own, that may call; for example `https://desk.example`. */
  readonly origins?: readonly string[];
  /** Names by which clients reach the server; loopback names by default, `*` is any. */
  readonly hosts?: readonly string[];
  /** Most bytes of one push; 64 MiB by default. */
  readonly eventBytes?: number;
  /** Most bytes of any other request, and of a message over a socket; 8 MiB by default. */
  readonly requestBytes?: number;
  /** Sockets open at a time; 4096 by default. */
  readonly maxSockets?: number;
  /** Bytes handed to one socket before its rows wait in queues; 256 KiB by default. */
  readonly socketBytes?: number;
  /** Most bytes that a subscription may ask for as its queue; 64 MiB by default. */
  readonly bufferBytes?: number;
  /** A client that answers no ping for so long is closed; 30 by default. */
  readonly idleSeconds?: number;
  /** Told of errors that are not the client's. */
  readonly onError?: (error: unknown) => void;
}

export interface ApiDependencies {
  readonly system: LiveSystem;
  readonly clock: Clock;
  readonly options?: ApiOptions;
}

/** Options with every default filled in. */
export type ApiSettings = Required<ApiOptions>;

const MEBIBYTE = 1 << 20;

export function settingsOf(options: ApiOptions = {}): ApiSettings {
  return {
    tokens: [],
    origins: [],
    hosts: [],
    eventBytes: 64 * MEBIBYTE,
    requestBytes: 8 * MEBIBYTE,
    maxSockets: 4096,
    socketBytes: MEBIBYTE / 4,
    bufferBytes: 64 * MEBIBYTE,
    idleSeconds: 30,
    onError: () => {},
    ...options,
  };
}
