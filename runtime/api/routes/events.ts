/** `POST /v1/events/:source`: rows are on disk when it answers. */
import { z } from "zod";
import type { PushReceipt } from "../../live/mod.ts";
import { limitedBody, mediaTypeOf } from "../body.ts";
import { RequestError } from "../problem.ts";
import type { Route } from "../route.ts";

const FORMATS: Readonly<Record<string, "json" | "ndjson" | "arrow">> = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/vnd.apache.arrow.stream": "arrow",
  "application/vnd.apache.arrow.file": "arrow",
};

const MOST_KEY_LENGTH = 256;

const row = z.record(z.string(), z.json());

export const receiptShape = z.object({
  source: z.string(),
  first: z.int().meta({ description: "position of the first row; positions count from 1" }),
  last: z.int(),
  admitted: z.int(),
  late: z.int(),
  malformed: z.int(),
  future: z.int(),
  repeated: z.boolean().meta({ description: "the idempotency key was known: nothing was added" }),
  token: z.string().meta({ description: "given to an online read, the read sees these rows" }),
});

export const EVENTS: Route = {
  method: "post",
  path: "/v1/events/:source",
  scope: "write",
  summary: "push rows to a source",
  details:
    "Answers when every row is on disk. With the header Idempotency-Key a repeated push adds nothing.",
  body: {
    "application/json": z.union([row, z.array(row)]),
    "application/x-ndjson": z.string(),
    "application/vnd.apache.arrow.stream": z.string().meta({ format: "binary" }),
  },
  answer: receiptShape,
  handle: async ({ api, request, param }) => {
    const { name } = api.names.source(param("source"));
    const format = FORMATS[mediaTypeOf(request, Object.keys(FORMATS))]!;
    const idempotencyKey = keyOf(request);
    const body = limitedBody(request, api.settings.eventBytes);
    const receipt = await api.system.push(name, body, {
      format,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
    return Response.json(receiptJson(receipt));
  },
};

/** A receipt as every face of the API gives it. */
export function receiptJson(receipt: PushReceipt): z.output<typeof receiptShape> {
  const { source, first, last, admitted, late, malformed, future, repeated, token } = receipt;
  return { source, first, last, admitted, late, malformed, future, repeated, token };
}

function keyOf(request: Request): string | undefined {
  const key = request.headers.get("idempotency-key") ?? undefined;
  if (key === undefined || (key.length > 0 && key.length <= MOST_KEY_LENGTH)) return key;
  throw new RequestError(`Cannot use the Idempotency-Key: it has ${key.length} characters`, {
    status: 400,
    code: "BAD_REQUEST",
    hint: `Send one of 1 to ${MOST_KEY_LENGTH} characters, for example a UUID.`,
  });
}
