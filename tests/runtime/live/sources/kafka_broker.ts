/** A real Kafka broker in KRaft mode, from its Maven artifacts, where Java and Maven are there. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextLineStream } from "./text_lines.ts";

const VERSION = "4.1.0";
const CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId><artifactId>broker</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** The folder of the broker's jars, fetched once and kept; or why they cannot be had. */
export async function findKafka(): Promise<
  { readonly jars: string } | { readonly reason: string }
> {
  const folder = join(tmpdir(), `featurizer-kafka-${VERSION}`);
  const jars = join(folder, "lib");
  const isFetched = join(folder, "complete");
  if (!await runs("java", ["-version"])) return { reason: "there is no java" };
  if (await exists(isFetched)) return { jars };
  if (!await runs("mvn", ["-version"])) {
    return { reason: "there is no mvn to fetch the broker with" };
  }
  await Deno.mkdir(folder, { recursive: true });
  const pom = join(folder, "pom.xml");
  await Deno.writeTextFile(pom, POM);
  const fetch = [
    "-q",
    "-B",
    "-f",
    pom,
    "dependency:copy-dependencies",
    `-DoutputDirectory=${jars}`,
  ];
  if (!await runs("mvn", fetch)) return { reason: "its artifacts cannot be fetched" };
  await Deno.writeTextFile(isFetched, "");
  return { jars };
}

/** One broker with its data in a folder of its own; it keeps its port over restarts. */
export class KafkaBroker implements AsyncDisposable {
  readonly address: string;
  readonly #jars: string;
  readonly #folder: string;
  #process: Deno.ChildProcess | undefined;
  #log: Promise<void> = Promise.resolve();

  private constructor(jars: string, folder: string, port: number) {
    this.#jars = jars;
    this.#folder = folder;
    this.address = `localhost:${port}`;
  }

  /** With users, whoever connects must be one of them, by name and password. */
  static async start(
    jars: string,
    users: Readonly<Record<string, string>> = {},
  ): Promise<KafkaBroker> {
    const folder = await Deno.makeTempDir();
    const [port, controller] = freePorts(2);
    const broker = new KafkaBroker(jars, folder, port!);
    await Deno.writeTextFile(
      broker.#properties,
      propertiesOf(folder, { port: port!, controller: controller!, users }),
    );
    const format = ["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", broker.#properties];
    if (!await runs("java", ["-cp", `${jars}/*`, ...format])) {
      throw new Error("Cannot format the broker's storage");
    }
    await broker.resume();
    return broker;
  }

  /** Starts the process and waits until it serves. */
  async resume(): Promise<void> {
    const process = new Deno.Command("java", {
      args: ["-Xmx256m", "-cp", `${this.#jars}/*`, "kafka.Kafka", this.#properties],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#process = process;
    const started = Promise.withResolvers<void>();
    this.#log = (async () => {
      let last = "";
      for await (const line of process.stderr.pipeThrough(new TextLineStream())) {
        last = line;
        if (line.includes("Kafka Server started")) started.resolve();
      }
      started.reject(new Error(`Cannot start the broker: ${last}`));
    })();
    await started.promise;
  }

  /** Ends the process as a power cut does. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
    await this.#log;
    this.#process = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#folder, { recursive: true });
  }

  get #properties(): string {
    return join(this.#folder, "server.properties");
  }
}

function propertiesOf(
  folder: string,
  { port, controller, users }: {
    readonly port: number;
    readonly controller: number;
    readonly users: Readonly<Record<string, string>>;
  },
): string {
  const hasUsers = Object.keys(users).length > 0;
  const protocol = hasUsers ? "SASL_PLAINTEXT" : "PLAINTEXT";
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:${controller}
listeners=${protocol}://localhost:${port},CONTROLLER://localhost:${controller}
advertised.listeners=${protocol}://localhost:${port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,${protocol}:${protocol}
security.inter.broker.protocol=${protocol}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, "data")}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
${hasUsers ? saslOf(users) : ""}`;
}

function saslOf(users: Readonly<Record<string, string>>): string {
  const module = "org.apache.kafka.common.security.plain.PlainLoginModule required";
  const [[name, password] = ["", ""]] = Object.entries(users);
  const known = Object.entries(users).map(([user, secret]) => `user_${user}="${secret}"`);
  const login = `username="${name}" password="${password}" ${known.join(" ")}`;
  return `sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=${module} ${login};
`;
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ port: 0 }));
  const ports = listeners.map(({ addr }) => addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}

async function runs(command: string, args: string[]): Promise<boolean> {
  try {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    const { success } = await new Deno.Command(command, {
      ...options,
      signal: AbortSignal.timeout(120_000),
    }).output();
    return success;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
