import assert from "node:assert/strict";
import { Admin, Producer } from "@platformatic/kafka";
import {
  createKafkaConnector,
  partitionEntry,
} from "../../../../runtime/live/sources/kafka_connector.ts";
import type { KafkaSource } from "../../../../runtime/set/mod.ts";
import { HandClock } from "./hand_clock.ts";
import { findKafka, KafkaBroker } from "./kafka_broker.ts";
import { RecordedIntake, tradesSource } from "./recorded_intake.ts";

const kafka = await findKafka();
const reason = "reason" in kafka ? kafka.reason : undefined;
if (reason !== undefined) console.log(`tests of Kafka are left out: ${reason}`);

/** What writes to the topic, and changes it. */
class Cluster implements AsyncDisposable {
  readonly broker: KafkaBroker;
  readonly admin: Admin;
  readonly #producer: Producer;
  #sent = 0;

  constructor(broker: KafkaBroker) {
    const options = { clientId: "test", bootstrapBrokers: [broker.address], retries: 20 };
    this.broker = broker;
    this.admin = new Admin(options);
    // It would fold numbers of partitions that it does not know of onto those that it does.
    this.#producer = new Producer({ ...options, metadataMaxAge: 0 });
  }

  static async start(partitions: number): Promise<Cluster> {
    assert.ok("jars" in kafka);
    const cluster = new Cluster(await KafkaBroker.start(kafka.jars));
    await cluster.admin.createTopics({ topics: ["trades"], partitions, replicas: 1 });
    return cluster;
  }

  /** Sends so many numbered trades round robin over the partitions. */
  async send(count: number, partitions: number): Promise<void> {
    const messages = Array.from({ length: count }, () => {
      const price = ++this.#sent;
      const value = JSON.stringify({ symbol: `s${price % 7}`, ts: price, price });
      return { topic: "trades", partition: price % partitions, value: Buffer.from(value) };
    });
    // Each alone, for what fails is sent again, with everything that was sent together.
    for (let partition = 0; partition < partitions; partition++) {
      const own = messages.filter((message) => message.partition === partition);
      await this.#producer.send({ messages: own, acks: -1 });
    }
  }

  sendText(partition: number, ...texts: (string | undefined)[]): Promise<unknown> {
    const messages = texts.map((text) => ({
      topic: "trades",
      partition,
      ...(text === undefined ? {} : { value: Buffer.from(text) }),
    }));
    return this.#producer.send({ messages: messages as never, acks: -1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#producer.close(true), this.admin.close()]);
    await this.broker[Symbol.asyncDispose]();
  }
}

function open(
  intake: RecordedIntake,
  { broker }: Pick<Cluster, "broker">,
  more: Partial<KafkaSource> = {},
) {
  const config: KafkaSource = {
    kind: "kafka",
    source: "feed.trades",
    attributes: {},
    columns: {},
    brokers: [broker.address],
    topic: "trades",
    format: "json",
    from: "start",
    tls: false,
    ...more,
  };
  const patience = {
    random: () => 0,
    wait: () => new Promise<void>((resolve) => setTimeout(resolve, 20)),
  };
  return createKafkaConnector(config, intake, { entry: 1, patience });
}

function pricesOf(intake: RecordedIntake): number[] {
  return intake.rows.map(([, , price]) => price as number);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, price) => price + 1);
}

function byNumber(a: number, b: number): number {
  return a - b;
}

