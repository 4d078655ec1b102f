/**
 * Memory outside the heap, which no limit of the platform holds: ten times a second the process is looked at. If it
 * has grown while a guest gave no answer, by more than that guest's buffers and the heaps and threads of all silent
 * guests may take, the guest is blamed. A guest that answers looks after itself.
 */

/** A guest that may have grown. */
export interface Grown {
  /** Asks it for a sign of life. */
  ask(): void;
  /** Questions that it has not answered. */
  readonly unanswered: number;
  /** True while code of its plugin runs. */
  readonly isInPlugin: boolean;
  /** Ends it. */
  blameForGrowth(): void;
}

/** What a thread takes beside its heap while it begins. */
const THREAD_BYTES = 64 * 2 ** 20;
const CHECK_MS = 100;
/** Checks in a row with unanswered questions and too much growth. */
const CHECKS = 4;

export interface MemoryLimits {
  readonly heapBytes: number;
  readonly bufferBytes: number;
}

interface Watched {
  readonly limits: MemoryLimits;
  /** What the process had when the guest last owed no answer. */
  then: number;
  checks: number;
}

const watched = new Map<Grown, Watched>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Watches a guest until the returned function is called. */
export function watchMemory(guest: Grown, limits: MemoryLimits): () => void {
  watched.set(guest, { limits, then: residentBytes(), checks: 0 });
  timer ??= setInterval(check, CHECK_MS);
  return () => {
    watched.delete(guest);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function residentBytes(): number {
  return Deno.memoryUsage().rss;
}

function heapsOfSilent(): number {
  let bytes = 0;
  for (const [guest, { limits }] of watched) {
    if (guest.unanswered > 0) bytes += limits.heapBytes + THREAD_BYTES;
  }
  return bytes;
}

/** Blames one guest at a time, first of all one whose plugin is at work: with it, what it held goes. */
function check(): void {
  const now = residentBytes();
  const heaps = heapsOfSilent();
  let blamed: Grown | undefined;
  for (const [guest, state] of watched) {
    if (guest.unanswered === 0) {
      Object.assign(state, { then: now, checks: 0 });
      guest.ask();
    } else if (now - state.then > heaps + state.limits.bufferBytes) {
      if (++state.checks >= CHECKS && !blamed?.isInPlugin) {
        if (blamed === undefined || guest.isInPlugin) blamed = guest;
      }
    }
  }
  if (blamed === undefined) return;
  blamed.blameForGrowth();
  for (const state of watched.values()) Object.assign(state, { then: now, checks: 0 });
}
