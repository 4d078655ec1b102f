/** Feeds that push JSON messages over a WebSocket. */
import { FeaturizerError } from "../../errors.ts";
import type { JsonText, WebSocketSource } from "../../set/mod.ts";
import type { Connector, ConnectorContext } from "./connector.ts";
import { type JsonRow, JsonRows } from "./json_rows.ts";
import { type Patience, persist, pushPatiently } from "./patience.ts";
import { nameOf, type PulledSource } from "./pulled_source.ts";

/** Characters of messages that may wait; a feed that is that far ahead is left and joined anew. */
const MOST_WAITING = 64 * 1024 * 1024;
const MOST_ROWS = 8192;

export function createWebSocketConnector(
  config: WebSocketSource,
  pulled: PulledSource,
  options: { readonly entry: number; readonly patience: Patience },
): Connector {
  const { entry, patience } = options;
  const rows = new JsonRows(pulled, config);
  return {
    source: nameOf(pulled.source),
    kind: config.kind,
    entry,
    run: (context) =>
      persist(context, patience, async (onSuccess) => {
        await using feed = await openFeed(config, { signal: context.signal, patience });
        onSuccess();
        await drain(feed, async (messages) => {
          const found = messages.flatMap((message) => rows.rowsOf(message));
          await pushAll(context, { found, rows, entry, patience });
        });
        throw feed.failure;
      }),
  };
}

interface FoundRows {
  readonly found: readonly JsonRow[];
  readonly rows: JsonRows;
  readonly entry: number;
  readonly patience: Patience;
}

async function pushAll(context: ConnectorContext, found: FoundRows): Promise<void> {
  const { rows, entry, patience } = found;
  for (let from = 0; from < found.found.length; from += MOST_ROWS) {
    const block = rows.read(found.found.slice(from, from + MOST_ROWS));
    await pushPatiently(context, { ...block, entry }, patience);
  }
}

/** Gives on what has come, all that waits together, until the feed is closed and empty. */
async function drain(
  feed: Feed,
  take: (messages: readonly string[]) => Promise<void>,
): Promise<void> {
  for (;;) {
    const messages = await feed.next();
    if (messages.length === 0) return;
    await take(messages);
  }
}

/** An open connection and the messages that wait. */
interface Feed extends AsyncDisposable {
  /** What has come since the last call, at least one; none when the feed is closed. */
  next(): Promise<readonly string[]>;
  /** Why it is closed. */
  readonly failure: FeaturizerError;
}

interface FeedOptions {
  readonly signal: AbortSignal;
  readonly patience: Patience;
}

async function openFeed(config: WebSocketSource, options: FeedOptions): Promise<Feed> {
  const feed = new SocketFeed(config, options);
  try {
    await feed.opened;
  } catch (error) {
    await feed[Symbol.asyncDispose]();
    throw error;
  }
  return feed;
}

/** How long the other side may take to say goodbye. */
const GOODBYE_MS = 1000;

class SocketFeed implements Feed {
  readonly opened: Promise<void>;
  failure: FeaturizerError;
  readonly #config: WebSocketSource;
  readonly #socket: WebSocket;
  readonly #options: FeedOptions;
  /** Aborted when the socket is closed on both sides. */
  readonly #gone = new AbortController();
  readonly #decoder = new TextDecoder();
  #waiting: string[] = [];
  #waitingLength = 0;
  #isClosed = false;
  #wake: () => void = () => {};
  #ping: ReturnType<typeof setInterval> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(config: WebSocketSource, options: FeedOptions) {
    const socket = new WebSocket(config.url);
    socket.binaryType = "arraybuffer";
    this.#config = config;
    this.#socket = socket;
    this.#options = options;
    this.failure = lost(config.url, "the connection was closed");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.opened = promise;
    socket.onopen = () => {
      this.#begin();
      resolve();
    };
    socket.onmessage = ({ data }: MessageEvent) => this.#receive(data);
    socket.onerror = (event) => {
      const state = event instanceof ErrorEvent && event.message !== "" ? event.message : "error";
      this.failure = lost(config.url, state);
    };
    socket.onclose = ({ code, reason }: CloseEvent) => {
      if (code !== 1006) {
        const why = reason === "" ? "" : `, ${reason}`;
        this.failure = lost(config.url, `the other side closed it (${code}${why})`);
      }
      this.#close();
      this.#gone.abort();
      reject(this.failure);
    };
    options.signal.addEventListener("abort", this.#leave);
    if (options.signal.aborted) this.#leave();
  }

  async next(): Promise<readonly string[]> {
    while (this.#waiting.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const messages = this.#waiting;
    this.#waiting = [];
    this.#waitingLength = 0;
    return messages;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave();
    this.#close();
    await this.#options.patience.wait(GOODBYE_MS, this.#gone.signal);
  }

  #begin(): void {
    const { subscribe, ping } = this.#config;
    for (const message of subscribe) this.#send(message);
    if (ping) this.#ping = setInterval(() => this.#send(ping.message), ping.everyUs / 1000);
    this.#hear();
  }

  #send(message: JsonText): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  #receive(data: string | ArrayBuffer): void {
    const text = typeof data === "string" ? data : this.#decoder.decode(data);
    this.#hear();
    const isAnswer = text === "pong" && this.#config.ping !== undefined;
    if (this.#isClosed || isAnswer) return;
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength > MOST_WAITING) this.#fail("it sends faster than rows can be kept");
    this.#wake();
  }

  /** Something was heard: the silence begins anew. */
  #hear(): void {
    const { silenceUs } = this.#config;
    if (silenceUs === undefined) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(
      () => this.#fail("it has been silent for too long"),
      silenceUs / 1000,
    );
  }

  #fail(state: string): void {
    this.failure = lost(this.#config.url, state);
    this.#leave();
    this.#close();
  }

  readonly #leave = (): void => {
    const { readyState } = this.#socket;
    if (readyState === WebSocket.CONNECTING || readyState === WebSocket.OPEN) this.#socket.close();
  };

  #close(): void {
    this.#isClosed = true;
    clearInterval(this.#ping);
    clearTimeout(this.#silence);
    this.#options.signal.removeEventListener("abort", this.#leave);
    this.#wake();
  }
}

function lost(url: string, state: string): FeaturizerError {
  return new FeaturizerError(`Cannot follow "${url}": ${state}`, {
    code: "FEED_LOST",
    domain: "external",
    retry: "backoff",
    hint: "It is tried again with growing pauses; check the address and the other side.",
  });
}
