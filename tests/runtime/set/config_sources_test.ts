import assert from "node:assert/strict";
import { resolve } from "node:path";
import { parseConfig } from "../../../runtime/set/config.ts";
import { ConfigError } from "../../../runtime/set/config_error.ts";
import { parseJsonPath } from "../../../runtime/set/config_json_path.ts";
import { parseSpeed } from "../../../runtime/set/config_scalars.ts";
import type {
  ConfigPurpose,
  DataSourceConfig,
  SetConfig,
} from "../../../runtime/set/config_types.ts";

const HEAD = `plugins: [market]
feature_configs: [{feature_definition: market.mid, name: mid}]
`;

const BOUNDED = `${HEAD}start_date: 2023-02-01
end_date: 2023-02-02
sampling: 1s
`;

function parse(text: string, purpose: ConfigPurpose = "serve"): SetConfig {
  return parseConfig(text, { file: "sets/live.yaml", purpose });
}

function entryOf(text: string): DataSourceConfig | undefined {
  return parse(`${HEAD}data_sources: [{source: a.b, ${text}}]\n`).dataSources[0];
}

function problemsOf(text: string, purpose: ConfigPurpose = "serve"): string[] {
  try {
    parse(text, purpose);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems.map(({ line, message }) => `${line}: ${message}`);
  }
  return [];
}

function problemsOfEntry(text: string): string[] {
  return problemsOf(`${HEAD}data_sources: [{source: a.b, ${text}}]\n`);
}

Deno.test("parseConfig() reads a file, a replay and a push", () => {
  const files = { source: "a.b", attributes: {}, columns: {}, late: "drop" };
  const path = resolve("sets/x.csv");
  assert.deepEqual(entryOf("path: x.csv"), { ...files, kind: "file", path });
  assert.deepEqual(entryOf("kind: replay, path: x.csv, speed: 60x, loop: true"), {
    ...files,
    kind: "replay",
    path,
    speed: 60,
    loop: true,
    shift: false,
  });
  assert.deepEqual(entryOf("kind: http, attributes: {venue: X}"), {
    kind: "http",
    source: "a.b",
    attributes: { venue: "X" },
  });
});

Deno.test("parseConfig() reads a WebSocket feed", () => {
  assert.deepEqual(
    entryOf(
      "kind: websocket, url: 'wss://h/ws', subscribe: [{op: sub, args: [x]}, hello], rows: 'data[*]', " +
        "columns: {ts: {from: $.E, unit: ms}, price: p}, ping: {every: 15s, message: ping}, silence: 1m",
    ),
    {
      kind: "websocket",
      source: "a.b",
      attributes: {},
      url: "wss://h/ws",
      subscribe: [{ op: "sub", args: ["x"] }, "hello"],
      rows: "data[*]",
      columns: { ts: { from: "$.E", unit: "ms" }, price: { from: "p" } },
      ping: { everyUs: 15_000_000, message: "ping" },
      silenceUs: 60_000_000,
    },
  );
});

Deno.test("parseConfig() reads a Kafka topic", () => {
  assert.deepEqual(
    entryOf(
      "kind: kafka, brokers: ['h:9092'], topic: t, group: g, tls: {ca: ca.pem}, from: end, " +
        "sasl: {mechanism: plain, username: u, password: {env: SECRET}}",
    ),
    {
      kind: "kafka",
      source: "a.b",
      attributes: {},
      brokers: ["h:9092"],
      topic: "t",
      group: "g",
      format: "json",
      from: "end",
      columns: {},
      sasl: { mechanism: "plain", username: "u", password: { env: "SECRET" } },
      tls: { ca: resolve("sets/ca.pem") },
    },
  );
});

Deno.test("parseConfig() reads a tail and a synthetic source", () => {
  assert.deepEqual(entryOf("kind: tail, path: logs/*.log, format: ndjson, from: end"), {
    kind: "tail",
    source: "a.b",
    attributes: {},
    columns: {},
    path: resolve("sets/logs/*.log"),
    format: "ndjson",
    from: "end",
  });
  assert.deepEqual(entryOf("kind: synthetic, generator: sine, rate: 90/m, seed: 7, keys: 3"), {
    kind: "synthetic",
    source: "a.b",
    attributes: {},
    generator: "sine",
    ratePerSecond: 1.5,
    seed: 7,
    keys: 3,
    mean: 0,
    amplitude: 1,
    periodUs: 60_000_000,
    step: 1,
  });
});

