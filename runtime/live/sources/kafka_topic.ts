/** One topic of a Kafka cluster, read partition by partition from places that the reader keeps. */
import type { Admin, BaseOptions, Consumer } from "@platformatic/kafka";
import { FeaturizerError } from "../../errors.ts";
import type { KafkaSource } from "../../set/mod.ts";
import { messageOf } from "./patience.ts";

/** How long a broker may wait for messages before it answers that there are none. */
const MOST_WAIT_MS = 250;
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_PARTITION_BYTES = 1024 * 1024;
const CONTROL = 0x20;
const OUT_OF_RANGE = 1;
/** Times that mean the first and the last offset. */
const EARLIEST = -2n;
const LATEST = -1n;

export interface KafkaMessage {
  readonly offset: bigint;
  readonly value: Uint8Array | null;
}

export interface FetchedPartition {
  readonly partition: number;
  readonly messages: readonly KafkaMessage[];
  /** Where to go on. */
  readonly next: bigint;
  /** Messages that were deleted before they could be read. */
  readonly deleted: bigint;
}

type FetchResponse = Awaited<ReturnType<Consumer["fetch"]>>;

export type Places = ReadonlyMap<number, bigint>;

/** Connections to the cluster; whatever may pass fails with `retry: "backoff"`. Reads as no member of a group. */
export class KafkaTopic implements AsyncDisposable {
  readonly #config: KafkaSource;
  readonly #consumer: Consumer;
  readonly #admin: Admin | undefined;
  #id = "";

  constructor(config: KafkaSource, consumer: Consumer, admin: Admin | undefined) {
    this.#config = config;
    this.#consumer = consumer;
    this.#admin = admin;
  }

  static async open(config: KafkaSource): Promise<KafkaTopic> {
    const options = await clientOptions(config);
    // Only those who read from Kafka wait for its client to load.
    const { Admin, Consumer } = await import("@platformatic/kafka");
    const groupId = config.group ?? "featurizer";
    const consumer = new Consumer({ ...options, groupId, autocommit: false });
    return new KafkaTopic(
      config,
      consumer,
      config.group === undefined ? undefined : new Admin(options),
    );
  }

  /** The partitions that each broker leads now, by the broker's number. */
  async leaders(): Promise<ReadonlyMap<number, readonly number[]>> {
    const { topic } = this.#config;
    const { topics } = await this.#reach(
      this.#consumer.metadata({ topics: [topic], forceUpdate: true }),
    );
    const found = topics.get(topic);
    if (found === undefined) throw this.#lost("there is no such topic");
    this.#id = found.id;
    const leaders = new Map<number, number[]>();
    found.partitions.forEach(({ leader }, partition) => {
      if (leader < 0) throw this.#lost(`partition ${partition} has no leader`);
      leaders.set(leader, [...leaders.get(leader) ?? [], partition]);
    });
    return leaders;
  }

  /** Where each partition starts or ends. */
  async places(which: "start" | "end"): Promise<readonly bigint[]> {
    const { topic } = this.#config;
    const timestamp = which === "start" ? EARLIEST : LATEST;
    const found = await this.#reach(this.#consumer.listOffsets({ topics: [topic], timestamp }));
    return found.get(topic) ?? [];
  }

  /** The next messages of partitions that a broker leads; none of them after a moment without any. */
  async fetch(leader: number, places: Places): Promise<readonly FetchedPartition[]> {
    const partitions = [...places].map(([partition, fetchOffset]) => ({
      partition,
      fetchOffset,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: MOST_PARTITION_BYTES,
    }));
    const request = {
      node: leader,
      topics: [{ topicId: this.#id, partitions }],
      minBytes: 1,
      maxBytes: MOST_BYTES,
      maxWaitTime: MOST_WAIT_MS,
    };
    try {
      return received(await this.#consumer.fetch(request), places);
    } catch (cause) {
      const response = responseIn(cause);
      if (response === undefined) throw this.#translated(cause);
      return this.#resumed(response, places);
    }
  }

  /** Shows places to others, under the group of the config. */
  async note(places: Places): Promise<void> {
    const { group, topic } = this.#config;
    if (this.#admin === undefined || group === undefined || places.size === 0) return;
    const partitionOffsets = [...places].map(([partition, offset]) => ({ partition, offset }));
    const topics = [{ name: topic, partitionOffsets }];
    await this.#reach(this.#admin.alterConsumerGroupOffsets({ groupId: group, topics }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#consumer.close(true), this.#admin?.close()]);
  }

  /** Partitions whose place is gone go on at their first message that is left, or at the end. */
  #resumed(response: FetchResponse, places: Places): readonly FetchedPartition[] {
    return partitionsOf(response).flatMap((found): FetchedPartition[] => {
      const { partitionIndex: partition, errorCode, logStartOffset, highWatermark } = found;
      const place = places.get(partition);
      if (place === undefined || errorCode === 0) return [];
      if (errorCode !== OUT_OF_RANGE) {
        throw this.#lost(`partition ${partition} answers with error ${errorCode}`);
      }
      const next = place < logStartOffset ? logStartOffset : highWatermark;
      if (next < 0n) throw this.#lost(`place ${place} of partition ${partition} is gone`);
      const deleted = next > place ? next - place : 0n;
      return [{ partition, messages: [], next, deleted }];
    });
  }

  async #reach<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (cause) {
      throw this.#translated(cause);
    }
  }

  #translated(cause: unknown): FeaturizerError {
    const messages = [...messagesIn(cause)];
    if (messages.some((message) => /authenticat|authoriz/i.test(message))) {
      return new FeaturizerError(
        `Cannot read topic "${this.#config.topic}": the broker refuses: ${messages.at(-1)}`,
        { code: "KAFKA_REFUSED", cause, hint: "Check sasl, tls and the rights of the user." },
      );
    }
    return this.#lost(messages.at(-1) ?? "the broker does not answer", cause);
  }

  #lost(state: string, cause?: unknown): FeaturizerError {
    return new FeaturizerError(`Cannot read topic "${this.#config.topic}": ${state}`, {
      code: "KAFKA_LOST",
      domain: "external",
      retry: "backoff",
      cause,
      hint: `It is tried again with growing pauses; the brokers are ${
        this.#config.brokers.join(", ")
      }.`,
    });
  }
}

