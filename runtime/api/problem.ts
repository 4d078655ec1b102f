/** Errors as `application/problem+json` (RFC 9457). */
import { FeaturizerError } from "../errors.ts";

/** One place of a request that is not as it has to be. */
export interface Fault {
  readonly at: string;
  readonly expected: string;
}

/** A request that the API cannot serve, with the HTTP status that says so. */
export class RequestError extends FeaturizerError {
  readonly status: number;
  readonly faults: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    message: string,
    options: {
      readonly status: number;
      readonly code: string;
      readonly hint: string;
      readonly faults?: readonly Fault[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly retry?: "never" | "backoff";
    },
  ) {
    super(message, options);
    this.status = options.status;
    this.faults = options.faults ?? [];
    this.headers = options.headers ?? {};
  }
}

/** What a client is told of an error. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly retry: "never" | "backoff";
  readonly errors?: readonly Fault[];
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  INGEST_FULL: 429,
  READS_FULL: 429,
  ROWS_GONE: 410,
  PAYLOAD_TOO_LARGE: 413,
};

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  426: "Upgrade Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const STATUS_OF_DOMAIN = { user: 400, external: 503, internal: 500 } as const;
const RETRY_SECONDS = "1";

/** The problem that an error is; what is not the client's says nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof FeaturizerError)) return internalProblem();
  const status = statusOf(error);
  const faults = error instanceof RequestError ? error.faults : [];
  return {
    type: `urn:featurizer:problem:${error.code}`,
    title: TITLES[status] ?? "Error",
    status,
    code: error.code,
    detail: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
    retry: error.retry,
    ...(faults.length > 0 && { errors: faults }),
  };
}

export function problemResponse(error: unknown): Response {
  const problem = problemOf(error);
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (problem.retry === "backoff") headers.set("retry-after", RETRY_SECONDS);
  if (error instanceof RequestError) {
    for (const [name, value] of Object.entries(error.headers)) headers.set(name, value);
  }
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

function statusOf(error: FeaturizerError): number {
  if (error instanceof RequestError) return error.status;
  const domain = error.retry === "backoff" ? "external" : error.domain;
  return STATUS_OF_CODE[error.code] ?? STATUS_OF_DOMAIN[domain];
}

function internalProblem(): Problem {
  return {
    type: "urn:featurizer:problem:INTERNAL",
    title: "Internal Server Error",
    status: 500,
    code: "INTERNAL",
    detail: "Cannot answer the request: the server made a mistake",
    hint: "The server's own output says more.",
    retry: "never",
  };
}
