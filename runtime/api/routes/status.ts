/** `GET /v1/status`, `/healthz` and `/readyz`: how the system is. */
import { z } from "zod";
import type { LiveStatus, PipelineStatus, SourceStatus } from "../../live/mod.ts";
import { RequestError } from "../problem.ts";
import type { Route } from "../route.ts";
import { time } from "../shapes.ts";
import { timeText } from "../times.ts";

const source = z.object({
  source: z.string(),
  position: z.int(),
  admitted: z.int(),
  late: z.int(),
  malformed: z.int(),
  future: z.int(),
  watermark: time,
  last_time: time,
  idle: z.boolean(),
  pending_bytes: z.int(),
});

const pipeline = z.object({
  name: z.string(),
  state: z.enum(["STARTING", "RUNNING", "FAILED", "STOPPED"]),
  error: z.string().nullable(),
  sources: z.array(z.string()),
  series: z.array(z.string()),
  bound: time,
  pending_rows: z.int(),
  slices: z.int(),
  row_errors: z.int(),
  checkpoint: z.object({ id: z.int(), at: time, took_ms: z.number(), bytes: z.int() }).nullable(),
});

const connector = z.object({
  source: z.string(),
  kind: z.string(),
  state: z.enum(["connecting", "running", "backoff", "ended"]),
  detail: z.string().nullable(),
});

const status = z.object({
  ready: z.boolean(),
  sources: z.array(source),
  pipelines: z.array(pipeline),
  connectors: z.array(connector),
});

const alive = z.object({ status: z.literal("ok") });

export const STATUS: Route = {
  method: "get",
  path: "/v1/status",
  scope: "read",
  summary: "sources with their watermarks, pipelines with their checkpoints, connectors",
  answer: status,
  handle: ({ api }) => Response.json(statusJson(api.system.status())),
};

export const HEALTH: Route = {
  method: "get",
  path: "/healthz",
  summary: "the process answers",
  answer: alive,
  handle: () => Response.json({ status: "ok" }),
};

export const READY: Route = {
  method: "get",
  path: "/readyz",
  summary: "every pipeline has recovered and follows its sources",
  answer: alive,
  handle: ({ api }) => {
    const { ready, pipelines } = api.system.status();
    if (ready) return Response.json({ status: "ok" });
    const waiting = pipelines.filter(({ state }) => state !== "RUNNING")
      .map(({ name, state }) => `${name} is ${state}`);
    throw new RequestError(`Cannot serve yet: ${waiting.join(", ") || "the system starts"}`, {
      status: 503,
      code: "NOT_READY",
      hint: "GET /v1/status says more.",
      retry: "backoff",
    });
  },
};

function statusJson(live: LiveStatus): z.output<typeof status> {
  return {
    ready: live.ready,
    sources: live.sources.map(sourceJson),
    pipelines: live.pipelines.map(pipelineJson),
    connectors: live.connectors.map((one) => ({ ...one, detail: one.detail ?? null })),
  };
}

function sourceJson(one: SourceStatus): z.output<typeof source> {
  const { watermarkUs, lastTimeUs, pendingBytes, ...rest } = one;
  return {
    ...rest,
    watermark: timeText(watermarkUs),
    last_time: timeText(lastTimeUs),
    pending_bytes: pendingBytes,
  };
}

function pipelineJson(one: PipelineStatus): z.output<typeof pipeline> {
  const { checkpoint } = one;
  return {
    name: one.name,
    state: one.state,
    error: one.error ?? null,
    sources: [...one.sources],
    series: [...one.series],
    bound: timeText(one.boundUs),
    pending_rows: one.pendingRows,
    slices: one.slices,
    row_errors: one.rowErrors,
    checkpoint: checkpoint === undefined ? null : {
      id: checkpoint.id,
      at: timeText(checkpoint.atUs),
      took_ms: checkpoint.tookMs,
      bytes: checkpoint.bytes,
    },
  };
}