const MECHANISMS = {
  "plain": "PLAIN",
  "scram-sha-256": "SCRAM-SHA-256",
  "scram-sha-512": "SCRAM-SHA-512",
} as const;

async function clientOptions({ brokers, sasl, tls }: KafkaSource): Promise<BaseOptions> {
  return {
    clientId: "featurizer",
    bootstrapBrokers: [...brokers],
    // Pauses and their report are the connector's.
    retries: 0,
    ...(sasl && {
      sasl: {
        mechanism: MECHANISMS[sasl.mechanism],
        username: sasl.username,
        password: typeof sasl.password === "string" ? sasl.password : secret(sasl.password.env),
      },
    }),
    ...(tls !== false && { tls: tls === true ? {} : { ca: await Deno.readTextFile(tls.ca) } }),
  };
}

function secret(name: string): string {
  const value = Deno.env.get(name);
  if (value !== undefined) return value;
  throw new FeaturizerError(`Cannot read the password in "${name}": it is not set`, {
    code: "SECRET_MISSING",
    hint: "Set the environment variable that the config names.",
  });
}

function partitionsOf({ responses }: FetchResponse): FetchResponse["responses"][0]["partitions"] {
  return responses.flatMap(({ partitions }) => partitions);
}

function received(response: FetchResponse, places: Places): readonly FetchedPartition[] {
  return partitionsOf(response).flatMap(({ partitionIndex: partition, records }) => {
    const place = places.get(partition);
    const last = records?.at(-1);
    if (place === undefined || !records || last === undefined) return [];
    // A broker gives whole batches, so that the first may begin before the place.
    const messages = records.filter(({ attributes }) => (attributes & CONTROL) === 0)
      .flatMap(({ firstOffset, records: inBatch }) =>
        inBatch.map(({ offsetDelta, value }): KafkaMessage => ({
          offset: firstOffset + BigInt(offsetDelta),
          value,
        }))
      ).filter(({ offset }) => offset >= place);
    const next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
    return [{ partition, messages, next: next > place ? next : place, deleted: 0n }];
  });
}

/** The answer inside an error that a partition caused. */
function responseIn(error: unknown): FetchResponse | undefined {
  for (const each of causes(error)) {
    if (typeof each !== "object" || each === null || !("response" in each)) continue;
    const response = each.response as FetchResponse | undefined;
    if (response?.responses !== undefined && response.errorCode === 0) return response;
  }
  return undefined;
}

function* messagesIn(error: unknown): Generator<string> {
  for (const each of causes(error)) yield messageOf(each);
}

/** An error and what it came from, the outermost first. */
function* causes(error: unknown): Generator<unknown> {
  yield error;
  if (error instanceof AggregateError) { for (const inner of error.errors) yield* causes(inner); }
  if (error instanceof Error && error.cause !== undefined) yield* causes(error.cause);
}
