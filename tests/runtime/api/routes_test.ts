import assert from "node:assert/strict";
import { type ApiOptions, createApp } from "../../../runtime/api/mod.ts";
import { ingestFull, LiveDouble, NOW_US } from "./live_double.ts";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- answers are compared as they are
  readonly body: any;
}

function open(options?: ApiOptions) {
  const system = new LiveDouble();
  const app = createApp({
    system,
    clock: { nowUs: () => NOW_US },
    ...(options && { options }),
  });
  const call = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await app.fetch(new Request(`http://localhost:8080${path}`, init));
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
  const post = (path: string, value: unknown, headers: Record<string, string> = {}) =>
    call(path, {
      method: "POST",
      body: typeof value === "string" ? value : JSON.stringify(value),
      headers: { "content-type": "application/json", ...headers },
    });
  return { system, call, post };
}

Deno.test("a push in each format answers with its receipt", async () => {
  const { system, post } = open();
  const { status, body } = await post("/v1/events/payments.payments", [{ card: "a" }], {
    "idempotency-key": "k1",
  });
  assert.equal(status, 200);
  assert.deepEqual(body, {
    source: "payments.payments",
    first: 1,
    last: 1,
    admitted: 1,
    late: 0,
    malformed: 0,
    future: 0,
    repeated: false,
    token: "t1",
  });
  await post("/v1/events/payments", '{"card":"a"}\n', { "content-type": "application/x-ndjson" });
  await post("/v1/events/payments", "ARROW1", {
    "content-type": "application/vnd.apache.arrow.stream; charset=binary",
  });
  assert.deepEqual(system.pushed.map(({ source, options }) => [source, options]), [
    ["payments.payments", { format: "json", idempotencyKey: "k1" }],
    ["payments.payments", { format: "ndjson" }],
    ["payments.payments", { format: "arrow" }],
  ]);
});

Deno.test("a push names the nearest source, the types it reads, and its limit", async () => {
  const { post, call } = open({ eventBytes: 100 });
  const wrong = await post("/v1/events/payment.payments", []);
  assert.equal(wrong.status, 404);
  assert.equal(wrong.headers.get("content-type"), "application/problem+json");
  assert.equal(wrong.body.code, "UNKNOWN_SOURCE");
  assert.match(wrong.body.detail, /did you mean "payments.payments"/);

  const csv = await post("/v1/events/payments", "a,b", { "content-type": "text/csv" });
  assert.equal(csv.status, 415);
  assert.match(csv.body.hint, /application\/x-ndjson/);

  const declared = await post("/v1/events/payments", "x".repeat(101));
  assert.deepEqual([declared.status, declared.body.code], [413, "PAYLOAD_TOO_LARGE"]);

  const chunks = ReadableStream.from(
    ["x".repeat(60), "y".repeat(60)].map((text) => new TextEncoder().encode(text)),
  );
  const streamed = await call("/v1/events/payments", {
    method: "POST",
    body: chunks,
    headers: { "content-type": "application/x-ndjson" },
  });
  assert.equal(streamed.status, 413);
});

Deno.test("a full intake answers 429 and when to come back", async () => {
  const { system, post } = open();
  system.failure = ingestFull();
  const { status, headers, body } = await post("/v1/events/payments", []);
  assert.equal(status, 429);
  assert.equal(headers.get("retry-after"), "1");
  assert.deepEqual([body.code, body.retry], ["INGEST_FULL", "backoff"]);
});

Deno.test("an error of the server says nothing of the inside, and is reported", async () => {
  const seen: unknown[] = [];
  const { system, post } = open({ onError: (error) => seen.push(error) });
  system.failure = new Error("secret /etc/place");
  const { status, body } = await post("/v1/events/payments", []);
  assert.equal(status, 500);
  assert.ok(!JSON.stringify(body).includes("secret"));
  assert.deepEqual(seen, [system.failure]);
});

