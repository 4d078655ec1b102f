/** The two calls of a Feast feature server, for clients that speak to one already. */
import { z } from "zod";
import type { CellValue, OnlineStatus, OnlineValue } from "../../live/mod.ts";
import { readJson } from "../body.ts";
import { cellJson } from "../online_values.ts";
import { RequestError } from "../problem.ts";
import type { Api, Route } from "../route.ts";
import { cell, parseShape } from "../shapes.ts";
import { timeText } from "../times.ts";
import { receiptJson, receiptShape } from "./events.ts";

const MOST_ROWS = 10_000;
const NO_TIME = "1970-01-01T00:00:00Z";

const columnwise = z.record(z.string(), z.array(cell)).meta({
  description: "values by column, all of the same length",
});

const readBody = z.object({
  features: z.array(z.string()).min(1).max(1000).meta({ description: "each as view:column" }),
  entities: columnwise,
  full_feature_names: z.boolean().default(false),
});

const pushBody = z.object({
  push_source_name: z.string(),
  df: columnwise,
  to: z.enum(["online", "offline", "online_and_offline"]).optional(),
});

const fieldStatus = z.enum(["PRESENT", "NULL_VALUE", "NOT_FOUND", "OUTSIDE_MAX_AGE", "INVALID"]);

const vectors = z.object({
  metadata: z.object({ feature_names: z.array(z.string()) }),
  results: z.array(z.object({
    values: z.array(cell),
    statuses: z.array(fieldStatus),
    event_timestamps: z.array(z.string()),
  })),
});

type Vector = z.output<typeof vectors>["results"][number];
type Rows = Record<string, CellValue>[];

export const FEAST_READ: Route = {
  method: "post",
  path: "/get-online-features",
  scope: "read",
  summary: "online values, in the shape of Feast",
  body: { "application/json": readBody },
  answer: vectors,
  handle: async ({ api, request }) => {
    const body = await readJson(request, api.settings.requestBytes);
    return Response.json(await readVectors(api, parseShape(readBody, body, "the body")));
  },
};

export const FEAST_PUSH: Route = {
  method: "post",
  path: "/push",
  scope: "write",
  summary: "push rows, in the shape of Feast",
  body: { "application/json": pushBody },
  answer: receiptShape,
  handle: async ({ api, request }) => {
    const body = await readJson(request, api.settings.eventBytes);
    const { push_source_name, df } = parseShape(pushBody, body, "the body");
    const { name } = api.names.source(push_source_name);
    const rows = new TextEncoder().encode(JSON.stringify(rowsOf(df, "df", Infinity)));
    return Response.json(receiptJson(await api.system.push(name, rows, { format: "json" })));
  },
};

async function readVectors(
  api: Api,
  { features, entities, full_feature_names }: z.output<typeof readBody>,
): Promise<z.output<typeof vectors>> {
  const wanted = features.map((name) => findColumn(api, name));
  const views = [...new Set(wanted.map(({ series }) => series))];
  const rows = rowsOf(entities, "entities", MOST_ROWS);
  const answer = await api.system.read({ features: views.map(({ name }) => name), entities: rows });
  const keys = Object.entries(entities).map(([name, values]) => ({
    name,
    vector: {
      values,
      statuses: values.map(() => "PRESENT" as const),
      event_timestamps: values.map(() => NO_TIME),
    },
  }));
  const columns = wanted.map(({ series, column }) => {
    const place = views.indexOf(series);
    const name = full_feature_names ? `${series.name}__${column.name}` : column.name;
    const cells = answer.rows.map((row) => {
      const value = row[place]!;
      return { value, cell: cellJson(column.type, value.values[column.name] ?? null) };
    });
    return { name, vector: vectorOf(cells) };
  });
  const all = [...keys, ...columns];
  return {
    metadata: { feature_names: all.map(({ name }) => name) },
    results: all.map(({ vector }) => vector),
  };
}

function findColumn(api: Api, name: string) {
  const split = name.indexOf(":");
  if (split < 0) throw badShape(`Cannot read "${name}": expected view:column`);
  const series = api.names.series(name.slice(0, split));
  const column = series.columns.find((one) => one.name === name.slice(split + 1));
  if (column !== undefined) return { series, column };
  throw badShape(`Cannot read "${name}": "${series.name}" has no such column`);
}

function vectorOf(
  cells: readonly { readonly value: OnlineValue; readonly cell: z.output<typeof cell> }[],
): Vector {
  return {
    values: cells.map((one) => one.cell),
    statuses: cells.map(({ value, cell }) => statusOf(value.status, cell === null)),
    event_timestamps: cells.map(({ value }) => timeText(value.eventTimeUs) ?? NO_TIME),
  };
}

function statusOf(status: OnlineStatus, isNull: boolean): z.output<typeof fieldStatus> {
  switch (status) {
    case "OK":
      return isNull ? "NULL_VALUE" : "PRESENT";
    case "NOT_FOUND":
      return "NOT_FOUND";
    case "STALE":
    case "OUTSIDE_HISTORY":
      return "OUTSIDE_MAX_AGE";
    case "FAILED":
      return "INVALID";
  }
}

/** Columns of values as rows. */
function rowsOf(columns: z.output<typeof columnwise>, what: string, most: number): Rows {
  const names = Object.keys(columns);
  const length = columns[names[0] ?? ""]?.length ?? 0;
  const odd = names.find((name) => columns[name]!.length !== length);
  if (odd !== undefined) {
    throw badShape(
      `Cannot read "${what}": "${odd}" has ${columns[odd]!.length} values, "${names[0]}" ${length}`,
    );
  }
  if (length > most) throw badShape(`Cannot read "${what}": more than ${most} rows`);
  return Array.from(
    { length },
    (_, row) => Object.fromEntries(names.map((name) => [name, columns[name]![row] as CellValue])),
  );
}

function badShape(message: string): RequestError {
  return new RequestError(message, {
    status: 400,
    code: "BAD_REQUEST",
    hint: 'Send {features: ["view:column"], entities: {column: [values]}}, or ' +
      "{push_source_name, df: {column: [values]}}.",
  });
}
