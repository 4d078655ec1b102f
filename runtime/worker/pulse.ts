/**
 * A number that host and guest share: odd while code of the plugin runs, and one more at each entry and exit. So the
 * host sees a call that does not end, however long the engine itself takes and whatever the guest says.
 */

/** One element. */
export type Pulse = Int32Array<SharedArrayBuffer>;

/** How long one call into a plugin, or evaluating its modules, may take, unless it is told otherwise. */
export const CALL_MS = 1000;
const LOOKS = 8;

export function createPulse(): Pulse {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Calls back once a call has not ended for so long; the returned function ends the watch. Time in which the host is
 * busy itself does not count, since late timers do not add up.
 */
export function watchPulse(pulse: Pulse, callMs: number, onStuck: () => void): () => void {
  let last = 0;
  let looks = 0;
  const timer = setInterval(() => {
    const now = Atomics.load(pulse, 0);
    looks = now === last && isInside(now) ? looks + 1 : 0;
    last = now;
    if (looks < LOOKS) return;
    clearInterval(timer);
    onStuck();
  }, callMs / LOOKS);
  return () => clearInterval(timer);
}

/** True while code of the plugin runs. */
export function isInside(pulse: number): boolean {
  return (pulse & 1) === 1;
}
