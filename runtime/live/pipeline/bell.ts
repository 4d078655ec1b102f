/** Wakes the one who waits for something to happen, or for time to pass. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  /** The wait under way ends; without one, the next ends at once. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves when the bell is rung, or after `ms`; Infinity waits for the bell alone. */
  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = ms < Infinity ? setTimeout(resolve, ms) : undefined;
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#rung = false;
    this.#wake = undefined;
  }
}
