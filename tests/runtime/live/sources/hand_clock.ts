/** A clock that stands still until time is told to pass, and waits that make it pass. */
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../../runtime/live/clock.ts";
import type { Patience } from "../../../../runtime/live/sources/patience.ts";

export class HandClock implements Clock {
  #nowUs: number;

  constructor(nowUs: number) {
    this.#nowUs = nowUs;
  }

  nowUs(): number {
    return this.#nowUs;
  }

  pass(us: number): void {
    this.#nowUs += us;
  }

  /** Waiting takes no time but the clock's. */
  get patience(): Patience {
    return {
      random: () => 0,
      wait: (ms) => {
        this.pass(ms * 1000);
        return setImmediate();
      },
    };
  }
}
