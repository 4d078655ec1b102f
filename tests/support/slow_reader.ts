/** A WebSocket client that reads from the network only when it is asked to. */
import type { Heard } from "./stream_client.ts";

const TEXT = 1;
const CLOSE = 8;
const PING = 9;

export class SlowReader implements Disposable {
  readonly #connection: Deno.TcpConn;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects to a path of a server on this machine. */
  static async open(port: number, path: string): Promise<SlowReader> {
    const reader = new SlowReader(await Deno.connect({ hostname: "127.0.0.1", port }));
    await reader.#write(new TextEncoder().encode(
      `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\n` +
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ));
    await reader.#readHead();
    return reader;
  }

  /** Sends a JSON message, masked as clients must. */
  async send(message: unknown): Promise<void> {
    const text = new TextEncoder().encode(JSON.stringify(message));
    const frame = new Uint8Array(8 + text.length);
    frame[0] = 0x80 | TEXT;
    frame[1] = 0x80 | 126;
    new DataView(frame.buffer).setUint16(2, text.length);
    frame.set(text, 8);
    await this.#write(frame);
  }

  /** The next message; undefined when the server closed. */
  async read(): Promise<Heard | undefined> {
    for (;;) {
      const head = await this.#take(2);
      if (head === undefined) return undefined;
      const kind = head[0]! & 15;
      const body = await this.#take(await this.#length(head[1]! & 127));
      if (body === undefined || kind === CLOSE) return undefined;
      if (kind !== PING) return JSON.parse(new TextDecoder().decode(body));
    }
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #length(short: number): Promise<number> {
    if (short < 126) return short;
    const bytes = (await this.#take(short === 126 ? 2 : 8))!;
    return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  }

  async #readHead(): Promise<void> {
    let text = "";
    while (!text.endsWith("\r\n\r\n")) {
      const byte = await this.#take(1);
      if (byte === undefined) throw new Error(`The server refused the socket: ${text}`);
      text += String.fromCharCode(byte[0]!);
    }
  }

  async #take(count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const parts = [this.#bytes];
    let have = this.#bytes.length;
    while (have < count) {
      const chunk = new Uint8Array(1 << 16);
      const read = await this.#connection.read(chunk);
      if (read === null) return undefined;
      parts.push(chunk.subarray(0, read));
      have += read;
    }
    const all = parts.length === 1
      ? parts[0]!
      : new Uint8Array(await new Blob(parts).arrayBuffer());
    this.#bytes = all.subarray(count);
    return all.subarray(0, count);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }
}