Deno.test("parseConfig() checks each kind by its own keys", () => {
  assert.deepEqual(problemsOfEntry("kind: kafak, path: x"), [
    '3: expected file, http, websocket, kafka, tail, replay, log or synthetic, got "kafak"',
  ]);
  assert.deepEqual(problemsOfEntry("kind: http, path: x"), ['3: unknown key "path"']);
  assert.deepEqual(problemsOfEntry("kind: kafka, topic: t, brokers: localhost"), [
    '3: expected a broker like localhost:9092, got "localhost"',
  ]);
  assert.deepEqual(problemsOfEntry("kind: websocket, url: 'https://h'"), [
    '3: expected a URL that begins with ws:// or wss://, got "https://h"',
  ]);
  assert.deepEqual(problemsOfEntry("kind: replay, path: x, speed: fast"), [
    '3: expected a speed like 60x, or max, got "fast"',
  ]);
  assert.deepEqual(problemsOfEntry("kind: replay, path: x, speed: 2x, shift: true"), [
    "3: shifted rows that are faster than the clock would come from the future",
  ]);
  assert.deepEqual(problemsOfEntry("kind: synthetic, generator: sine, rate: 5"), [
    "3: expected a rate like 1000/s, got 5",
  ]);
  const made = "kind: synthetic, generator: sine, rate: 5/s";
  assert.deepEqual(problemsOfEntry(`${made}, from: 2024-05-01`), [
    "3: from has no meaning without until",
  ]);
  assert.deepEqual(problemsOfEntry(`${made}, from: 2024-05-02, until: 2024-05-01`), [
    "3: until is not after from",
  ]);
  assert.deepEqual(
    problemsOfEntry("kind: websocket, url: 'ws://h', rows: 'a..b', columns: {x: 'y[*]'}"),
    [
      '3: expected a JSON path, got "a..b"',
      "3: the JSON path of a column leads to one value and has no [*]",
    ],
  );
  assert.deepEqual(
    problemsOfEntry("kind: kafka, topic: t, brokers: 'h:1', format: arrow, rows: a"),
    ["3: rows has no meaning beside format: arrow"],
  );
});

Deno.test("parseConfig() offers the nearest key of the kind", () => {
  const text = `${HEAD}data_sources: [{source: a.b, kind: kafka, topc: t, brokers: "h:1"}]`;
  assert.throws(() => parse(text), (error: unknown) => {
    assert.ok(error instanceof ConfigError);
    const problem = error.problems.find(({ message }) => message.startsWith("unknown"));
    assert.equal(problem?.hint, 'did you mean "topic"?');
    return true;
  });
});

Deno.test("parseConfig() reads the live section over its defaults", () => {
  const live = `live: {flush: 20ms, checkpoint: {rows: 5}, shards: 8, serving_log: 0.1}`;
  assert.deepEqual(parse(HEAD + live).live, {
    flushUs: 20_000,
    flushRows: 8192,
    checkpoint: { intervalUs: 10_000_000, rows: 5, retained: 3 },
    shards: 8,
    workers: 1,
    retainRowsUs: 3_600_000_000,
    retainLog: { ageUs: Infinity, bytes: Infinity, sources: {} },
    maxSkewUs: 3_600_000_000,
    servingLog: 0.1,
  });
  assert.deepEqual(
    problemsOf(`${HEAD}live: {shards: 300, flsh: 1s, serving_log: 2, checkpoint: {rows: 0}}`)
      .sort(),
    [
      "3: expected a share from 0 to 1, got 2",
      "3: expected a whole number above zero, got 0",
      "3: expected at most 256 shards, got 300",
      '3: unknown key "flsh"',
    ].sort(),
  );
});

Deno.test("parseConfig() wants dates and a spine for a bounded run only", () => {
  const config = parse(HEAD);
  assert.deepEqual([config.startUs, config.endUs], [-Infinity, Infinity]);
  assert.deepEqual(config.spine, { kind: "none" });
  assert.deepEqual(parse(BOUNDED).spine, { kind: "grid", everyUs: 1_000_000 });
  assert.deepEqual(problemsOf(HEAD, "run"), [
    '1: missing key "start_date"',
    '1: missing key "end_date"',
  ]);
});

Deno.test("parseConfig() lets a bounded run read replays, and says which kinds it cannot", () => {
  const withKind = (entry: string) => `${BOUNDED}data_sources: [{source: a.b, ${entry}}]\n`;
  assert.deepEqual(problemsOf(withKind("kind: replay, path: x.csv"), "run"), []);
  assert.deepEqual(problemsOf(withKind("kind: http"), "run"), [
    "6: all sources are live (http): there are no files to run over",
  ]);
  const mixed = withKind("path: x.csv}, {source: a.c, kind: http");
  assert.deepEqual(problemsOf(mixed, "run"), [
    "6: a source of kind http has no history that a bounded run could read",
  ]);
  assert.deepEqual(problemsOf(withKind("kind: http"), "either"), []);
  assert.deepEqual(problemsOf(`${HEAD}live: {}`, "either"), []);
  assert.equal(problemsOf(HEAD, "either").length, 2);
});

Deno.test("parseJsonPath() takes names, places, quoted names and every element", () => {
  const steps = (text: string) => parseJsonPath(text)?.steps;
  assert.deepEqual(steps("a.b[0].c"), ["a", "b", 0, "c"]);
  assert.deepEqual(steps("data[*].items[*]"), ["data", { every: true }, "items", { every: true }]);
  assert.deepEqual(steps('$["odd name"].x'), ["odd name", "x"]);
  assert.deepEqual(steps("[2][1]"), [2, 1]);
  assert.deepEqual(parseJsonPath("$"), { isRooted: true, steps: [] });
  assert.deepEqual(parseJsonPath("$.E"), { isRooted: true, steps: ["E"] });
  assert.deepEqual(parseJsonPath("E"), { isRooted: false, steps: ["E"] });
  for (const wrong of ["", ".a", "a.", "a..b", "a[", "a[-1]", "a[x]", "$a b", "a b", "a[0]b"]) {
    assert.equal(parseJsonPath(wrong), undefined, wrong);
  }
});

Deno.test("parseSpeed() takes a factor or max", () => {
  assert.deepEqual(["60x", "0.5x", "max", "0x", "60", "x"].map(parseSpeed), [
    60,
    0.5,
    Infinity,
    undefined,
    undefined,
    undefined,
  ]);
});
