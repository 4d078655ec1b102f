/** The shape of an entry of `data_sources`: one set of keys for each kind. */
import { z } from "zod";
import {
  attributes,
  byteCount,
  columns,
  count,
  durationUs,
  expected,
  flag,
  format,
  member,
  number,
  oneOrMore,
  positiveDurationUs,
  positiveNumber,
  rate,
  speed,
  text,
  timestampUs,
} from "./config_scalars.ts";

const entry = { source: member, attributes: attributes.default({}) };

const mapped = { ...entry, columns: columns.default({}) };

const files = {
  ...mapped,
  path: oneOrMore(text),
  format: format.optional(),
  late: z.enum(["drop", "fail"], expected("drop or fail")).default("drop"),
};

const message = z.union(
  [text, z.record(z.string(), z.json()), z.array(z.json())],
  expected("text, a map or a list"),
);

const secret = z.union([text, z.strictObject({ env: text })], expected("text, or {env: NAME}"));

const file = z.strictObject({ ...files, kind: z.literal("file").optional() });

const http = z.strictObject({ ...entry, kind: z.literal("http") });

const websocket = z.strictObject({
  ...mapped,
  kind: z.literal("websocket"),
  url: text.regex(/^wss?:\/\//, "expected a URL that begins with ws:// or wss://"),
  subscribe: z.array(message, expected("a list of messages")).default([]),
  rows: text.optional(),
  ping: z.strictObject({ every: positiveDurationUs, message }).optional(),
  silence: positiveDurationUs.optional(),
});

const kafka = z.strictObject({
  ...mapped,
  kind: z.literal("kafka"),
  brokers: oneOrMore(text.regex(/^[^\s:/]+:\d+$/, "expected a broker like localhost:9092")),
  topic: text,
  group: text.optional(),
  format: z.enum(["json", "ndjson", "arrow"], expected("json, ndjson or arrow")).default("json"),
  rows: text.optional(),
  from: z.enum(["start", "end"], expected("start or end")).default("start"),
  sasl: z.strictObject({
    mechanism: z.enum(
      ["plain", "scram-sha-256", "scram-sha-512"],
      expected("plain, scram-sha-256 or scram-sha-512"),
    ),
    username: text,
    password: secret,
  }).optional(),
  tls: z.union([flag, z.strictObject({ ca: text })], expected("true, or {ca: path}"))
    .default(false),
});

const tail = z.strictObject({
  ...mapped,
  kind: z.literal("tail"),
  path: text,
  format: z.enum(["ndjson", "csv"], expected("ndjson or csv")).optional(),
  from: z.enum(["start", "end"], expected("start or end")).default("start"),
});

const replay = z.strictObject({
  ...files,
  kind: z.literal("replay"),
  speed: speed.default(1),
  loop: flag.default(false),
  shift: flag.default(false),
});

const log = z.strictObject({ ...entry, kind: z.literal("log"), store: text });

const synthetic = z.strictObject({
  ...entry,
  kind: z.literal("synthetic"),
  generator: z.enum(["sine", "random_walk", "poisson"], expected("sine, random_walk or poisson")),
  rate,
  seed: z.int("expected a whole number").default(0),
  keys: count.default(1),
  mean: number.optional(),
  amplitude: positiveNumber.default(1),
  period: positiveDurationUs.default(60_000_000),
  step: positiveNumber.default(1),
  from: timestampUs.optional(),
  until: timestampUs.optional(),
});

/** An entry, its keys chosen by `kind`; without one it is a file. */
export const dataSource = z.discriminatedUnion(
  "kind",
  [file, http, websocket, kafka, tail, replay, log, synthetic],
  expected("file, http, websocket, kafka, tail, replay, log or synthetic"),
);

const retained = {
  age: positiveDurationUs.optional(),
  bytes: byteCount.optional(),
};

/** How a live run goes. */
export const live = z.strictObject({
  flush: durationUs.default(5_000),
  flush_rows: count.default(8192),
  checkpoint: z.strictObject({
    interval: positiveDurationUs.default(10_000_000),
    rows: count.default(1_000_000),
    retained: count.default(3),
  }, expected("a map of interval, rows and retained")).prefault({}),
  shards: count.max(256, "expected at most 256 shards").default(4),
  workers: count.max(64, "expected at most 64 workers").default(1),
  retain_rows: positiveDurationUs.default(3_600_000_000),
  retain_log: z.strictObject({
    ...retained,
    sources: z.record(
      member,
      z.strictObject(retained, expected("a map of age and bytes")),
      expected("a map of plugin.source to age and bytes"),
    ).default({}),
  }, expected("a map of age, bytes and sources")).prefault({}),
  max_skew: positiveDurationUs.default(3_600_000_000),
  serving_log: number.min(0, "expected a share from 0 to 1")
    .max(1, "expected a share from 0 to 1").default(0),
}, expected("a map of live options"));
