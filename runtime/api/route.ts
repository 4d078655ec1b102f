/** What a route is: its place, its shapes for `/openapi.json`, and its act. */
import type { z } from "zod";
import type { Clock, LiveSystem } from "../live/mod.ts";
import type { CatalogNames } from "./catalog_names.ts";
import type { RequestCounts } from "./request_counts.ts";
import type { ApiSettings, Scope } from "./settings.ts";
import type { StreamServer } from "./stream/stream_server.ts";

/** What every route works with. */
export interface Api {
  readonly system: LiveSystem;
  readonly clock: Clock;
  readonly settings: ApiSettings;
  readonly names: CatalogNames;
  readonly streams: StreamServer;
  readonly requests: RequestCounts;
}

export interface RouteCall {
  readonly api: Api;
  readonly request: Request;
  readonly query: URLSearchParams;
  /** A part of the path by its name, decoded. */
  param(name: string): string;
}

export interface Route {
  readonly method: "get" | "post";
  /** With parameters as `:name`. */
  readonly path: string;
  /** What a token must allow; without it everyone may call. */
  readonly scope?: Scope;
  readonly summary: string;
  readonly details?: string;
  readonly query?: z.ZodObject;
  /** Shapes of the body by media type. */
  readonly body?: Readonly<Record<string, z.ZodType>>;
  /** Shape of a JSON answer; a route without it says its media type. */
  readonly answer: z.ZodType | { readonly mediaType: string };
  handle(call: RouteCall): Promise<Response> | Response;
}
