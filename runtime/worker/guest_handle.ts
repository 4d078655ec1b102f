/**
 * The host's side of one guest.
 *
 * H1. Whatever goes wrong is told once, through `onFailure`; the worker is then gone.
 * H2. After `close` or a failure nothing arrives any more.
 * H3. A guest is silent when nothing came for `silenceMs` although it was asked; time in which the host itself
 *     was busy does not count, since late timers do not add up.
 * H4. A guest is stuck when one call into its plugin does not end for `callMs`.
 * H5. What a guest may send unasked is bounded: lines of its log, and one answer a question.
 */
import type { SiteFailure } from "../engine/frames.ts";
import { FeaturizerError } from "../errors.ts";
import type { WorkerHandle } from "./launcher.ts";
import { type Grown, watchMemory } from "./memory_watch.ts";
import { parseGuestMessage } from "./message_check.ts";
import {
  type GuestToHost,
  type HostToGuest,
  MOST_LOG_LINES,
  type WorkerFailure,
} from "./protocol.ts";
import { CALL_MS, isInside, watchPulse } from "./pulse.ts";
import { mapStack } from "./source_place.ts";

export interface GuestHandleOptions {
  /** The plugin or site, as errors name it. */
  readonly name: string;
  /** The bundle, for places in stacks. */
  readonly code: string;
  readonly silenceMs: number;
  readonly callMs?: number | undefined;
  /** How long the first answer may take, where that is longer. */
  readonly loadMs?: number | undefined;
  /** What the guest may use; if it uses more while it gives no answer, it is blamed. Not watched by default. */
  readonly memory?: { readonly heapMb: number; readonly bufferMb: number } | undefined;
  /** What the plugin prints; to the error output by default. */
  readonly onLog?: ((name: string, text: string) => void) | undefined;
  /** The guest answers, and has done nothing else for a while. */
  readonly onIdle?: (() => void) | undefined;
  onMessage(message: Exclude<GuestToHost, { kind: "pong" | "failed" | "log" }>): void;
  onFailure(error: FeaturizerError): void;
}

const TICKS = 8;
const BYTES_PER_MB = 2 ** 20;
/** Answers in a row, and nothing else, of a guest that has nothing left to do. */
const IDLE_ANSWERS = 4;

export class GuestHandle implements Grown {
  readonly #worker: WorkerHandle;
  readonly #options: GuestHandleOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #unwatch: readonly (() => void)[];
  #quietTicks = 0;
  #mostQuietTicks: number;
  #questions = 0;
  #idleAnswers = 0;
  #logLines = 0;
  #over = false;
  #closing: Promise<void> | undefined;

