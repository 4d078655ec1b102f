/**
 * Reads a Kafka topic into the log, each message once.
 *
 * K1: a partition's place is kept in the transaction that keeps its rows; places in Kafka are for others to see.
 * K2: every partition is an entry of the watermark of its own, so that a slow one holds back and an idle one does not.
 * K3: it is no member of a group, so that nobody else's coming or going takes partitions away.
 */
import type { KafkaSource } from "../../set/mod.ts";
import type { Connector, ConnectorContext } from "./connector.ts";
import { createReadMessages, type ReadMessages } from "./kafka_rows.ts";
import { type FetchedPartition, KafkaTopic } from "./kafka_topic.ts";
import { messageOf, type Patience, persist, pushPatiently } from "./patience.ts";
import { nameOf, type PulledSource } from "./pulled_source.ts";

/** How often leaders and new partitions are looked for, and places are shown. */
const REFRESH_US = 5_000_000;
const MOST_PARTITIONS = 65_536;

export function createKafkaConnector(
  config: KafkaSource,
  pulled: PulledSource,
  { entry, patience }: { readonly entry: number; readonly patience: Patience },
): Connector {
  const read = createReadMessages(config, pulled);
  return {
    source: nameOf(pulled.source),
    kind: config.kind,
    entry,
    hasMoreEntries: true,
    run: (context) => {
      const reader = new TopicReader(config, { context, entry, patience, read });
      return persist(context, patience, async (onSuccess) => {
        await using topic = await KafkaTopic.open(config);
        await reader.run(topic, onSuccess);
        return "again";
      });
    },
  };
}

/** The entry of a partition, apart from those of all other connectors. */
export function partitionEntry(entry: number, partition: number): number {
  return entry * MOST_PARTITIONS + partition;
}

interface ReaderOptions {
  readonly context: ConnectorContext;
  readonly entry: number;
  readonly patience: Patience;
  readonly read: ReadMessages;
}

class TopicReader {
  readonly #config: KafkaSource;
  readonly #options: ReaderOptions;
  /** By partition, the place behind what was given on. */
  readonly #places = new Map<number, bigint>();
  #hasFailed = false;

  constructor(config: KafkaSource, options: ReaderOptions) {
    this.#config = config;
    this.#options = options;
  }

  /** Reads until the signal; throws when the cluster is lost. */
  async run(topic: KafkaTopic, onSuccess: () => void): Promise<void> {
    const { signal, clock } = this.#options.context;
    this.#hasFailed = false;
    let isFirst = true;
    while (!signal.aborted) {
      const leaders = await topic.leaders();
      await this.#place(topic, [...leaders.values()].flat());
      if (isFirst) onSuccess();
      isFirst = false;
      const untilUs = clock.nowUs() + REFRESH_US;
      const outcomes = await Promise.allSettled(
        [...leaders].map(([leader, partitions]) =>
          this.#follow(topic, { leader, partitions, untilUs })
        ),
      );
      const failure = outcomes.find(({ status }) => status === "rejected");
      if (failure?.status === "rejected") throw failure.reason;
      await this.#note(topic);
    }
  }

  /** Goes back to what is on disk, and finds where partitions begin that were never read. */
  async #place(topic: KafkaTopic, partitions: readonly number[]): Promise<void> {
    const { context, entry } = this.#options;
    for (const partition of partitions) {
      const cursor = context.cursorOf(partitionEntry(entry, partition));
      if (cursor !== undefined) this.#places.set(partition, placeOf(cursor));
    }
    const isFirst = this.#places.size === 0;
    const unread = partitions.filter((partition) => !this.#places.has(partition));
    if (unread.length === 0) return;
    // Partitions that come later are new, so that all of them is read.
    const starts = await topic.places(isFirst ? this.#config.from : "start");
    for (const partition of unread) this.#places.set(partition, starts[partition] ?? 0n);
  }

  async #follow(topic: KafkaTopic, { leader, partitions, untilUs }: Following): Promise<void> {
    const { signal, clock } = this.#options.context;
    try {
      while (!signal.aborted && !this.#hasFailed && clock.nowUs() < untilUs) {
        const places = new Map(
          partitions.map((partition) => [partition, this.#places.get(partition)!]),
        );
        for (const fetched of await topic.fetch(leader, places)) await this.#take(fetched);
      }
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  async #take({ partition, messages, next, deleted }: FetchedPartition): Promise<void> {
    const { context, patience, read } = this.#options;
    if (deleted > 0n) {
      const detail = `${deleted} messages of partition ${partition} were deleted unread`;
      context.onState("running", detail);
    }
    const entry = partitionEntry(this.#options.entry, partition);
    for await (const { block, next: place } of read(messages, context)) {
      const cursor = JSON.stringify({ partition, next: String(place) });
      if (!await pushPatiently(context, { ...block, entry, cursor }, patience)) return;
      this.#places.set(partition, place);
    }
    this.#places.set(partition, next);
  }

  /** That others see no places is no reason to stop. */
  async #note(topic: KafkaTopic): Promise<void> {
    try {
      await topic.note(this.#places);
    } catch (error) {
      this.#options.context.onState("running", messageOf(error));
    }
  }
}

interface Following {
  readonly leader: number;
  readonly partitions: readonly number[];
  readonly untilUs: number;
}

function placeOf(cursor: string): bigint {
  const { next }: { readonly next: string } = JSON.parse(cursor);
  return BigInt(next);
}
