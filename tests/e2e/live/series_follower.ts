/** Follows a series over a WebSocket across restarts of the server, as a client would. */

export type JsonRow = Readonly<Record<string, unknown>>;

interface RowsMessage {
  readonly kind: string;
  readonly first: number;
  readonly last: number;
  readonly rows: readonly JsonRow[];
}

export class SeriesFollower {
  readonly rows: JsonRow[] = [];
  readonly #series: string;
  readonly #waiting = new Set<() => void>();
  #socket: WebSocket | undefined;
  #problem: Error | undefined;

  constructor(series: string) {
    this.#series = series;
  }

  /** Goes on behind the last row that was seen; resolves when the socket is open. */
  async connect(url: string): Promise<void> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#take(JSON.parse(String(data)));
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error("Cannot connect the socket"));
    });
    socket.onerror = () => {};
    const subscribe = {
      kind: "subscribe",
      id: this.#series,
      series: this.#series,
      after: this.rows.length,
      policy: "disconnect",
      buffer: 64 << 20,
    };
    socket.send(JSON.stringify(subscribe));
  }

  /** Resolves when some row fits. */
  async until(fits: (row: JsonRow) => boolean): Promise<void> {
    while (!this.rows.some(fits)) {
      if (this.#problem) throw this.#problem;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => {
      socket.onclose = () => resolve();
    });
    socket.close();
    await closed;
  }

  /** Row numbers go on without gap or repetition, or the follower has a problem. */
  #take(message: RowsMessage): void {
    if (message.kind === "rows") {
      if (message.first !== this.rows.length + 1) {
        const place = `row ${message.first} after ${this.rows.length}`;
        this.#problem = new Error(`Cannot follow "${this.#series}": ${place}`);
      }
      this.rows.push(...message.rows);
    }
    if (message.kind === "error" || message.kind === "gap") {
      this.#problem = new Error(`Cannot follow "${this.#series}": ${JSON.stringify(message)}`);
    }
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