Deno.test({
  name: "a Kafka topic is read once over restarts of broker and connector, and new partitions",
  ignore: reason !== undefined,
  fn: async (t) => {
    await using cluster = await Cluster.start(3);
    const clock = new HandClock(0);
    const intake = new RecordedIntake(tradesSource(), clock);

    await t.step(
      "each partition is in order and has an entry and a cursor of its own",
      async () => {
        await cluster.send(300, 3);
        await intake.run(open(intake, cluster), ({ rowCount }) => rowCount >= 300);
        assert.deepEqual(pricesOf(intake).toSorted(byNumber), upTo(300));
        const entries = [0, 1, 2].map((partition) => partitionEntry(1, partition));
        assert.deepEqual([...intake.cursors.keys()].sort(), entries);
        for (const entry of entries) {
          const own = intake.batches.filter((batch) => batch.entry === entry)
            .flatMap(({ batch }) => [...batch.columns[2] as Float64Array]);
          assert.deepEqual(own, own.toSorted(byNumber));
          assert.equal(own.length, 100);
        }
      },
    );

    await t.step("a broker that is killed and comes back", async () => {
      const controller = new AbortController();
      const run = open(intake, cluster).run(intake.context(controller.signal));
      await cluster.send(300, 3);
      await intake.until(() => intake.rowCount >= 600);
      await cluster.broker.kill();
      await intake.until(() => intake.states.some((state) => state.startsWith("backoff")));
      await cluster.broker.resume();
      await cluster.send(300, 3);
      await intake.until(() => intake.rowCount >= 900);
      controller.abort();
      await run;
      assert.deepEqual(pricesOf(intake).toSorted(byNumber), upTo(900));
    });

    await t.step("partitions that are added are found and read from their start", async () => {
      const assignments = [{ brokerIds: [1] }, { brokerIds: [1] }];
      const topics = [{ name: "trades", count: 5, assignments }];
      await cluster.admin.createPartitions({ topics });
      await cluster.send(500, 5);
      // Asking makes the broker begin to keep groups' places.
      await cluster.admin.listConsumerGroupOffsets({ groups: ["watchers"] });
      const more = { from: "end", group: "watchers" } as const;
      await intake.run(open(intake, cluster, more), ({ rowCount }) => {
        clock.pass(6_000_000);
        return rowCount >= 1400;
      });
      assert.deepEqual(pricesOf(intake).toSorted(byNumber), upTo(1400));
    });

    await t.step("places are shown under the group", async () => {
      const [group] = await cluster.admin.listConsumerGroupOffsets({ groups: ["watchers"] });
      const partitions = group?.topics.flatMap(({ partitions }) => partitions) ?? [];
      assert.equal(partitions.length, 5);
      assert.ok(partitions.every(({ committedOffset }) => committedOffset > 0n));
    });

    await t.step("messages that are no rows are counted", async () => {
      const before = intake.rowCount;
      await cluster.sendText(0, "no json", undefined, '[{"symbol":"x","ts":1},{"ts":2}]');
      await intake.run(open(intake, cluster), ({ rowCount }) => rowCount >= before + 4);
      assert.equal(intake.rowCount, before + 4);
      assert.deepEqual(intake.reasons, [
        "Cannot read the message: it is no JSON",
        "Cannot read the message: it has no value",
      ]);
    });
  },
});

Deno.test({
  name: "a Kafka topic that is not there is waited for, and lines are rows",
  ignore: reason !== undefined,
  fn: async () => {
    await using cluster = await Cluster.start(1);
    const clock = new HandClock(0);
    const intake = new RecordedIntake(tradesSource(), clock);
    const connector = open(intake, cluster, { topic: "later", format: "ndjson" });
    let isMade: Promise<unknown> | undefined;
    await intake.run(connector, ({ states, rowCount }) => {
      if (states.some((state) => state.startsWith("backoff"))) {
        isMade ??= cluster.admin.createTopics({ topics: ["later"], partitions: 1, replicas: 1 })
          .then(async () => {
            const producer = new Producer({
              clientId: "later",
              bootstrapBrokers: [cluster.broker.address],
              retries: 20,
            });
            const value = Buffer.from('{"symbol":"a","ts":1}\n\n{"symbol":"b","ts":2}\n');
            await producer.send({ messages: [{ topic: "later", value }], acks: -1 });
            await producer.close();
          });
      }
      return rowCount >= 2;
    });
    await isMade;
    assert.deepEqual(intake.rows, [["a", 1, null], ["b", 2, null]]);
  },
});

Deno.test({
  name: "a Kafka broker with users is read with the right password only",
  ignore: reason !== undefined,
  fn: async () => {
    assert.ok("jars" in kafka);
    await using broker = await KafkaBroker.start(kafka.jars, { reader: "secret" });
    const sasl = { mechanism: "PLAIN", username: "reader", password: "secret" } as const;
    const options = { clientId: "test", bootstrapBrokers: [broker.address], retries: 20, sasl };
    const admin = new Admin(options);
    await admin.createTopics({ topics: ["trades"], partitions: 1, replicas: 1 });
    await admin.close();
    const producer = new Producer(options);
    const value = Buffer.from('{"symbol":"a","ts":1,"price":2}');
    await producer.send({ messages: [{ topic: "trades", value }], acks: -1 });
    await producer.close();
    const intake = new RecordedIntake(tradesSource());
    const asReader = (password: string | { env: string }) =>
      open(intake, { broker }, { sasl: { mechanism: "plain", username: "reader", password } });
    const signal = new AbortController().signal;
    await assert.rejects(asReader("wrong").run(intake.context(signal)), { code: "KAFKA_REFUSED" });
    const unset = { env: "FEATURIZER_TEST_UNSET" };
    await assert.rejects(asReader(unset).run(intake.context(signal)), { code: "SECRET_MISSING" });
    await intake.run(asReader("secret"), ({ rowCount }) => rowCount === 1);
    assert.deepEqual(intake.rows, [["a", 1, 2]]);
  },
});
