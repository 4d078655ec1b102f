/** Resident memory of a process over time, and whether it grows. */
import { quantile } from "./quantile.ts";

/** Resident memory now, in MB; NaN once the process has ended. */
export function residentMb(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  } catch {
    // The process may end at any moment, which reads as one of several errors.
    return NaN;
  }
}

export interface Growth {
  /** Medians of the first and the last third of what comes after the warm-up. */
  readonly firstMb: number;
  readonly lastMb: number;
  readonly peakMb: number;
}

/** The first part of the samples, `warmUp` of them all, tells of caches that fill and code that is compiled. */
export function growthOf(samples: readonly number[], warmUp: number): Growth {
  const steady = samples.slice(Math.floor(samples.length * warmUp));
  const third = Math.floor(steady.length / 3);
  return {
    firstMb: quantile(steady.slice(0, third), 0.5),
    lastMb: quantile(steady.slice(-third), 0.5),
    peakMb: Math.max(...samples),
  };
}
