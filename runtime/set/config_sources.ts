/** The `data_sources` of a config, made canonical. */
import type { ConfigFault } from "./config_error.ts";
import { parseJsonPath } from "./config_json_path.ts";
import type { ConfigDocument } from "./config_schema.ts";
import type {
  DataSourceConfig,
  FileSource,
  KafkaSource,
  ReplaySource,
  SyntheticSource,
  WebSocketSource,
} from "./config_source_types.ts";
import { resolveAttributes, resolveColumns, resolvePath } from "./config_values.ts";
import type { DocumentPath, YamlText } from "./yaml_text.ts";

type SourceEntry = ConfigDocument["data_sources"][number];
type OfKind<Kind extends string> = Extract<SourceEntry, { kind: Kind }>;

interface Context {
  readonly folder: string;
  readonly yaml: YamlText;
  readonly faults: ConfigFault[];
}

export function resolveSources(
  entries: readonly SourceEntry[],
  context: Context,
): readonly DataSourceConfig[] {
  return entries.map((entry, index) =>
    resolveSource(entry, { ...context, path: ["data_sources", index] })
  );
}

/** Of a replay whose rows do not lie in files. */
const NO_FILES = {
  path: [],
  columns: {},
  late: "drop",
  speed: Infinity,
  loop: false,
  shift: false,
} as const;

type Placed = Context & { readonly path: DocumentPath };

function resolveSource(entry: SourceEntry, context: Placed): DataSourceConfig {
  const common = {
    source: entry.source,
    attributes: resolveAttributes(
      entry.attributes,
      [...context.path, "attributes"],
      context.yaml,
    ),
  };
  switch (entry.kind) {
    case undefined:
    case "file":
      return { ...common, kind: "file", ...filesOf(entry, context) };
    case "replay": {
      const { speed, loop, shift } = entry;
      checkShift(entry, context);
      return { ...common, kind: "replay", ...filesOf(entry, context), speed, loop, shift };
    }
    case "log": {
      const { store } = entry;
      const log = resolvePath(store, context.folder);
      return { ...common, kind: "replay", ...NO_FILES, log };
    }
    case "http":
      return { ...common, kind: "http" };
    case "websocket":
      return { ...common, ...webSocketOf(entry, context) };
    case "kafka":
      return { ...common, ...kafkaOf(entry, context) };
    case "tail":
      return {
        ...common,
        kind: "tail",
        path: resolvePath(entry.path, context.folder),
        ...(entry.format && { format: entry.format }),
        from: entry.from,
        columns: resolveColumns(entry.columns),
      };
    case "synthetic":
      return syntheticOf(entry, { ...common, ...context });
  }
}

/** With `from` and `until` it is history, made at once. */
function syntheticOf(
  entry: OfKind<"synthetic">,
  { source, attributes, path, faults }: Placed & Pick<SyntheticSource, "source" | "attributes">,
): SyntheticSource | ReplaySource {
  const { generator, rate, seed, keys, amplitude, period, step, from, until } = entry;
  const config: SyntheticSource = {
    kind: "synthetic",
    source,
    attributes,
    generator,
    ratePerSecond: rate,
    seed,
    keys,
    mean: entry.mean ?? (generator === "poisson" ? 1 : 0),
    amplitude,
    periodUs: period,
    step,
  };
  if (from === undefined && until === undefined) return config;
  if (from === undefined || until === undefined) {
    const [given, lacking] = from === undefined ? ["until", "from"] : ["from", "until"];
    const message = `${given} has no meaning without ${lacking}`;
    faults.push({ path: [...path, given], atKey: true, message });
    return config;
  }
  if (until <= from) faults.push({ path: [...path, "until"], message: "until is not after from" });
  return {
    ...NO_FILES,
    kind: "replay",
    source,
    attributes,
    synthetic: { config, fromUs: from, untilUs: until },
  };
}

function filesOf(
  entry: Pick<OfKind<"replay">, "path" | "format" | "columns" | "late">,
  context: Placed,
): Omit<FileSource, "kind" | "source" | "attributes"> {
  return {
    path: typeof entry.path === "string"
      ? resolvePath(entry.path, context.folder)
      : entry.path.map((part) => resolvePath(part, context.folder)),
    ...(entry.format && { format: entry.format }),
    columns: resolveColumns(entry.columns),
    late: entry.late,
  };
}

/** Shifted rows that go faster than the clock would come from the future. */
function checkShift({ speed, shift }: OfKind<"replay">, { path, faults }: Placed): void {
  if (!shift || speed <= 1) return;
  faults.push({
    path: [...path, "shift"],
    atKey: true,
    message: "shifted rows that are faster than the clock would come from the future",
    hint: "Leave shift out, or say speed: 1x.",
  });
}

function webSocketOf(
  entry: OfKind<"websocket">,
  context: Placed,
): Omit<WebSocketSource, "source" | "attributes"> {
  checkJsonPaths(entry, context);
  return {
    kind: "websocket",
    url: entry.url,
    subscribe: entry.subscribe,
    ...(entry.rows !== undefined && { rows: entry.rows }),
    columns: resolveColumns(entry.columns),
    ...(entry.ping && { ping: { everyUs: entry.ping.every, message: entry.ping.message } }),
    ...(entry.silence !== undefined && { silenceUs: entry.silence }),
  };
}

function kafkaOf(
  entry: OfKind<"kafka">,
  context: Placed,
): Omit<KafkaSource, "source" | "attributes"> {
  if (entry.format !== "arrow") checkJsonPaths(entry, context);
  else if (entry.rows !== undefined) {
    const message = "rows has no meaning beside format: arrow";
    context.faults.push({ path: [...context.path, "rows"], atKey: true, message });
  }
  return {
    kind: "kafka",
    brokers: typeof entry.brokers === "string" ? [entry.brokers] : entry.brokers,
    topic: entry.topic,
    ...(entry.group !== undefined && { group: entry.group }),
    format: entry.format,
    ...(entry.rows !== undefined && { rows: entry.rows }),
    from: entry.from,
    columns: resolveColumns(entry.columns),
    ...(entry.sasl && { sasl: entry.sasl }),
    tls: typeof entry.tls === "boolean"
      ? entry.tls
      : { ca: resolvePath(entry.tls.ca, context.folder) },
  };
}

const PATH_HINT = 'Paths are like data.items[*], a.b[0] or $["odd name"].';

function checkJsonPaths(
  { rows, columns }: OfKind<"websocket"> | OfKind<"kafka">,
  { path, faults }: Placed,
): void {
  if (rows !== undefined && parseJsonPath(rows) === undefined) {
    const message = `expected a JSON path, got ${JSON.stringify(rows)}`;
    faults.push({ path: [...path, "rows"], message, hint: PATH_HINT });
  }
  for (const [name, { from }] of Object.entries(columns)) {
    if (from === undefined) continue;
    const steps = parseJsonPath(from)?.steps;
    const isOne = steps?.every((step) => typeof step !== "object") ?? false;
    if (isOne) continue;
    const message = steps === undefined
      ? `expected a JSON path, got ${JSON.stringify(from)}`
      : "the JSON path of a column leads to one value and has no [*]";
    faults.push({ path: [...path, "columns", name], message, hint: PATH_HINT });
  }
}
