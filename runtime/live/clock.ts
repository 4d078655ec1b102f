/** The wall clock, handed to whoever may read it. */
export interface Clock {
  /** Whole microseconds since 1970 UTC. */
  nowUs(): number;
}

/** The machine's clock. */
export const SYSTEM_CLOCK: Clock = {
  nowUs: () => Date.now() * 1000,
};