Deno.test("an online read gives status, values, times and position", async () => {
  const { system, call } = open();
  const { status, body } = await call(
    "/v1/online/spend?key=a&at=2023-02-01T10:00:00Z&max_staleness=5s&wait=200ms&token=t1",
  );
  assert.equal(status, 200);
  assert.deepEqual(body, {
    status: "OK",
    values: { total: 12.5, seen: "2023-02-01T10:00:00Z" },
    event_time: "2023-02-01T10:00:00Z",
    watermark: "2023-02-01T09:59:58Z",
    position: { "payments.payments": 4 },
    final: false,
  });
  assert.deepEqual(system.reads, [{
    features: ["spend"],
    entities: [{ card: "a" }],
    atUs: NOW_US,
    maxStalenessUs: 5_000_000,
    waitMs: 200,
    token: "t1",
  }]);
});

Deno.test("several key columns are named, and read by their types", async () => {
  const { system, call } = open();
  await call("/v1/online/pairs?key.card=7&key.shop=7");
  assert.deepEqual(system.reads[0]!.entities, [{ card: "7", shop: 7 }]);
  const missing = await call("/v1/online/pairs?key.card=7");
  assert.equal(missing.status, 400);
  assert.match(missing.body.detail, /"shop" is missing/);
  assert.match(missing.body.hint, /key\.card=…&key\.shop=…/);
  const wrong = await call("/v1/online/spend?key=a&at=yesterday&when=now");
  assert.equal(wrong.body.code, "BAD_REQUEST");
  assert.match(JSON.stringify(wrong.body.errors), /a time as 2023/);
  const unknown = await call("/v1/online/spent?key=a");
  assert.match(unknown.body.detail, /did you mean "spend"/);
});

Deno.test("many keys and features are read in one call", async () => {
  const { system, post } = open();
  const { body } = await post("/v1/online", {
    features: ["spend", "pairs"],
    entities: [{ card: "a", shop: 1 }, { card: "b", shop: 2 }],
    min_watermark: "2023-02-01T10:00:00.000001Z",
  });
  assert.equal(body.results.length, 2);
  assert.deepEqual(body.results[1].entity, { card: "b", shop: 2 });
  assert.deepEqual(Object.keys(body.results[1].features), ["spend", "pairs"]);
  assert.deepEqual(body.results[1].features.pairs.values, { total: null });
  assert.equal(system.reads[0]!.minWatermarkUs, NOW_US + 1);
  const { status, body: problem } = await post("/v1/online", {
    features: [],
    entities: [{}],
    x: 1,
  });
  assert.equal(status, 400);
  assert.deepEqual(problem.errors.map(({ at }: { at: string }) => at), ["features", ""]);
});

Deno.test("the catalog tells schemas and docs", async () => {
  const { call } = open();
  const { body: { sources: [source] } } = await call("/v1/sources");
  assert.deepEqual(source.columns[1], { name: "at", type: "timestamp" });
  assert.deepEqual([source.lateness, source.idle, source.doc], ["2s", "1s", "A payment"]);
  const { body: { plugins } } = await call("/v1/plugins");
  assert.deepEqual(plugins, [{ name: "shop", version: "1.2.0", hash: "4711" }]);
  const { body: { features } } = await call("/v1/features");
  assert.deepEqual(features.map(({ name }: { name: string }) => name), ["spend", "pairs"]);
  const { body: one } = await call("/v1/features/spend");
  assert.deepEqual(one, features[0]);
  assert.deepEqual(one.keys, [{ name: "card", type: "string" }]);
});

Deno.test("late rows, row errors, status and savepoints", async () => {
  const { system, call } = open();
  const { body: { late: [row] } } = await call("/v1/late?source=payments&limit=5");
  assert.deepEqual([row.source, row.time, row.reason], [
    "payments.payments",
    "2023-02-01T10:00:00Z",
    "late",
  ]);
  const { body: { errors: [error] } } = await call("/v1/errors");
  assert.equal(error.message, "integer overflow");
  const { body: status } = await call("/v1/status");
  assert.equal(status.sources[0].watermark, "2023-02-01T09:59:58Z");
  assert.deepEqual(status.pipelines[0].checkpoint, {
    id: 1,
    at: "2023-02-01T09:59:55Z",
    took_ms: 20,
    bytes: 4096,
  });
  const { body } = await call("/v1/savepoints/before-release", { method: "POST" });
  assert.deepEqual(body, { savepoint: "before-release" });
  assert.deepEqual(system.savepoints, ["before-release"]);
  const bad = await call("/v1/savepoints/..%2Fetc", { method: "POST" });
  assert.deepEqual([bad.status, bad.body.code], [400, "BAD_NAME"]);
});