  constructor(worker: WorkerHandle, options: GuestHandleOptions) {
    this.#worker = worker;
    this.#options = options;
    const { silenceMs, loadMs = silenceMs } = options;
    this.#mostQuietTicks = Math.max(TICKS, Math.ceil(TICKS * loadMs / silenceMs));
    this.#timer = setInterval(() => this.#tick(), options.silenceMs / TICKS);
    const { memory } = options;
    const unwatchMemory = memory && watchMemory(this, {
      heapBytes: memory.heapMb * BYTES_PER_MB,
      bufferBytes: memory.bufferMb * BYTES_PER_MB,
    });
    const { callMs = CALL_MS } = options;
    const unwatchPulse = watchPulse(
      worker.pulse,
      callMs,
      () => this.#fail(stuck(options.name, callMs)),
    );
    this.#unwatch = [unwatchPulse, ...(unwatchMemory ? [unwatchMemory] : [])];
    worker.port.onmessage = (event) => this.#receive(event.data);
    worker.port.onmessageerror = () => this.#fail(forged(options.name));
    worker.failed.then((failure) => this.#fail(ended(options.name, failure)));
  }

  post(message: HostToGuest, transfer: Transferable[] = []): void {
    if (this.#over) return;
    this.#idleAnswers = 0;
    this.#worker.port.postMessage(message, transfer);
  }

  /** Asks the guest for a sign of life. */
  ask(): void {
    if (this.#over) return;
    this.#questions++;
    this.#worker.port.postMessage({ kind: "ping" } satisfies HostToGuest);
  }

  /** Questions that it has not answered. */
  get unanswered(): number {
    return this.#questions;
  }

  /** True while it answers, and has done nothing else for a while. */
  get isIdle(): boolean {
    return this.#idleAnswers >= IDLE_ANSWERS;
  }

  get isInPlugin(): boolean {
    return isInside(this.#worker.pulse[0]!);
  }

  /** Stops the guest, which gave no answer while the process grew. */
  blameForGrowth(): void {
    this.#fail(outgrown(this.#options));
  }

  /** Stops the guest for a message that is well-formed but not its own. */
  reject(): void {
    this.#fail(forged(this.#options.name));
  }

  /** Ends the worker; resolves when it is gone. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    for (const unwatch of this.#unwatch) unwatch();
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
    if (message.kind === "log") return this.#log(message.text);
    this.#mostQuietTicks = TICKS;
    if (message.kind === "pong") return this.#answered();
    this.#idleAnswers = 0;
    this.#options.onMessage(message);
  }

  #log(text: string): void {
    if (++this.#logLines > MOST_LOG_LINES) return this.reject();
    (this.#options.onLog ?? printLog)(this.#options.name, text);
  }

  #answered(): void {
    if (this.#questions === 0) return this.reject();
    this.#questions--;
    if (++this.#idleAnswers === IDLE_ANSWERS) this.#options.onIdle?.();
  }

  #tick(): void {
    if (++this.#quietTicks > this.#mostQuietTicks) return this.#fail(this.#silent());
    this.ask();
  }

  #silent(): FeaturizerError {
    const { name, silenceMs, loadMs = silenceMs } = this.#options;
    return silent(name, this.#mostQuietTicks > TICKS ? loadMs : silenceMs);
  }

  #fail(error: FeaturizerError): void {
    if (this.#over) return;
    this.close();
    this.#options.onFailure(error);
  }
}

export function printLog(name: string, text: string): void {
  console.error(`[${name}] ${text}`);
}

function toError(name: string, failure: SiteFailure, code: string): FeaturizerError {
  const mapped = failure.stack === undefined ? undefined : mapStack(failure.stack, code);
  const cause = new Error(failure.message);
  if (mapped !== undefined) cause.stack = mapped.stack;
  const act = ACTS[failure.code];
  // Whatever a guest says, and of whom: its own name is always told.
  const isNamed = act === undefined && failure.message.includes(`"${name}`);
  const message = isNamed
    ? failure.message
    : `Cannot ${act ?? "run"} "${name}": ${failure.message}`;
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
  PLUGIN_FORGED_MESSAGE: "run",
  PLUGIN_OUT_OF_MEMORY: "run",
};

const HINTS: Readonly<Record<string, string>> = {
  PLUGIN_FORGED_MESSAGE:
    "One of the two has been tampered with by its plugin; both have been stopped.",
  PLUGIN_OUT_OF_MEMORY:
    "Keep less in the plugin's own variables, or give its workers a larger heap.",
  PLUGIN_FAILED_TO_LOAD: "Plugins run without files, network, environment, timers and eval.",
};

function stuck(name: string, ms: number): FeaturizerError {
  return new FeaturizerError(
    `Cannot run "${name}": one call of its code took more than ${ms / 1000} s`,
    {
      code: "PLUGIN_STUCK",
      hint:
        "Look for a loop that does not end, or a regular expression that tries too many ways; limits: {call: 5s} gives it more time.",
    },
  );
}

function silent(name: string, ms: number): FeaturizerError {
  return new FeaturizerError(`Cannot run "${name}": it gave no answer for ${ms / 1000} s`, {
    code: "PLUGIN_SILENT",
    hint:
      "Look for a loop that does not end, or a regular expression that tries too many ways; the worker has been stopped.",
  });
}

function outgrown({ name, memory }: GuestHandleOptions): FeaturizerError {
  const grown = `the process grew by more than ${memory?.bufferMb} MB while it gave no answer`;
  return new FeaturizerError(`Cannot run "${name}": ${grown}`, {
    code: "PLUGIN_OUT_OF_MEMORY",
    ...optional("hint", HINTS["PLUGIN_OUT_OF_MEMORY"]),
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
