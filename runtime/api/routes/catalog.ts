/** `GET /v1/plugins`, `/v1/sources`, `/v1/features` and `/v1/features/:name`: what is served. */
import { z } from "zod";
import { type Column, printDuration, printType } from "../../../dsl/mod.ts";
import type { LiveSeriesInfo, LiveSourceInfo } from "../../live/mod.ts";
import type { Route } from "../route.ts";

const column = z.object({ name: z.string(), type: z.string() });

const source = z.object({
  name: z.string(),
  doc: z.string().nullable(),
  columns: z.array(column),
  keys: z.array(z.string()),
  time: z.string(),
  lateness: z.string(),
  idle: z.string(),
});

const series = z.object({
  name: z.string(),
  kind: z.enum(["feature", "set"]),
  definition: z.string().nullable(),
  doc: z.string().nullable(),
  keys: z.array(column),
  columns: z.array(column),
  request: z.array(column),
  pipeline: z.string(),
});

const plugin = z.object({
  name: z.string(),
  version: z.string().nullable(),
  hash: z.string(),
});

export const PLUGINS: Route = {
  method: "get",
  path: "/v1/plugins",
  scope: "read",
  summary: "the plugins, with version and content hash",
  answer: z.object({ plugins: z.array(plugin) }),
  handle: ({ api }) =>
    Response.json({
      plugins: api.system.catalog.plugins.map(({ name, version, hash }) => ({
        name,
        version: version ?? null,
        hash,
      })),
    }),
};

export const SOURCES: Route = {
  method: "get",
  path: "/v1/sources",
  scope: "read",
  summary: "the sources, and the columns that a push holds",
  answer: z.object({ sources: z.array(source) }),
  handle: ({ api }) => Response.json({ sources: api.system.catalog.sources.map(sourceJson) }),
};

export const FEATURES: Route = {
  method: "get",
  path: "/v1/features",
  scope: "read",
  summary: "the features and sets that can be read and subscribed to",
  answer: z.object({ features: z.array(series) }),
  handle: ({ api }) => Response.json({ features: api.system.catalog.series.map(seriesJson) }),
};

export const FEATURE: Route = {
  method: "get",
  path: "/v1/features/:name",
  scope: "read",
  summary: "schema, keys and docs of one feature or set",
  answer: series,
  handle: ({ api, param }) => Response.json(seriesJson(api.names.series(param("name")))),
};

/** Columns with their types as the language writes them. */
export function columnsJson(columns: readonly Column[]): z.output<typeof column>[] {
  return columns.map(({ name, type }) => ({ name, type: printType(type) }));
}

function sourceJson(info: LiveSourceInfo): z.output<typeof source> {
  return {
    name: info.name,
    doc: info.doc ?? null,
    columns: columnsJson(info.columns),
    keys: [...info.keys],
    time: info.time,
    lateness: printDuration(info.latenessUs),
    idle: printDuration(info.idleUs),
  };
}

function seriesJson(info: LiveSeriesInfo): z.output<typeof series> {
  return {
    name: info.name,
    kind: info.kind,
    definition: info.definition ?? null,
    doc: info.doc ?? null,
    keys: columnsJson(info.keys),
    columns: columnsJson(info.columns),
    request: columnsJson(info.request),
    pipeline: info.pipeline,
  };
}
