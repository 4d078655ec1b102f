/** A serving system as a process of its own, to be pushed to, followed, and killed. */
import { startFeaturizer } from "../cli_process.ts";

const ADDRESS = /https?:\/\/[\w.]+:\d+/;

export class ServerProcess {
  readonly url: string;
  readonly #process: Deno.ChildProcess;
  readonly #output: Promise<string>;
  readonly #told: ErrorText;

  private constructor(
    process: Deno.ChildProcess,
    url: string,
    { output, told }: { readonly output: Promise<string>; readonly told: ErrorText },
  ) {
    this.#process = process;
    this.url = url;
    this.#output = output;
    this.#told = told;
  }

  /** Starts `featurizer serve` on a free port; resolves when it listens and is ready. */
  static start(folder: string, ...args: string[]): Promise<ServerProcess> {
    return ServerProcess.of(startFeaturizer(folder, "serve", "live.yaml", "--port", "0", ...args));
  }

  /** Starts `featurizer replay` of a config. */
  static replay(folder: string, config: string, ...args: string[]): Promise<ServerProcess> {
    return ServerProcess.of(startFeaturizer(folder, "replay", config, "--port", "0", ...args));
  }

  /** A process that serves, or is about to. */
  static async of(process: Deno.ChildProcess): Promise<ServerProcess> {
    const found = Promise.withResolvers<string>();
    const output = read(process.stdout, (text) => {
      const [url] = ADDRESS.exec(text) ?? [];
      if (url) found.resolve(url);
    });
    const told = new ErrorText();
    const errors = read(process.stderr, (text) => told.take(text));
    process.status.then(async ({ code }) => {
      const text = `${await output}\n${await errors}`;
      found.reject(new Error(`Cannot start the server: it ended with ${code}\n${text}`));
    });
    const url = await found.promise;
    const server = new ServerProcess(process, url, {
      output: Promise.all([output, errors]).then(String),
      told,
    });
    await server.ready();
    return server;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Resolves when it tells, on its error output, what it did not tell before the last call. */
  says(words: RegExp): Promise<void> {
    return this.#told.until(words);
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

/** What was written, and who waits for more of it. */
class ErrorText {
  #text = "";
  #seen = 0;
  #waiting: (() => void) | undefined;

  take(text: string): void {
    this.#text = text;
    this.#waiting?.();
  }

  async until(words: RegExp): Promise<void> {
    for (;;) {
      const found = words.exec(this.#text.slice(this.#seen));
      if (found) {
        this.#seen += found.index + found[0].length;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
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
