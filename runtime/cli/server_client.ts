/** Requests to a running server, for commands. */
import { FeaturizerError } from "../errors.ts";
import type { CommandOption, Invocation } from "./command_spec.ts";
import { clientToken } from "./token_file.ts";

const DEFAULT_URL = "http://127.0.0.1:8080";

/** Options of every command that speaks to a server. */
export const SERVER_OPTIONS: Readonly<Record<string, CommandOption>> = {
  url: { type: "string", value: "URL", tells: `the server; default ${DEFAULT_URL}` },
  "token-file": {
    type: "string",
    value: "PATH",
    tells: "a file that begins with the token; default $FEATURIZER_TOKEN",
  },
};

export interface ServerRequest {
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts to a path of the server that the options name; what it refuses is thrown as it says it. */
export class ServerClient {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  constructor(url: string, token: string | undefined, signal: AbortSignal) {
    this.#url = url.replace(/\/+$/, "");
    this.#token = token;
    this.#signal = signal;
  }

  static async of(invocation: Invocation): Promise<ServerClient> {
    const token = await clientToken(invocation.text("token-file"));
    return new ServerClient(invocation.text("url") ?? DEFAULT_URL, token, invocation.signal);
  }

  async post(path: string, { body, headers }: ServerRequest = {}): Promise<unknown> {
    const response = await this.#fetch(path, {
      method: "POST",
      signal: this.#signal,
      headers: { ...headers, ...(this.#token && { authorization: `Bearer ${this.#token}` }) },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw refusal(path, response.status, text);
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(this.#url + path, init);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new FeaturizerError(`Cannot reach "${this.#url}": ${reasonOf(cause)}`, {
        code: "SERVER_UNREACHABLE",
        domain: "external",
        retry: "backoff",
        cause,
        hint: "Start it with featurizer serve, or name it with --url.",
      });
    }
  }
}

function refusal(path: string, status: number, text: string): FeaturizerError {
  const problem = parseProblem(text);
  return new FeaturizerError(problem.detail ?? `Cannot post to "${path}": status ${status}`, {
    code: problem.code ?? "SERVER_REFUSED",
    domain: status >= 500 || status === 429 ? "external" : "user",
    retry: problem.retry === "backoff" ? "backoff" : "never",
    ...(problem.hint !== undefined && { hint: problem.hint }),
  });
}

interface ProblemText {
  readonly detail?: string;
  readonly code?: string;
  readonly hint?: string;
  readonly retry?: string;
}

function parseProblem(text: string): ProblemText {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function reasonOf(error: TypeError): string {
  return error.message.replace(/^.*?: (?=\S)/, "");
}
