/** `GET /openapi.json`. */
import manifest from "../../../deno.json" with { type: "json" };
import { openApiDocument } from "../openapi.ts";
import type { Route } from "../route.ts";

/** The route that describes these routes, and itself. */
export function createOpenApiRoute(routes: readonly Route[]): Route {
  const route: Route = {
    method: "get",
    path: "/openapi.json",
    summary: "this description",
    answer: { mediaType: "application/json" },
    handle: () => Response.json(document),
  };
  const document = openApiDocument([...routes, route], manifest.version);
  return route;
}
