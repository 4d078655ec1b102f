/** A sample of what online reads answered, kept for `verify` to compute again. */
import { hashText } from "../arrow/symbols.ts";
import type { ServedValue } from "../store/mod.ts";
import type { Clock } from "./clock.ts";
import type { OnlineAnswer, OnlineRequest } from "./live_system.ts";

export interface ServingLogOptions {
  /** Share of entities, 0 to 1: all reads of an entity are noted, or none. */
  readonly share: number;
  readonly clock: Clock;
  /** The pipeline that computes a feature. */
  pipelineOf(feature: string): string;
  noteServed(values: readonly ServedValue[]): Promise<void>;
}

const FLUSH_MS = 1000;
/** Values that wait for the store; what comes beyond is not noted. */
const MOST_WAITING = 10_000;

export class ServingLog {
  readonly #options: ServingLogOptions;
  #waiting: ServedValue[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: ServingLogOptions) {
    this.#options = options;
  }

  /** Notes an answer; never fails the read. */
  note({ features, entities }: OnlineRequest, { rows }: OnlineAnswer): void {
    const { clock, pipelineOf } = this.#options;
    const servedUs = clock.nowUs();
    entities.forEach((entity, row) => {
      const text = JSON.stringify(entity);
      if (!this.#isChosen(text)) return;
      features.forEach((feature, place) => {
        const { status, values, eventTimeUs, position } = rows[row]![place]!;
        if (status !== "OK" && status !== "NOT_FOUND") return;
        if (this.#waiting.length >= MOST_WAITING) return;
        this.#waiting.push({
          pipeline: pipelineOf(feature),
          feature,
          servedUs,
          atUs: eventTimeUs,
          positions: position,
          entity: text,
          answer: JSON.stringify(values),
        });
      });
    });
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  /** Resolves when everything noted is in the store, or the store has refused it. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#flush();
    await this.#flushing;
  }

  #isChosen(entity: string): boolean {
    const { share } = this.#options;
    return share >= 1 || (hashText(entity) >>> 0) / 2 ** 32 < share;
  }

  #flush(): void {
    this.#timer = undefined;
    const values = this.#waiting;
    this.#waiting = [];
    // What the store refuses is a sample that is smaller, no more.
    this.#flushing = this.#flushing.then(() => this.#options.noteServed(values)).catch(() => {});
  }
}
