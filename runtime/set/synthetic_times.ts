/** When each row of a synthetic source is: evenly, or by chance for poisson. */
import type { SyntheticSource } from "./config_source_types.ts";
import { pause } from "./seeded_values.ts";

/** Of the next row. */
export interface SyntheticPlace {
  readonly index: number;
  readonly nextUs: number;
}

export class SyntheticTimes {
  #index: number;
  #nextUs: number;
  readonly #config: SyntheticSource;
  readonly #times: Float64Array;

  constructor(config: SyntheticSource, { index, nextUs }: SyntheticPlace, mostRows: number) {
    this.#config = config;
    this.#index = index;
    this.#nextUs = nextUs;
    this.#times = new Float64Array(mostRows);
  }

  get place(): SyntheticPlace {
    return { index: this.#index, nextUs: this.#nextUs };
  }

  /** Times of the next rows, none after `lastUs` and at most a batch of them. */
  take(lastUs: number): Float64Array {
    const { generator, ratePerSecond, seed } = this.#config;
    const times = this.#times;
    const gapUs = 1_000_000 / ratePerSecond;
    let count = 0;
    while (count < times.length) {
      const timeUs = Math.floor(this.#nextUs);
      if (timeUs > lastUs) break;
      times[count++] = timeUs;
      this.#nextUs += generator === "poisson" ? pause(gapUs, seed, this.#index, 0) : gapUs;
      this.#index++;
    }
    return times.slice(0, count);
  }
}
