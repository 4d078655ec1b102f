/** `GET /v1/online/:feature` and `POST /v1/online`: values as of one moment. */
import { z } from "zod";
import type { Column, ValueType } from "../../../dsl/mod.ts";
import type { CellValue, LiveSeriesInfo, OnlineRequest } from "../../live/mod.ts";
import { readJson } from "../body.ts";
import { valueJson, valueShape } from "../online_values.ts";
import { RequestError } from "../problem.ts";
import type { Api, Route } from "../route.ts";
import { cell, durationUs, parseShape, timeUs } from "../shapes.ts";

const MOST_ENTITIES = 10_000;
const MOST_FEATURES = 256;

const moment = {
  at: timeUs.optional().meta({ description: "event time of the read; now by default" }),
  max_staleness: durationUs.optional().meta({
    description: "values whose watermark is older than `at` less this are STALE",
  }),
  min_watermark: timeUs.optional().meta({ description: "waits until the watermark is past it" }),
  wait: durationUs.optional().meta({ description: "how long it may wait" }),
  token: z.string().max(4096).optional().meta({
    description: "of a push whose rows are to be seen",
  }),
};

const getQuery = z.strictObject(moment);

const postBody = z.strictObject({
  features: z.array(z.string()).min(1).max(MOST_FEATURES),
  entities: z.array(z.record(z.string(), cell)).min(1).max(MOST_ENTITIES).meta({
    description: "key columns by name, and columns of request inputs",
  }),
  ...moment,
});

const results = z.object({
  results: z.array(z.object({
    entity: z.record(z.string(), cell),
    features: z.record(z.string(), valueShape),
  })),
});

export const ONLINE_GET: Route = {
  method: "get",
  path: "/v1/online/:feature",
  scope: "read",
  summary: "the value of a feature for one key",
  details:
    "The key is `key=…`, or `key.<column>=…` for each column where there are several; columns " +
    "of a request input are given the same way.",
  query: getQuery,
  answer: valueShape,
  handle: async ({ api, param, query }) => {
    const series = api.names.series(param("feature"));
    const entity = entityOf(series, query);
    const rest = Object.fromEntries([...query].filter(([name]) => !isKey(name)));
    const request = parseShape(getQuery, rest, "the query");
    const answer = await api.system.read({
      features: [series.name],
      entities: [entity],
      ...momentOf(request),
    });
    return Response.json(valueJson(series, answer.rows[0]![0]!));
  },
};

export const ONLINE_POST: Route = {
  method: "post",
  path: "/v1/online",
  scope: "read",
  summary: "values of features for many keys",
  body: { "application/json": postBody },
  answer: results,
  handle: async ({ api, request }) => {
    const body = await readJson(request, api.settings.requestBytes);
    return Response.json(await readOnline(api, parseShape(postBody, body, "the body")));
  },
};

async function readOnline(
  api: Api,
  request: z.output<typeof postBody>,
): Promise<z.output<typeof results>> {
  const series = request.features.map((name) => api.names.series(name));
  const entities = request.entities as readonly Readonly<Record<string, CellValue>>[];
  const { rows } = await api.system.read({
    features: series.map(({ name }) => name),
    entities,
    ...momentOf(request),
  });
  return {
    results: rows.map((values, row) => ({
      entity: request.entities[row]!,
      features: Object.fromEntries(
        values.map((value, place) => [series[place]!.name, valueJson(series[place]!, value)]),
      ),
    })),
  };
}

function momentOf(
  { at, max_staleness, min_watermark, wait, token }: z.output<typeof getQuery>,
): Omit<OnlineRequest, "features" | "entities"> {
  return {
    ...(at !== undefined && { atUs: at }),
    ...(max_staleness !== undefined && { maxStalenessUs: max_staleness }),
    ...(min_watermark !== undefined && { minWatermarkUs: min_watermark }),
    ...(wait !== undefined && { waitMs: wait / 1000 }),
    ...(token !== undefined && { token }),
  };
}

function isKey(name: string): boolean {
  return name === "key" || name.startsWith("key.");
}

function entityOf(series: LiveSeriesInfo, query: URLSearchParams): Record<string, CellValue> {
  const columns = [...series.keys, ...series.request];
  const entity: Record<string, CellValue> = {};
  for (const [name, text] of query) {
    if (!isKey(name)) continue;
    const column = columnOf(series, columns, name);
    entity[column.name] = valueOf(column, text);
  }
  const missing = columns.filter((column) => !(column.name in entity));
  if (missing.length === 0) return entity;
  throw badKey(
    `Cannot read "${series.name}": ${missing.map(({ name }) => `"${name}"`).join(", ")} is missing`,
    columns,
  );
}

function columnOf(series: LiveSeriesInfo, columns: readonly Column[], name: string): Column {
  const only = columns.length === 1 ? columns[0] : undefined;
  const column = name === "key" ? only : columns.find((one) => name === `key.${one.name}`);
  if (column !== undefined) return column;
  throw badKey(`Cannot read "${series.name}" by "${name}": it has no such key`, columns);
}

function badKey(message: string, columns: readonly Column[]): RequestError {
  const hint = columns.length === 0
    ? "The feature is global: leave the key out."
    : `Give ${columns.map(({ name }) => `key.${name}=…`).join("&")}.`;
  return new RequestError(message, { status: 400, code: "BAD_KEY", hint });
}

/** A text of a query as a value of the column's type; whether it fits is for the read to say. */
function valueOf({ type }: { readonly type: ValueType }, text: string): CellValue {
  switch (type.kind) {
    case "bool":
      return text === "true" ? true : text === "false" ? false : text;
    case "i64":
      return Number.isSafeInteger(Number(text)) && text !== "" ? Number(text) : text;
    case "i32":
    case "f32":
    case "f64":
    case "duration":
      return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    default:
      return text;
  }
}
