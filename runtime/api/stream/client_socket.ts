/** One client over its socket: subscriptions and pushes. */
import { FeaturizerError } from "../../errors.ts";
import type { LiveSystem } from "../../live/mod.ts";
import { requireScope } from "../access.ts";
import type { CatalogNames } from "../catalog_names.ts";
import { problemOf, RequestError } from "../problem.ts";
import { receiptJson } from "../routes/events.ts";
import { columnsJson } from "../routes/catalog.ts";
import type { ApiSettings, Scope } from "../settings.ts";
import { parseShape } from "../shapes.ts";
import type { SlowCounts } from "./backlog.ts";
import { KeyFilter } from "./key_filter.ts";
import { clientMessage, type PushMessage, type SubscribeMessage } from "./messages.ts";
import { Outbox, type Pacer } from "./outbox.ts";
import type { SeriesStream } from "./series_stream.ts";
import { Subscription } from "./subscription.ts";

export interface ClientSocketOptions {
  readonly system: LiveSystem;
  readonly names: CatalogNames;
  readonly settings: ApiSettings;
  readonly scopes: readonly Scope[];
  readonly counts: SlowCounts;
  readonly pacer: Pacer;
  readonly streamOf: (series: string) => SeriesStream;
  readonly onSent: (bytes: number) => void;
  readonly onSlow: () => void;
  readonly onClose: () => void;
}

const MOST_SUBSCRIPTIONS = 256;
const MOST_PUSHES = 64;
/** The server's own messages are small; a client that lets so many wait does not read. */
const MOST_MESSAGE_BYTES = 16 << 20;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #options: ClientSocketOptions;
  readonly #outbox: Outbox;
  readonly #subscriptions = new Map<string, Subscription>();
  /** Pushes are made one after the other, in the order of their messages. */
  #pushing: Promise<void> = Promise.resolve();
  #pushes = 0;

  constructor(socket: WebSocket, options: ClientSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#outbox = new Outbox(socket, {
      socketBytes: options.settings.socketBytes,
      pacer: options.pacer,
      onSent: options.onSent,
    });
    socket.binaryType = "arraybuffer";
    socket.onopen = () => void this.#outbox.pump();
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    socket.onclose = () => this.#release();
    socket.onerror = () => this.#release();
  }

  close(code: number, reason: string): void {
    this.#release();
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close(code, reason);
  }

  #receive(data: unknown): void {
    let id: string | undefined;
    try {
      const value = readMessage(data, this.#options.settings.requestBytes);
      id = idOf(value);
      const message = parseShape(clientMessage, value, "the message");
      switch (message.kind) {
        case "subscribe":
          return void this.#subscribe(message);
        case "unsubscribe":
          return this.#unsubscribe(message.id);
        case "push":
          return this.#push(message);
        case "ping":
          return this.#tell({ kind: "pong", ...(message.id !== undefined && { id: message.id }) });
        case "pong":
          return;
      }
    } catch (error) {
      this.#tellError(id, error);
    }
  }

  async #subscribe(message: SubscribeMessage): Promise<void> {
    const { id } = message;
    let subscription: Subscription | undefined;
    try {
      const stream = this.#options.streamOf(message.series);
      subscription = this.#createSubscription(message, stream);
      this.#subscriptions.set(id, subscription);
      await stream.begin(subscription, {
        after: message.after,
        snapshot: message.snapshot,
        onBegun: (after) => this.#tell(subscribedMessage(message, stream, after)),
      });
    } catch (error) {
      if (subscription?.isClosed) return;
      subscription?.close();
      if (this.#subscriptions.get(id) === subscription) this.#subscriptions.delete(id);
      this.#tellError(id, error);
    }
  }

  #createSubscription(message: SubscribeMessage, stream: SeriesStream): Subscription {
    const { id, format, policy, buffer, keys } = message;
    const { settings: { bufferBytes }, scopes, system, counts } = this.#options;
    requireScope(scopes, "read");
    if (this.#subscriptions.has(id)) throw badSubscription(id, "there is one of that id");
    if (this.#subscriptions.size >= MOST_SUBSCRIPTIONS) {
      throw badSubscription(id, `the socket has ${MOST_SUBSCRIPTIONS} subscriptions`);
    }
    if (message.after !== undefined && message.snapshot) {
      throw badSubscription(id, "after and snapshot exclude one another");
    }
    const { info, encoders } = stream;
    return new Subscription({
      id,
      series: info.name,
      format,
      encoder: encoders[format],
      policy,
      limit: Math.min(buffer, bufferBytes),
      keys: info.keys.length,
      counts,
      outbox: this.#outbox,
      filter: keys && new KeyFilter(info, keys, system.symbols),
      onEnd: (error) => this.#onEnd(id, error),
    });
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) throw badSubscription(id, "there is none of that id");
    subscription.close();
    this.#subscriptions.delete(id);
    this.#tell({ kind: "unsubscribed", id });
  }

  #push(message: PushMessage): void {
    requireScope(this.#options.scopes, "write");
    const { name } = this.#options.names.source(message.source);
    if (this.#pushes >= MOST_PUSHES) throw pushesFull();
    this.#pushes++;
    this.#pushing = this.#pushing.then(() => this.#pushNow(name, message));
  }

  async #pushNow(source: string, { id, rows, idempotency_key }: PushMessage): Promise<void> {
    try {
      const body = new TextEncoder().encode(JSON.stringify(rows));
      const receipt = await this.#options.system.push(source, body, {
        format: "json",
        ...(idempotency_key !== undefined && { idempotencyKey: idempotency_key }),
      });
      this.#tell({ kind: "receipt", id, ...receiptJson(receipt) });
    } catch (error) {
      this.#tellError(id, error);
    } finally {
      this.#pushes--;
    }
  }

  #onEnd(id: string, error: Error): void {
    this.#subscriptions.delete(id);
    this.#tellError(id, error);
    if (!(error instanceof FeaturizerError && error.code === "SLOW_READER")) return;
    this.#options.onSlow();
    this.close(TRY_AGAIN_LATER, "the reader is too slow");
  }

  #tellError(id: string | undefined, error: unknown): void {
    const problem = problemOf(error);
    if (problem.code === "INTERNAL") this.#options.settings.onError(error);
    this.#tell({ kind: "error", ...(id !== undefined && { id }), problem });
  }

  #tell(message: Readonly<Record<string, unknown>>): void {
    if (this.#outbox.messageBytes > MOST_MESSAGE_BYTES) {
      return this.close(POLICY_VIOLATION, "answers are not read");
    }
    this.#outbox.tell(JSON.stringify(message));
  }

  #release(): void {
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
    this.#options.onClose();
  }
}

