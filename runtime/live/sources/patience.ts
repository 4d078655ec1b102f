/** Waiting: for a moment, for a place that is full, for a peer that is gone. */
import { FeaturizerError } from "../../errors.ts";
import type { ConnectorContext, PulledBatch } from "./connector.ts";

/** Resolves after so many milliseconds, or at once when the signal comes; never rejects. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** What connectors need of chance and timers; tests hand in their own. */
export interface Patience {
  readonly wait: Wait;
  /** From 0 to 1. */
  readonly random: () => number;
}

export const SYSTEM_PATIENCE: Patience = { wait, random: Math.random };

function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", done);
    resolve();
  };
  const timer = setTimeout(done, ms);
  signal.addEventListener("abort", done);
  return promise;
}

const LEAST_MS = 100;
const MOST_MS = 30_000;

/** Pauses that double up to a cap, each between half and all of its length by chance. */
export class Backoff {
  readonly #random: () => number;
  readonly #leastMs: number;
  #failures = 0;

  constructor({ random }: Pick<Patience, "random">, leastMs = LEAST_MS) {
    this.#random = random;
    this.#leastMs = leastMs;
  }

  nextMs(): number {
    const fullMs = Math.min(MOST_MS, this.#leastMs * 2 ** this.#failures++);
    return fullMs * (0.5 + this.#random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}

const FULL_MS = 5;

/** Pushes, and again while the intake is full; false if the signal came first. */
export async function pushPatiently(
  context: ConnectorContext,
  batch: PulledBatch,
  patience: Patience,
): Promise<boolean> {
  const backoff = new Backoff(patience, FULL_MS);
  while (!context.signal.aborted) {
    try {
      await context.push(batch);
      return true;
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    await patience.wait(backoff.nextMs(), context.signal);
  }
  return false;
}

function isFull(error: unknown): boolean {
  return error instanceof FeaturizerError && error.code === "INGEST_FULL";
}

/**
 * Runs attempts one after the other until the signal or until one says it has ended; one that fails with what
 * may pass is followed by a pause. `attempt` calls `onSuccess` when it works, which makes the next pause short.
 */
export async function persist(
  context: ConnectorContext,
  patience: Patience,
  attempt: (onSuccess: () => void) => Promise<"ended" | "again">,
): Promise<void> {
  const backoff = new Backoff(patience);
  while (!context.signal.aborted) {
    context.onState("connecting");
    try {
      const outcome = await attempt(() => {
        backoff.reset();
        context.onState("running");
      });
      if (outcome === "ended") break;
    } catch (error) {
      if (context.signal.aborted) break;
      if (!mayPass(error)) throw ended(context, error);
      context.onState("backoff", messageOf(error));
      await patience.wait(backoff.nextMs(), context.signal);
    }
  }
  context.onState("ended");
}

function mayPass(error: unknown): boolean {
  return error instanceof FeaturizerError && error.retry === "backoff";
}

function ended(context: ConnectorContext, error: unknown): unknown {
  context.onState("ended", messageOf(error));
  return error;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
