/** The description of the API, from the shapes its routes check. */
import { z } from "zod";
import type { Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

const PROBLEM = {
  description: "what went wrong, what was expected, what to do",
  content: {
    "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
  },
};

const PROBLEM_SCHEMA = {
  type: "object",
  required: ["type", "title", "status", "code", "detail", "retry"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "stable name of the error" },
    detail: { type: "string" },
    hint: { type: "string", description: "what to do" },
    retry: { enum: ["never", "backoff"] },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { at: { type: "string" }, expected: { type: "string" } },
      },
    },
  },
};

/** An OpenAPI 3.1 document. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Featurizer", version },
    paths,
    components: {
      schemas: { Problem: PROBLEM_SCHEMA },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

function operationOf(route: Route): Json {
  const parameters = [...pathParameters(route), ...queryParameters(route)];
  return {
    operationId: `${route.method}${
      route.path.replace(/\W+(\w?)/g, (_, next) => next.toUpperCase())
    }`,
    summary: route.summary,
    ...(route.details !== undefined && { description: route.details }),
    ...(route.scope !== undefined && { security: [{ token: [] }, {}], "x-scope": route.scope }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body !== undefined && {
      requestBody: { required: true, content: contentOf(route.body) },
    }),
    responses: { 200: { description: route.summary, content: answerOf(route) }, default: PROBLEM },
  };
}

function pathParameters({ path }: Route): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ query }: Route): Json[] {
  if (query === undefined) return [];
  return Object.entries(query.shape).map(([name, shape]) => ({
    name,
    in: "query",
    required: !z.safeParse(shape as z.ZodType, undefined).success,
    schema: schemaOf(shape as z.ZodType, "input"),
  }));
}

function contentOf(shapes: Readonly<Record<string, z.ZodType>>): Json {
  return Object.fromEntries(
    Object.entries(shapes).map(([type, shape]) => [type, { schema: schemaOf(shape, "input") }]),
  );
}

function answerOf({ answer }: Route): Json {
  if (!(answer instanceof z.ZodType)) return { [answer.mediaType]: {} };
  return { "application/json": { schema: schemaOf(answer, "output") } };
}

function schemaOf(shape: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: "any" });
  return schema;
}