function subscribedMessage(
  { id, format, policy }: SubscribeMessage,
  { info, schema }: SeriesStream,
  after: number,
): Readonly<Record<string, unknown>> {
  return {
    kind: "subscribed",
    id,
    series: info.name,
    after,
    format,
    policy,
    keys: info.keys.map(({ name }) => name),
    time: schema.time,
    columns: columnsJson(schema.columns),
  };
}

function readMessage(data: unknown, limit: number): unknown {
  if (typeof data !== "string") throw badMessage("it is binary");
  if (data.length > limit) throw badMessage(`it is longer than ${limit} bytes`);
  try {
    return JSON.parse(data);
  } catch {
    throw badMessage("it is no JSON");
  }
}

function idOf(value: unknown): string | undefined {
  const id: unknown = typeof value === "object" && value !== null && "id" in value
    ? value.id
    : undefined;
  return typeof id === "string" ? id : undefined;
}

function badMessage(state: string): RequestError {
  return new RequestError(`Cannot read the message: ${state}`, {
    status: 400,
    code: "BAD_REQUEST",
    hint: 'Send JSON text such as {"kind":"subscribe","id":"1","series":"…"}.',
  });
}

function badSubscription(id: string, state: string): RequestError {
  return new RequestError(`Cannot change subscription "${id}": ${state}`, {
    status: 400,
    code: "BAD_SUBSCRIPTION",
    hint: "Every subscription of a socket has an id of its own; unsubscribe to reuse it.",
  });
}

function pushesFull(): RequestError {
  return new RequestError(`Cannot push: ${MOST_PUSHES} pushes of the socket are under way`, {
    status: 429,
    code: "INGEST_FULL",
    hint: "Wait for receipts before pushing more.",
    retry: "backoff",
  });
}
