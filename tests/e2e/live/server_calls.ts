/** What a client asks of a serving system over HTTP. */
import assert from "node:assert/strict";

const MEDIA_TYPES = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  arrow: "application/vnd.apache.arrow.stream",
} as const;

const POLL_MS = 20;

export interface Answered<Body> {
  readonly code: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Receipt {
  readonly first: number;
  readonly last: number;
  readonly admitted: number;
  readonly late: number;
  readonly malformed: number;
  readonly future: number;
  readonly repeated: boolean;
  readonly token: string;
}

/** An error as the API tells it. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly retry: string;
}

export interface ReadValue {
  readonly status: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly position: Readonly<Record<string, number>>;
}

export interface ServerStatus {
  readonly ready: boolean;
  readonly sources: readonly { readonly source: string; readonly position: number }[];
  readonly pipelines: readonly {
    readonly name: string;
    readonly state: string;
    readonly error: string | null;
    readonly series: readonly string[];
    readonly row_errors: number;
    readonly checkpoint: { readonly id: number } | null;
  }[];
  readonly connectors: readonly {
    readonly source: string;
    readonly state: string;
    readonly detail: string | null;
  }[];
}

export interface PushedBody {
  readonly format?: keyof typeof MEDIA_TYPES;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly key?: string;
}

/** Pushes, whatever comes of it. */
export async function tryPush(
  url: string,
  source: string,
  { format = "ndjson", body, key }: PushedBody,
): Promise<Answered<Receipt | Problem>> {
  return await call(`${url}/v1/events/${source}`, {
    method: "POST",
    headers: {
      "content-type": MEDIA_TYPES[format],
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    body,
  });
}

/** Pushes rows that must be taken. */
export async function pushTaken(url: string, source: string, pushed: PushedBody): Promise<Receipt> {
  const { code, body } = await tryPush(url, source, pushed);
  assert.equal(code, 200, JSON.stringify(body));
  return body as Receipt;
}

/** Pushes rows as lines of JSON; all must be admitted. */
export async function pushRows(
  url: string,
  source: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<Receipt> {
  const receipt = await pushTaken(url, source, { body: linesOf(rows) });
  assert.equal(receipt.admitted, rows.length, JSON.stringify(receipt));
  return receipt;
}

export function linesOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

/** One feature at one entity. */
export async function readValue(
  url: string,
  request: {
    readonly feature: string;
    readonly entity: Readonly<Record<string, unknown>>;
    readonly at?: string;
    readonly token?: string;
  },
): Promise<ReadValue> {
  const { feature, entity, ...rest } = request;
  type Results = { results: { features: Record<string, ReadValue> }[] };
  const { code, body } = await call<Results>(`${url}/v1/online`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ features: [feature], entities: [entity], ...rest }),
  });
  assert.equal(code, 200, JSON.stringify(body));
  return body.results[0]!.features[feature]!;
}

export async function statusOf(url: string): Promise<ServerStatus> {
  return (await call<ServerStatus>(`${url}/v1/status`)).body;
}

/** Resolves to the first status that fits. */
export async function statusWhere(
  url: string,
  fits: (status: ServerStatus) => boolean,
): Promise<ServerStatus> {
  for (;;) {
    const status = await statusOf(url);
    if (fits(status)) return status;
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
}

async function call<Body>(url: string, init?: RequestInit): Promise<Answered<Body>> {
  const response = await fetch(url, init);
  const body: Body = await response.json();
  return { code: response.status, headers: response.headers, body };
}
