/**
 * The host's side of one guest.
 *
 * H1. Whatever goes wrong is told once, through `onFailure`; the worker is then gone.
 * H2. After `close` or a failure nothing arrives any more.
 * H3. A guest is silent when nothing came for `silenceMs` although it was asked; time in which the host itself
 *     was busy does not count, since late timers do not add up.
 */
import type { SiteFailure } from "../engine/frames.ts";
import { FeaturizerError } from "../errors.ts";
import type { WorkerHandle } from "./launcher.ts";
import { parseGuestMessage } from "./message_check.ts";
import type { GuestToHost, HostToGuest, WorkerFailure } from "./protocol.ts";
import { mapStack } from "./source_place.ts";

export interface GuestHandleOptions {
  /** The plugin or site, as errors name it. */
  readonly name: string;
  /** The bundle, for places in stacks. */
  readonly code: string;
  readonly silenceMs: number;
  /** What the plugin prints; to the error output by default. */
  readonly onLog?: ((name: string, text: string) => void) | undefined;
  onMessage(message: Exclude<GuestToHost, { kind: "pong" | "failed" | "log" }>): void;
  onFailure(error: FeaturizerError): void;
}

const TICKS = 8;

export class GuestHandle {
  readonly #worker: WorkerHandle;
  readonly #options: GuestHandleOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #quietTicks = 0;
  #over = false;
  #closing: Promise<void> | undefined;

  constructor(worker: WorkerHandle, options: GuestHandleOptions) {
    this.#worker = worker;
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), options.silenceMs / TICKS);
    worker.port.onmessage = (event) => this.#receive(event.data);
    worker.port.onmessageerror = () => this.#fail(forged(options.name));
    worker.failed.then((failure) => this.#fail(ended(options.name, failure)));
  }

  post(message: HostToGuest, transfer: Transferable[] = []): void {
    if (!this.#over) this.#worker.port.postMessage(message, transfer);
  }

  /** Stops the guest for a message that is well-formed but not its own. */
  reject(): void {
    this.#fail(forged(this.#options.name));
  }

  /** Ends the worker; resolves when it is gone. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    // A port that closes hands over what has arrived, within the call.
    this.#over = true;
    return this.#closing ??= this.#worker.terminate();
  }

  #receive(data: unknown): void {
    if (this.#over) return;
    this.#quietTicks = 0;
    const message = parseGuestMessage(data);
    const { name, code } = this.#options;
    if (message === undefined) return this.#fail(forged(name));
    if (message.kind === "failed") return this.#fail(toError(name, message.failure, code));
    if (message.kind === "log") return (this.#options.onLog ?? printLog)(name, message.text);
    if (message.kind !== "pong") this.#options.onMessage(message);
  }

  #tick(): void {
    if (++this.#quietTicks > TICKS) return this.#fail(silent(this.#options));
    this.post({ kind: "ping" });
  }

  #fail(error: FeaturizerError): void {
    if (this.#over) return;
    this.close();
    this.#options.onFailure(error);
  }
}

function printLog(name: string, text: string): void {
  console.error(`[${name}] ${text}`);
}

function toError(name: string, failure: SiteFailure, code: string): FeaturizerError {
  const mapped = failure.stack === undefined ? undefined : mapStack(failure.stack, code);
  const cause = new Error(failure.message);
  if (mapped !== undefined) cause.stack = mapped.stack;
  const act = ACTS[failure.code];
  const message = act === undefined
    ? failure.message
    : `Cannot ${act} "${name}": ${failure.message}`;
  return new FeaturizerError(message, {
    code: failure.code,
    // What a site does not blame on a feature is the engine's own fault.
    domain: failure.code === "ENGINE_FAILED" ? "internal" : "user",
    cause,
    ...optional("hint", failure.hint ?? HINTS[failure.code]),
    ...optional("frame", mapped?.frame),
  });
}

/** Failures the guest runtime finds; a site words its own. */
const ACTS: Readonly<Record<string, string>> = {
  PLUGIN_FAILED: "run",
  PLUGIN_FAILED_TO_LOAD: "load",
  PLUGIN_OUT_OF_MEMORY: "run",
};

const HINTS: Readonly<Record<string, string>> = {
  PLUGIN_OUT_OF_MEMORY:
    "Keep less in the plugin's own variables, or give its workers a larger heap.",
  PLUGIN_FAILED_TO_LOAD: "Plugins run without files, network, environment, timers and eval.",
};

function silent({ name, silenceMs }: GuestHandleOptions): FeaturizerError {
  return new FeaturizerError(`Cannot run "${name}": it gave no answer for ${silenceMs / 1000} s`, {
    code: "PLUGIN_SILENT",
    hint:
      "Look for a loop that does not end, or a regular expression that tries too many ways; the worker has been stopped.",
  });
}

function forged(name: string): FeaturizerError {
  return new FeaturizerError(
    `Cannot run "${name}": it sent a message that is not of the protocol`,
    {
      code: "PLUGIN_FORGED_MESSAGE",
      hint: "The worker has been stopped; a plugin returns values and sends nothing itself.",
    },
  );
}

function ended(name: string, failure: WorkerFailure): FeaturizerError {
  const code = failure.reason === "out-of-memory" ? "PLUGIN_OUT_OF_MEMORY" : "PLUGIN_FAILED";
  return new FeaturizerError(`Cannot run "${name}": ${failure.message}`, {
    code,
    ...optional("hint", HINTS[code]),
  });
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : { [key]: value } as { [P in K]: string };
}
