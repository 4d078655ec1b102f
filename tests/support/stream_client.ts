/** A client of `/v1/stream` that keeps what it hears, for tests. */

export interface Heard {
  readonly kind: string;
  readonly id?: string;
  // deno-lint-ignore no-explicit-any -- messages are compared as they are
  readonly [field: string]: any;
}

/** A binary frame: its header, and the Arrow IPC stream behind it. */
export interface HeardArrow {
  readonly header: Heard;
  readonly ipc: Uint8Array;
}

export class StreamClient implements AsyncDisposable {
  readonly heard: Heard[] = [];
  readonly arrow: HeardArrow[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #socket: WebSocket;
  readonly #closing = Promise.withResolvers<void>();
  #changed = Promise.withResolvers<void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
      this.#closing.resolve();
      this.#notify();
    };
  }

  /** Resolves when the socket is open; rejects if the server refuses. */
  static async open(url: string, protocols: string[] = []): Promise<StreamClient> {
    const socket = new WebSocket(url, protocols);
    const opened = Promise.withResolvers<void>();
    socket.onopen = () => opened.resolve();
    socket.onerror = (event) => {
      event.preventDefault();
      opened.reject(new Error("The server refused the socket"));
    };
    const client = new StreamClient(socket);
    await opened.promise;
    return client;
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Waits until something heard so far, or later, is as asked; gives it back. */
  async until<Found>(find: (client: StreamClient) => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find(this);
      if (found !== undefined) return found;
      if (this.closed) throw new Error(`closed: ${this.closed.code} ${this.closed.reason}`);
      await this.#changed.promise;
    }
  }

  /** Waits for a message of a kind. */
  message(kind: string, id?: string): Promise<Heard> {
    return this.until(({ heard }) =>
      heard.find((one) => one.kind === kind && (id === undefined || one.id === id))
    );
  }

  /** Waits until that many rows were heard; gives back all so far. */
  rows(count: number): Promise<Heard[]> {
    return this.until(({ heard }) => {
      const rows = heard.filter(({ kind }) => kind === "rows").flatMap(({ rows }) => rows);
      return rows.length >= count ? rows : undefined;
    });
  }

  async untilClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    await this.#closing.promise;
    return this.closed!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#closing.promise;
  }

  #hear(data: string | ArrayBuffer): void {
    if (typeof data === "string") this.heard.push(JSON.parse(data));
    else this.arrow.push(readArrowFrame(data));
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

function readArrowFrame(data: ArrayBuffer): HeardArrow {
  const length = new DataView(data).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  return { header, ipc: new Uint8Array(data, 4 + length) };
}