Deno.test("health is of the process, readiness of the pipelines", async () => {
  const { system, call } = open();
  assert.equal((await call("/healthz")).status, 200);
  assert.equal((await call("/readyz")).status, 200);
  system.ready = false;
  assert.equal((await call("/healthz")).status, 200);
  const { status, body } = await call("/readyz");
  assert.equal(status, 503);
  assert.match(body.detail, /p is STARTING/);
});

Deno.test("metrics are in the format of Prometheus", async () => {
  const { call } = open();
  await call("/v1/sources");
  const { headers, body } = await call("/metrics");
  assert.match(headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
  for (
    const line of [
      'featurizer_source_rows_total{source="payments.payments",decision="late"} 1',
      'featurizer_source_watermark_lag_seconds{source="payments.payments"} 2',
      'featurizer_pipeline_state{pipeline="p",state="RUNNING"} 1',
      'featurizer_pipeline_pending_rows{pipeline="p"} 2',
      'featurizer_checkpoint_seconds{pipeline="p"} 0.02',
      'featurizer_checkpoint_age_seconds{pipeline="p"} 5',
      "featurizer_stream_sockets 0",
      'featurizer_http_requests_total{route="/v1/sources",status="200"} 1',
    ]
  ) assert.ok(body.split("\n").includes(line), `${line} is missing in\n${body}`);
});

Deno.test("Feast's two calls", async () => {
  const { system, post } = open();
  system.values = (name) => ({
    status: name === "spend" ? "OK" : "NOT_FOUND",
    values: name === "spend" ? { total: 3, seen: null } : { total: null },
    eventTimeUs: NOW_US,
    watermarkUs: NOW_US,
    position: {},
    final: true,
  });
  const { body } = await post("/get-online-features", {
    features: ["spend:total", "spend:seen", "pairs:total"],
    entities: { card: ["a", "b"], shop: [1, 2] },
    full_feature_names: true,
  });
  assert.deepEqual(body.metadata.feature_names, [
    "card",
    "shop",
    "spend__total",
    "spend__seen",
    "pairs__total",
  ]);
  assert.deepEqual(body.results[2], {
    values: [3, 3],
    statuses: ["PRESENT", "PRESENT"],
    event_timestamps: ["2023-02-01T10:00:00Z", "2023-02-01T10:00:00Z"],
  });
  assert.deepEqual(body.results[3].statuses, ["NULL_VALUE", "NULL_VALUE"]);
  assert.deepEqual(body.results[4].statuses, ["NOT_FOUND", "NOT_FOUND"]);
  assert.deepEqual(system.reads[0]!.entities, [{ card: "a", shop: 1 }, { card: "b", shop: 2 }]);

  await post("/push", { push_source_name: "payments", df: { card: ["a", "b"], amount: [1, 2] } });
  assert.equal(system.pushed[0]!.text, '[{"card":"a","amount":1},{"card":"b","amount":2}]');
  const odd = await post("/push", {
    push_source_name: "payments",
    df: { card: ["a"], amount: [] },
  });
  assert.equal(odd.status, 400);
  const unknown = await post("/get-online-features", {
    features: ["spend:totl"],
    entities: { card: ["a"] },
  });
  assert.match(unknown.body.detail, /"spend" has no such column/);
});

Deno.test("unknown paths, wrong methods and plain requests for the stream are problems", async () => {
  const { call } = open();
  const unknown = await call("/v2/nothing");
  assert.deepEqual([unknown.status, unknown.body.code], [404, "UNKNOWN_PATH"]);
  const method = await call("/v1/sources", { method: "DELETE" });
  assert.deepEqual([method.status, method.headers.get("allow")], [405, "GET"]);
  assert.equal((await call("/v1/stream")).status, 426);
});

Deno.test("openapi.json describes every route", async () => {
  const { call } = open();
  const { body } = await call("/openapi.json");
  assert.equal(body.openapi, "3.1.0");
  assert.deepEqual(Object.keys(body.paths["/v1/events/{source}"].post.requestBody.content), [
    "application/json",
    "application/x-ndjson",
    "application/vnd.apache.arrow.stream",
  ]);
  assert.ok(
    body.paths["/v1/online"].post.requestBody.content["application/json"].schema.properties,
  );
  assert.ok(Object.keys(body.paths).length >= 16);
});
