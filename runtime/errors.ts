/** Errors of the world: files, configs, plugins, stores. Misuse of the library is a TypeError or RangeError. */

/** `user`: the input is wrong; `external`: the world failed; `internal`: Featurizer has a bug. */
export type ErrorDomain = "user" | "external" | "internal";

export interface ErrorOptions {
  /** Stable, CONSTANT_CASE. */
  readonly code: string;
  readonly domain?: ErrorDomain;
  readonly retry?: "never" | "backoff";
  readonly cause?: unknown;
  /** What the user can do about it, one sentence. */
  readonly hint?: string;
  /** A picture of the place: lines of text under the message. */
  readonly frame?: string;
}

/** An error with a stable code, a domain that decides the exit code, and advice. */
export class FeaturizerError extends Error {
  override readonly name: string = "FeaturizerError";
  readonly code: string;
  readonly domain: ErrorDomain;
  readonly retry: "never" | "backoff";
  readonly hint: string | undefined;
  readonly frame: string | undefined;

  constructor(message: string, options: ErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.domain = options.domain ?? "user";
    this.retry = options.retry ?? "never";
    this.hint = options.hint;
    this.frame = options.frame;
  }
}
