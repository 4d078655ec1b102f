/** Follows a series as Arrow frames and reads their headers alone: which rows came, and when. */

export class RowFollower {
  /** Last row number that came. */
  rows = 0;
  bytes = 0;
  readonly #socket: WebSocket;
  readonly #series: string;
  readonly #onRows: (first: number, last: number) => void;
  readonly #ready = Promise.withResolvers<void>();
  readonly #waiting = new Set<() => void>();
  #problem: Error | undefined;

  private constructor(
    url: string,
    series: string,
    onRows: (first: number, last: number) => void,
  ) {
    this.#series = series;
    this.#onRows = onRows;
    this.#socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#subscribe();
    this.#socket.onerror = () => this.#fail("the socket failed");
    this.#socket.onmessage = ({ data }) => this.#take(data);
    this.#ready.promise.catch(() => {});
  }

  /** Resolves when the server has confirmed the subscription. */
  static async open(
    url: string,
    series: string,
    onRows: (first: number, last: number) => void = () => {},
  ): Promise<RowFollower> {
    const follower = new RowFollower(url, series, onRows);
    await follower.#ready.promise;
    return follower;
  }

  /** Resolves when so many rows have come; fails if rows were left out. */
  async until(rows: number): Promise<void> {
    while (this.rows < rows) {
      if (this.#problem) throw this.#problem;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    if (this.#problem) throw this.#problem;
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => this.#socket.onclose = () => resolve());
    this.#socket.close();
    await closed;
  }

  #subscribe(): void {
    this.#socket.send(JSON.stringify({
      kind: "subscribe",
      id: this.#series,
      series: this.#series,
      format: "arrow",
      after: 0,
      policy: "disconnect",
      buffer: 64 << 20,
    }));
  }

  #take(data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      const { kind } = JSON.parse(data);
      if (kind === "subscribed") this.#ready.resolve();
      if (kind === "error" || kind === "gap") this.#fail(data);
      return;
    }
    this.bytes += data.byteLength;
    const length = new DataView(data).getUint32(0, true);
    const { first, last } = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
    if (first !== this.rows + 1) return this.#fail(`row ${first} came after row ${this.rows}`);
    this.rows = last;
    this.#onRows(first, last);
    this.#wake();
  }

  #fail(state: string): void {
    this.#problem ??= new Error(`Cannot follow "${this.#series}": ${state}`);
    this.#ready.reject(this.#problem);
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
