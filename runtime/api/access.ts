/** Who may call: names of the server, origins of pages, and bearer tokens with scopes. */
import { createHash, timingSafeEqual } from "node:crypto";
import { RequestError } from "./problem.ts";
import type { ApiSettings, Scope } from "./settings.ts";

/** The protocol that a socket speaks; a page sends its token beside it, as `bearer.<token>`. */
export const SOCKET_PROTOCOL = "featurizer.v1";

const TOKEN_PROTOCOL = "bearer.";
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

interface KnownToken {
  readonly digest: Uint8Array;
  readonly scopes: readonly Scope[];
}

export class Access {
  readonly #tokens: readonly KnownToken[];
  readonly #hosts: readonly string[];
  readonly #origins: readonly string[];

  constructor({ tokens, hosts, origins }: ApiSettings) {
    this.#tokens = tokens.map(({ token, scopes }) => ({ digest: digestOf(token), scopes }));
    this.#hosts = [...LOOPBACK, ...hosts];
    this.#origins = origins;
  }

  /** Throws unless the request comes by a known name, and from a page only if that page may call. */
  checkOrigin(request: Request): void {
    const host = request.headers.get("host") ?? new URL(request.url).host;
    if (!this.#hosts.includes("*") && !this.#hosts.includes(hostName(host))) {
      throw new RequestError(`Cannot answer for "${host}": the server does not go by that name`, {
        status: 403,
        code: "HOST_REFUSED",
        hint: "Call it as localhost, or start it with --host and the name that clients use.",
      });
    }
    const origin = request.headers.get("origin");
    if (origin === null || this.#origins.includes(origin) || hostOfOrigin(origin) === host) return;
    throw new RequestError(`Cannot answer a page of "${origin}": that origin may not call`, {
      status: 403,
      code: "ORIGIN_REFUSED",
      hint: "Name the origin with --origin when the server is started.",
    });
  }

  /** The scopes of the caller; throws if the token is unknown. */
  scopesOf(request: Request): readonly Scope[] {
    if (this.#tokens.length === 0) return ["admin"];
    const token = tokenOf(request);
    if (token === undefined) throw unauthorized("it carries no token");
    const digest = digestOf(token);
    const known = this.#tokens.filter((known) => timingSafeEqual(known.digest, digest));
    if (known.length === 0) throw unauthorized("its token is not known");
    return known.flatMap(({ scopes }) => scopes);
  }

  /** Throws unless the request's token has the scope. */
  check(request: Request, scope: Scope): void {
    requireScope(this.scopesOf(request), scope);
  }
}

export function requireScope(scopes: readonly Scope[], scope: Scope): void {
  if (scopes.includes(scope) || scopes.includes("admin")) return;
  throw new RequestError(`Cannot do this: the token lacks the scope "${scope}"`, {
    status: 403,
    code: "SCOPE_MISSING",
    hint: `Use a token with the scope ${scope}.`,
  });
}

function unauthorized(state: string): RequestError {
  return new RequestError(`Cannot admit the request: ${state}`, {
    status: 401,
    code: "UNAUTHORIZED",
    hint: "Send the header: Authorization: Bearer <token>.",
    headers: { "www-authenticate": "Bearer" },
  });
}

function tokenOf(request: Request): string | undefined {
  const header = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "");
  if (header !== null) return header[1];
  const protocols = request.headers.get("sec-websocket-protocol")?.split(",") ?? [];
  return protocols.map((name) => name.trim()).find((name) => name.startsWith(TOKEN_PROTOCOL))
    ?.slice(TOKEN_PROTOCOL.length);
}

function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, "").toLowerCase();
}

function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
