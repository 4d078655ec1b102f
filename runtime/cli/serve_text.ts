/** What `featurizer serve` tells at its start, and while it runs. */
import type { Column } from "../../dsl/mod.ts";
import type { StreamStatus } from "../api/mod.ts";
import type { LiveCatalog, LiveSeriesInfo, LiveSourceInfo, LiveStatus } from "../live/mod.ts";
import { paint } from "./style.ts";
import type { TextStream } from "./terminal.ts";
import { bytesText, pluralText, shortCountText } from "./value_text.ts";

const LABEL_WIDTH = 10;

export interface ServeTextOptions {
  readonly url: string;
  readonly needsToken: boolean;
  readonly nowUs: number;
}

/** Where it listens, what it serves, and commands to try. */
export function startLines(
  stream: TextStream,
  { sources, series }: LiveCatalog,
  { url, needsToken, nowUs }: ServeTextOptions,
): string[] {
  const label = (name: string) => paint(stream, "dim", name.padEnd(LABEL_WIDTH));
  const token = needsToken ? ' -H "authorization: Bearer $FEATURIZER_TOKEN"' : "";
  const [source, one] = [sources[0], series.find(({ kind }) => kind === "feature")];
  return [
    `${label("listening")} ${paint(stream, "bold", url)}`,
    ...sources.map(({ name, keys }) => `${label("source")} ${name}${byKeys(keys)}`),
    ...series.map(({ kind, name, keys }) =>
      `${label(kind)} ${name}${byKeys(keys.map((key) => key.name))}`
    ),
    ...(source ? ["", `${label("push")} ${pushLine(url, source, nowUs)}${token}`] : []),
    ...(one ? [`${label("read")} curl '${url}${onlinePath(one)}'${token}`] : []),
    ...(series[0] ? [`${label("stream")} ${streamLine(url, series[0].name)}${token}`] : []),
    `${label("status")} curl ${url}/v1/status${token}`,
    "",
    `${label("stop")} Ctrl-C: takes a last checkpoint`,
  ];
}

/** What another config or plugin has changed. */
export function reloadLines(stream: TextStream, before: LiveCatalog, now: LiveCatalog): string[] {
  const names = ({ series }: LiveCatalog) => series.map(({ name }) => name);
  const [had, has] = [names(before), names(now)];
  const parts = [
    ["new, made from the log", has.filter((name) => !had.includes(name))],
    ["gone", had.filter((name) => !has.includes(name))],
    ["with their state", has.filter((name) => had.includes(name))],
  ] as const;
  return [
    `${paint(stream, "green", "reloaded")}`,
    ...parts.flatMap(([what, list]) => list.length === 0 ? [] : [`  ${what}: ${list.join(", ")}`]),
  ];
}

export interface Moment {
  readonly nowUs: number;
  readonly status: LiveStatus;
  readonly streams: StreamStatus;
}

/** One line of rates and watermarks since the moment before. */
export function momentLine(before: Moment, { nowUs, status, streams }: Moment): string {
  const seconds = Math.max(1e-3, (nowUs - before.nowUs) / 1e6);
  const rate = (admittedOf(status) - admittedOf(before.status)) / seconds;
  const sent = (streams.sentBytes - before.streams.sentBytes) / seconds;
  const behind = status.sources.filter(({ watermarkUs }) => Number.isFinite(watermarkUs))
    .map(({ source, watermarkUs }) => `${source} -${((nowUs - watermarkUs) / 1e6).toFixed(1)} s`);
  const failed = status.pipelines.filter(({ state }) => state === "FAILED")
    .map(({ name, error }) => `FAILED ${name}: ${error ?? ""}`);
  return [
    new Date(nowUs / 1000).toISOString().slice(11, 19),
    `${shortCountText(rate)} rows/s`,
    ...behind,
    pluralText(streams.sockets, "socket"),
    ...(sent > 0 ? [`${bytesText(Math.round(sent))}/s sent`] : []),
    ...failed,
  ].join("  ");
}

function admittedOf({ sources }: LiveStatus): number {
  return sources.reduce((sum, { admitted }) => sum + admitted, 0);
}

function byKeys(keys: readonly string[]): string {
  return keys.length === 0 ? "" : ` by ${keys.join(", ")}`;
}

function pushLine(url: string, { name, columns, time }: LiveSourceInfo, nowUs: number): string {
  const now = new Date(nowUs / 1000).toISOString();
  const row = Object.fromEntries(
    columns.map((column) => [column.name, column.name === time ? now : exampleOf(column)]),
  );
  const json = JSON.stringify(row).replaceAll("'", "'\\''");
  return `curl ${url}/v1/events/${name} -H 'content-type: application/json' -d '${json}'`;
}

function onlinePath({ name, keys, request }: LiveSeriesInfo): string {
  const columns = [...keys, ...request];
  const query = columns.length === 1
    ? `key=${exampleOf(columns[0]!)}`
    : columns.map((column) => `key.${column.name}=${exampleOf(column)}`).join("&");
  return `/v1/online/${name}${query === "" ? "" : `?${query}`}`;
}

function streamLine(url: string, series: string): string {
  const message = JSON.stringify({ kind: "subscribe", id: "1", series, snapshot: true });
  return `echo '${message}' | websocat -n ${url.replace(/^http/, "ws")}/v1/stream`;
}

/** A value of the type, as JSON. */
function exampleOf({ type }: Column): string | number | boolean | null | [] {
  switch (type.kind) {
    case "string":
      return "A";
    case "enum":
      return type.values[0] ?? "A";
    case "bool":
      return true;
    case "timestamp":
      return "2023-02-01T10:00:00Z";
    case "list":
      return [];
    case "struct":
    case "map":
    case "vector":
      return null;
    default:
      return 1;
  }
}
