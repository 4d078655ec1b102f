/** The API as one handler of requests: routes, access, errors. */
import { type Context, Hono } from "hono";
import { Access } from "./access.ts";
import { createCatalogNames } from "./catalog_names.ts";
import { problemResponse, RequestError } from "./problem.ts";
import { RequestCounts } from "./request_counts.ts";
import type { Api, Route } from "./route.ts";
import { FEATURE, FEATURES, PLUGINS, SOURCES } from "./routes/catalog.ts";
import { EVENTS } from "./routes/events.ts";
import { FEAST_PUSH, FEAST_READ } from "./routes/feast.ts";
import { METRICS } from "./routes/metrics.ts";
import { ONLINE_GET, ONLINE_POST } from "./routes/online.ts";
import { createOpenApiRoute } from "./routes/openapi.ts";
import { ERRORS, LATE, SAVEPOINTS } from "./routes/records.ts";
import { HEALTH, READY, STATUS } from "./routes/status.ts";
import { STREAM } from "./routes/stream.ts";
import { type ApiDependencies, settingsOf } from "./settings.ts";
import { StreamServer, type StreamStatus } from "./stream/stream_server.ts";

const ROUTES: readonly Route[] = [
  EVENTS,
  ONLINE_GET,
  ONLINE_POST,
  PLUGINS,
  SOURCES,
  FEATURES,
  FEATURE,
  STREAM,
  LATE,
  ERRORS,
  STATUS,
  SAVEPOINTS,
  METRICS,
  FEAST_READ,
  FEAST_PUSH,
  HEALTH,
  READY,
];

/** The API over a live system, which it does not close. */
export interface FeaturizerApi extends Disposable {
  fetch(request: Request): Promise<Response>;
  streams(): StreamStatus;
  /** Tells every socket that the server ends, and closes it. */
  close(): void;
}

export function createApp({ system, clock, options }: ApiDependencies): FeaturizerApi {
  const settings = settingsOf(options);
  const access = new Access(settings);
  const names = createCatalogNames(system.catalog);
  const streams = new StreamServer({ system, names, access, settings });
  const api: Api = { system, clock, settings, names, streams, requests: new RequestCounts() };
  const routes = [...ROUTES, createOpenApiRoute(ROUTES)];
  const app = new Hono();
  for (const route of routes) {
    app.on(route.method.toUpperCase(), route.path, (context) => serve(route, context, api, access));
  }
  app.notFound((context) => counted(api, "unmatched", unmatched(context, routes)));
  app.onError((error, context) => counted(api, context.req.routePath, failed(api, error)));
  return {
    fetch: async (request) => await app.fetch(request),
    streams: () => streams.status(),
    close: () => streams.close(),
    [Symbol.dispose]: () => streams.close(),
  };
}

async function serve(route: Route, context: Context, api: Api, access: Access): Promise<Response> {
  const { req: { raw: request } } = context;
  access.checkOrigin(request);
  if (route.scope !== undefined) access.check(request, route.scope);
  const response = await route.handle({
    api,
    request,
    query: new URL(request.url).searchParams,
    param: (name) => context.req.param(name) ?? "",
  });
  return counted(api, route.path, response);
}

function counted(api: Api, route: string, response: Response): Response {
  api.requests.add(route, response.status);
  return response;
}

function failed(api: Api, error: unknown): Response {
  const response = problemResponse(error);
  if (response.status >= 500) api.settings.onError(error);
  return response;
}

function unmatched(context: Context, routes: readonly Route[]): Response {
  const { path, method } = context.req;
  const others = routes.filter((route) => matches(route.path, path))
    .map((route) => route.method.toUpperCase());
  if (others.length > 0) {
    return problemResponse(
      new RequestError(`Cannot ${method} "${path}": it is there for ${others.join(" and ")}`, {
        status: 405,
        code: "METHOD_NOT_ALLOWED",
        hint: `Use ${others.join(" or ")}.`,
        headers: { allow: others.join(", ") },
      }),
    );
  }
  return problemResponse(
    new RequestError(`Cannot find "${path}": there is no such path`, {
      status: 404,
      code: "UNKNOWN_PATH",
      hint: "GET /openapi.json lists all paths.",
    }),
  );
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return wanted.length === given.length &&
    wanted.every((part, place) => part.startsWith(":") || part === given[place]);
}
