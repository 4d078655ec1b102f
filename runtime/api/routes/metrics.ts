/** `GET /metrics`: what a Prometheus server scrapes. */
import type { ConnectorStatus, PipelineStatus, SourceStatus } from "../../live/mod.ts";
import { type Metric, METRICS_TYPE, metricsText, type Sample } from "../metrics_text.ts";
import type { Api, Route } from "../route.ts";

const DECISIONS = ["admitted", "late", "malformed", "future"] as const;
const PIPELINE_STATES = ["STARTING", "RUNNING", "FAILED", "STOPPED"] as const;
const CONNECTOR_STATES = ["connecting", "running", "backoff", "ended"] as const;

export const METRICS: Route = {
  method: "get",
  path: "/metrics",
  scope: "read",
  summary: "counters and gauges for Prometheus",
  answer: { mediaType: "text/plain" },
  handle: ({ api }) =>
    new Response(metricsText(metricsOf(api)), { headers: { "content-type": METRICS_TYPE } }),
};

function metricsOf(api: Api): Metric[] {
  const { ready, sources, pipelines, connectors } = api.system.status();
  const nowUs = api.clock.nowUs();
  return [
    gauge("ready", "Whether every pipeline follows its sources.", [{ value: ready ? 1 : 0 }]),
    ...sourceMetrics(sources, nowUs),
    ...pipelineMetrics(pipelines),
    ...checkpointMetrics(pipelines, nowUs),
    gauge("connector_state", "1 for the state a connector is in.", connectorStates(connectors)),
    ...streamMetrics(api),
    counter(
      "http_requests_total",
      "Requests answered.",
      api.requests.all().map(({ route, status, count }) => ({
        labels: { route, status },
        value: count,
      })),
    ),
    gauge("memory_bytes", "Resident memory of the process.", [{ value: Deno.memoryUsage().rss }]),
  ];
}

function sourceMetrics(sources: readonly SourceStatus[], nowUs: number): Metric[] {
  const by = (valueOf: (source: SourceStatus) => number) =>
    sources.map((one) => ({ labels: { source: one.source }, value: valueOf(one) }));
  const rows = sources.flatMap((one) =>
    DECISIONS.map((decision) => ({
      labels: { source: one.source, decision },
      value: one[decision],
    }))
  );
  const lags = by(({ watermarkUs }) => (nowUs - watermarkUs) / 1e6);
  return [
    counter("source_rows_total", "Rows that arrived, by what was decided.", rows),
    gauge("source_position", "Log position of the newest row.", by(({ position }) => position)),
    gauge(
      "source_watermark_lag_seconds",
      "How far the watermark is behind the clock.",
      lags.filter(({ value }) => Number.isFinite(value)),
    ),
    gauge("source_idle", "1 while no rows arrive.", by(({ idle }) => idle ? 1 : 0)),
    gauge("source_pending_bytes", "Rows on their way to disk.", by((one) => one.pendingBytes)),
  ];
}

function pipelineMetrics(pipelines: readonly PipelineStatus[]): Metric[] {
  const states = pipelines.flatMap(({ name, state }) =>
    PIPELINE_STATES.map((one) => ({
      labels: { pipeline: name, state: one },
      value: one === state ? 1 : 0,
    }))
  );
  const by = samplesBy(pipelines);
  return [
    gauge("pipeline_state", "1 for the state a pipeline is in.", states),
    gauge(
      "pipeline_pending_rows",
      "Rows that wait for the watermark.",
      by((one) => one.pendingRows),
    ),
    counter("pipeline_slices_total", "Slices computed.", by(({ slices }) => slices)),
    counter("pipeline_row_errors_total", "Rows that failed.", by(({ rowErrors }) => rowErrors)),
  ];
}

function checkpointMetrics(pipelines: readonly PipelineStatus[], nowUs: number): Metric[] {
  const by = samplesBy(pipelines.filter(({ checkpoint }) => checkpoint !== undefined));
  return [
    gauge(
      "checkpoint_seconds",
      "How long the newest checkpoint took.",
      by(({ checkpoint }) => checkpoint!.tookMs / 1000),
    ),
    gauge("checkpoint_bytes", "What it wrote.", by(({ checkpoint }) => checkpoint!.bytes)),
    gauge(
      "checkpoint_age_seconds",
      "Time since the newest checkpoint.",
      by(({ checkpoint }) => (nowUs - checkpoint!.atUs) / 1e6),
    ),
  ];
}

function samplesBy(
  pipelines: readonly PipelineStatus[],
): (valueOf: (pipeline: PipelineStatus) => number) => Sample[] {
  return (valueOf) =>
    pipelines.map((one) => ({ labels: { pipeline: one.name }, value: valueOf(one) }));
}

function connectorStates(connectors: readonly ConnectorStatus[]): Sample[] {
  return connectors.flatMap(({ source, kind, state }) =>
    CONNECTOR_STATES.map((one) => ({
      labels: { source, kind, state: one },
      value: one === state ? 1 : 0,
    }))
  );
}

function streamMetrics({ streams }: Api): Metric[] {
  const { sockets, subscriptions, sentBytes, droppedRows, conflatedRows, closedSlow } = streams
    .status();
  return [
    gauge("stream_sockets", "Open sockets.", [{ value: sockets }]),
    gauge(
      "stream_subscriptions",
      "Subscriptions by series.",
      subscriptions.map(({ series, count }) => ({ labels: { series }, value: count })),
    ),
    counter("stream_sent_bytes_total", "Bytes of frames sent.", [{ value: sentBytes }]),
    counter("stream_dropped_rows_total", "Rows slow readers did not get.", [{
      value: droppedRows,
    }]),
    counter("stream_conflated_rows_total", "Rows replaced by newer ones.", [
      { value: conflatedRows },
    ]),
    counter("stream_slow_clients_total", "Clients closed because they were slow.", [
      { value: closedSlow },
    ]),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: "gauge", help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: "counter", help, samples };
}
