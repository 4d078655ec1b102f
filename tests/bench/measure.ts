/** Time, processor time and peak memory of a piece of work; medians over interleaved rounds. */
import { cpuUsage } from "node:process";

export interface Measured {
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
  /** Largest resident memory of the process, in MB; NaN where the system does not tell. */
  readonly peakMb: number;
}

export interface Compared {
  readonly plain: Measured;
  readonly engine: Measured;
  /** Lowest and highest ratio of one round: how steady the machine was. */
  readonly ratios: readonly [number, number];
}

/** Work in this process, as one side of a comparison. */
export interface Contender {
  /** What the clock does not count. */
  prepare(): void;
  /** `begin` restarts the clock, for work that first opens what it runs on. */
  run(begin: () => void): Promise<void> | void;
}

/** Plain, engine, plain, engine …: what slows the machine down for a while slows both. */
export async function compare(
  plain: () => Promise<Measured>,
  engine: () => Promise<Measured>,
  rounds: number,
): Promise<Compared> {
  const plains: Measured[] = [];
  const engines: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    plains.push(await plain());
    engines.push(await engine());
  }
  const ratios = plains.map(({ seconds }, round) => seconds / engines[round]!.seconds);
  return {
    plain: medianOf(plains),
    engine: medianOf(engines),
    ratios: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/** Runs work in this process once. */
export async function measure(contender: Contender): Promise<Measured> {
  contender.prepare();
  const now = () => {
    const { user, system } = cpuUsage();
    return { wallMs: performance.now(), cpuUs: user + system };
  };
  resetPeak();
  let begun = now();
  await contender.run(() => begun = now());
  const ended = now();
  return {
    seconds: (ended.wallMs - begun.wallMs) / 1e3,
    cpuSeconds: (ended.cpuUs - begun.cpuUs) / 1e6,
    peakMb: readPeakMb("self"),
  };
}

/** Medians of the times and the largest of the peaks. */
function medianOf(all: readonly Measured[]): Measured {
  return {
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    peakMb: Math.max(...all.map(({ peakMb }) => peakMb)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Peak resident memory of a process so far, in MB; NaN where the system does not tell or it has ended. */
export function readPeakMb(pid: number | "self"): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  } catch {
    // The process may end at any moment, which reads as one of several errors.
    return NaN;
  }
}

function resetPeak(): void {
  try {
    Deno.writeTextFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Without it the peak is that of the whole process so far, which is still an upper bound.
  }
}
