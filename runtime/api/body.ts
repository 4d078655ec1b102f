/** Bodies of requests: within a limit, of a type the route reads. */
import { RequestError } from "./problem.ts";

/** The body as a stream that fails as soon as it is longer than the limit. */
export function limitedBody(request: Request, limit: number): ReadableStream<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limit) throw tooLarge(limit);
  if (request.body === null) return new Blob([]).stream();
  let seen = 0;
  return request.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        seen += chunk.byteLength;
        if (seen > limit) controller.error(tooLarge(limit));
        else controller.enqueue(chunk);
      },
    }),
  );
}

/** The body as a JSON value. */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  mediaTypeOf(request, ["application/json"]);
  const text = await new Response(limitedBody(request, limit)).text();
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RequestError(`Cannot read the body: ${lowerFirst(error.message)}`, {
      status: 400,
      code: "BAD_JSON",
      hint: "Send one JSON value in UTF-8.",
    });
  }
}

/** The media type of the body, which must be one of these. */
export function mediaTypeOf(request: Request, allowed: readonly string[]): string {
  const declared = request.headers.get("content-type");
  const type = declared?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (allowed.includes(type)) return type;
  const state = declared === null ? "it names no content type" : `its type is "${type}"`;
  throw new RequestError(`Cannot read the body: ${state}`, {
    status: 415,
    code: "UNSUPPORTED_TYPE",
    hint: `Send Content-Type: ${allowed.join(", or ")}.`,
    headers: { accept: allowed.join(", ") },
  });
}

function tooLarge(limit: number): RequestError {
  return new RequestError(`Cannot read the body: it is longer than ${limit} bytes`, {
    status: 413,
    code: "PAYLOAD_TOO_LARGE",
    hint: "Send it in several requests.",
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
