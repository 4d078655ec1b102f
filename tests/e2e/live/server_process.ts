/** A serving system as a process of its own, to be pushed to, followed, and killed. */
import { startFeaturizer } from "../cli_process.ts";

const ADDRESS = /https?:\/\/[\w.]+:\d+/;

export class ServerProcess {
  readonly url: string;
  readonly #process: Deno.ChildProcess;
  readonly #output: Promise<string>;

  private constructor(process: Deno.ChildProcess, url: string, output: Promise<string>) {
    this.#process = process;
    this.url = url;
    this.#output = output;
  }

  /** Starts `featurizer serve` on a free port; resolves when it listens and is ready. */
  static async start(folder: string, ...args: string[]): Promise<ServerProcess> {
    const process = startFeaturizer(folder, "serve", "live.yaml", "--port", "0", ...args);
    const found = Promise.withResolvers<string>();
    const output = read(process.stdout, (text) => {
      const [url] = ADDRESS.exec(text) ?? [];
      if (url) found.resolve(url);
    });
    const errors = read(process.stderr, () => {});
    process.status.then(async ({ code }) => {
      const text = `${await output}\n${await errors}`;
      found.reject(new Error(`Cannot start the server: it ended with ${code}\n${text}`));
    });
    const url = await found.promise;
    const server = new ServerProcess(process, url, Promise.all([output, errors]).then(String));
    await server.ready();
    return server;
  }

  get pid(): number {
    return this.#process.pid;
  }

  async ready(): Promise<void> {
    for (;;) {
      const response = await fetch(`${this.url}/readyz`);
      await response.body?.cancel();
      if (response.ok) return;
    }
  }

  /** Ends it at once, as a loss of power would. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await this.#output;
  }

  /** Asks it to end; resolves to its exit code. */
  async stop(): Promise<number> {
    this.#process.kill("SIGTERM");
    const { code } = await this.#process.status;
    await this.#output;
    return code;
  }
}

async function read(
  stream: ReadableStream<Uint8Array>,
  onText: (text: string) => void,
): Promise<string> {
  let all = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    all += text;
    onText(all);
  }
  return all;
}
