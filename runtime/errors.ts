/** Errors of the world: files, configs, plugins, stores. Misuse of the library is a TypeError or RangeError. */

/** `user`: the input is wrong; `external`: the world failed; `internal`: Featurizer has a bug. */
export type ErrorDomain = "user" | "external" | "internal";

/** What an error says besides its message. */
export interface ErrorOptions {
  /** Stable, CONSTANT_CASE. */
  readonly code: string;
  /** Whose fault it is; `user` by default. */
  readonly domain?: ErrorDomain;
  /** Whether doing the same again later may help; `never` by default. */
  readonly retry?: "never" | "backoff";
  /** What it came from. */
  readonly cause?: unknown;
  /** What the user can do about it, one sentence. */
  readonly hint?: string;
  /** A picture of the place: lines of text under the message. */
  readonly frame?: string;
}

/** An error with a stable code, a domain that decides the exit code, and advice. */
export class FeaturizerError extends Error {
  /** Name of the class. */
  override readonly name: string = "FeaturizerError";
  /** Stable, CONSTANT_CASE. */
  readonly code: string;
  /** Whose fault it is. */
  readonly domain: ErrorDomain;
  /** Whether doing the same again later may help. */
  readonly retry: "never" | "backoff";
  /** What to do about it. */
  readonly hint: string | undefined;
  /** A picture of the place. */
  readonly frame: string | undefined;

  /** The message reads `Cannot <act> <"thing">: <state>`. */
  constructor(message: string, options: ErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.domain = options.domain ?? "user";
    this.retry = options.retry ?? "never";
    this.hint = options.hint;
    this.frame = options.frame;
  }
}
