/** `GET /v1/late` and `/v1/errors`, and `POST /v1/savepoints/:name`. */
import { z } from "zod";
import { RequestError } from "../problem.ts";
import type { Route } from "../route.ts";
import { count, parseQuery, time } from "../shapes.ts";
import { timeText } from "../times.ts";

const DEFAULT_LIMIT = 100;
const MOST = 10_000;
const SAVEPOINT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const errorQuery = z.strictObject({ limit: count.optional() });
const lateQuery = errorQuery.extend({ source: z.string().optional() });

const late = z.object({
  source: z.string(),
  position: z.int(),
  time,
  arrived: time,
  reason: z.enum(["late", "malformed", "future"]),
  detail: z.string(),
});

const rowError = z.object({
  pipeline: z.string(),
  feature: z.string(),
  time,
  sequence: z.number(),
  message: z.string(),
});

const savepoint = z.object({ savepoint: z.string() });

export const LATE: Route = {
  method: "get",
  path: "/v1/late",
  scope: "read",
  summary: "rows that were not applied, newest first, with the reason",
  query: lateQuery,
  answer: z.object({ late: z.array(late) }),
  handle: async ({ api, query }) => {
    const { source, limit } = parseQuery(lateQuery, query);
    const name = source === undefined ? undefined : api.names.source(source).name;
    const records = await api.system.late(name, limitOf(limit));
    return Response.json({
      late: records.map(({ timeUs, arrivedUs, ...rest }) => ({
        ...rest,
        time: timeText(timeUs),
        arrived: timeText(arrivedUs),
      })),
    });
  },
};

export const ERRORS: Route = {
  method: "get",
  path: "/v1/errors",
  scope: "read",
  summary: "rows whose expressions failed, newest first",
  query: errorQuery,
  answer: z.object({ errors: z.array(rowError) }),
  handle: async ({ api, query }) => {
    const records = await api.system.errors(limitOf(parseQuery(errorQuery, query).limit));
    return Response.json({
      errors: records.map(({ timeUs, ...rest }) => ({ ...rest, time: timeText(timeUs) })),
    });
  },
};

export const SAVEPOINTS: Route = {
  method: "post",
  path: "/v1/savepoints/:name",
  scope: "admin",
  summary: "take a checkpoint of every pipeline that is kept under a name",
  answer: savepoint,
  handle: async ({ api, param }) => {
    const name = param("name");
    if (!SAVEPOINT_NAME.test(name)) {
      throw new RequestError(`Cannot name a savepoint "${name}": expected a name`, {
        status: 400,
        code: "BAD_NAME",
        hint: "Use up to 64 letters, digits, dots, dashes and underscores.",
      });
    }
    await api.system.checkpoint(name);
    return Response.json({ savepoint: name });
  },
};

function limitOf(limit: number | undefined): number {
  return Math.min(MOST, limit ?? DEFAULT_LIMIT);
}
