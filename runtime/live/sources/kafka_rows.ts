/** Messages of a Kafka partition as rows. */
import { type Batch, concatColumns, type FileBlock } from "../../arrow/mod.ts";
import type { KafkaSource } from "../../set/mod.ts";
import { filled } from "./attribute_fill.ts";
import type { ConnectorContext } from "./connector.ts";
import { type JsonRow, JsonRows } from "./json_rows.ts";
import type { KafkaMessage } from "./kafka_topic.ts";
import { pulledColumns, type PulledSource } from "./pulled_source.ts";

/** Rows of whole messages, and the place behind the last of them. */
export interface PlacedRows {
  readonly block: FileBlock;
  readonly next: bigint;
}

/** Makes batches that end between messages, so that a place is kept with each. */
export type ReadMessages = (
  messages: readonly KafkaMessage[],
  context: Pick<ConnectorContext, "decode">,
) => AsyncIterable<PlacedRows>;

const MOST_ROWS = 8192;

export function createReadMessages(config: KafkaSource, pulled: PulledSource): ReadMessages {
  return config.format === "arrow" ? arrowRead(config, pulled) : jsonRead(config, pulled);
}

function jsonRead(config: KafkaSource, pulled: PulledSource): ReadMessages {
  const rows = new JsonRows(pulled, config);
  const decoder = new TextDecoder();
  const rowsOf = ({ value }: KafkaMessage): readonly JsonRow[] => {
    if (value === null) return ["Cannot read the message: it has no value"];
    const text = decoder.decode(value);
    if (config.format === "json") return rows.rowsOf(text);
    return text.split("\n").filter((line) => line.trim() !== "")
      .flatMap((line) => rows.rowsOf(line));
  };
  return async function* (messages) {
    let waiting: JsonRow[] = [];
    for (let at = 0; at < messages.length; at++) {
      const message = messages[at]!;
      waiting.push(...rowsOf(message));
      const isLast = at === messages.length - 1;
      if (waiting.length < MOST_ROWS && !(isLast && waiting.length > 0)) continue;
      yield { block: rows.read(waiting), next: message.offset + 1n };
      waiting = [];
    }
  };
}

function arrowRead(config: KafkaSource, pulled: PulledSource): ReadMessages {
  const columns = pulledColumns(pulled.source);
  const filling = { attributes: config.attributes, columns, symbols: pulled.symbols };
  return async function* (messages, { decode }) {
    for (const { value, offset } of messages) {
      const blocks: FileBlock[] = [];
      for await (const { batch, rejected } of decode(value ?? new Uint8Array(0), "arrow")) {
        blocks.push({ batch, rejected: [...rejected] });
      }
      const block = joined(blocks);
      if (block !== undefined) yield { block: filled(block, filling), next: offset + 1n };
    }
  };
}

function joined(blocks: readonly FileBlock[]): FileBlock | undefined {
  const [first, ...rest] = blocks;
  if (first === undefined || rest.length === 0) return first;
  const length = blocks.reduce((sum, { batch }) => sum + batch.length, 0);
  const columns = first.batch.columns.map((_, place) =>
    concatColumns(blocks.map(({ batch }) => batch.columns[place]!), length)
  );
  let before = 0;
  const rejected = blocks.flatMap((block) => {
    const from = before;
    before += block.batch.length;
    return block.rejected.map((each) => ({ ...each, row: from + each.row }));
  });
  const batch: Batch = { length, columns };
  return { batch, rejected };
}
