/** The arithmetic of charts: ranges, round ticks, places on a line. */

/** Points of one line; a missing value is NaN and interrupts the line. */
export interface ChartSeries {
  readonly name: string;
  readonly timesUs: Float64Array;
  readonly values: Float64Array;
}

export interface Chart {
  readonly title: string;
  readonly series: readonly ChartSeries[];
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const HOUR_US = 60 * MINUTE_US;
const DAY_US = 24 * HOUR_US;
const TIME_STEPS: readonly number[] = [
  ...[1, 10, 100, 1000, 10_000, 100_000],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_US),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_US),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_US),
  ...[1, 2, 7, 14].map((count) => count * DAY_US),
];
const MONTH_STEPS: readonly number[] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
const MONTH_US = 30.44 * DAY_US;

/** Smallest and largest number of all arrays, or undefined if there is none. */
export function rangeOf(arrays: readonly Float64Array[]): Range | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (const array of arrays) {
    for (const value of array) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? { min, max } : undefined;
}

/** The range with round ends, and about `count` ticks in it. */
export function roundTicks(range: Range, count: number): { range: Range; ticks: Tick[] } {
  const width = range.max - range.min || Math.abs(range.max) || 1;
  const step = roundStep(width / Math.max(1, count));
  const first = Math.floor(range.min / step);
  const last = Math.max(first + 1, Math.ceil(range.max / step));
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const at = (first + index) * step;
    return { at, label: tickLabel(at, step, digits) };
  });
  return { range: { min: first * step, max: last * step }, ticks };
}

/** At most `count` ticks at round moments inside the range. */
export function timeTicks(range: Range, count: number): Tick[] {
  const wanted = (range.max - range.min) / Math.max(1, count);
  const step = TIME_STEPS.find((step) => step >= wanted);
  if (step === undefined) return monthTicks(range, wanted / MONTH_US);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(range.min / step) * step; at <= range.max; at += step) {
    ticks.push({ at, label: momentLabel(at, step) });
  }
  return ticks;
}

/** Where a value of the range stands on a line from `from` to `to`. */
export function placeOn(range: Range, value: number, from: number, to: number): number {
  const width = range.max - range.min;
  return width === 0 ? (from + to) / 2 : from + (value - range.min) / width * (to - from);
}

function monthTicks(range: Range, wantedMonths: number): Tick[] {
  const step = MONTH_STEPS.find((step) => step >= wantedMonths) ?? roundStep(wantedMonths);
  const begin = new Date(range.min / 1000);
  const ticks: Tick[] = [];
  let month = Math.ceil((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / step) * step;
  for (let at = monthUs(month); at <= range.max; at = monthUs(month += step)) {
    if (at >= range.min) ticks.push({ at, label: momentLabel(at, DAY_US) });
  }
  return ticks;
}

function monthUs(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12) * 1000;
}

function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((factor) => factor * power >= step * 0.999) ?? 10;
  return factor * power;
}

function tickLabel(at: number, step: number, digits: number): string {
  const size = Math.abs(at);
  if (size >= 1e6 || (size > 0 && step < 1e-4)) return String(Number(at.toPrecision(4)));
  return at.toFixed(digits);
}

function momentLabel(us: number, stepUs: number): string {
  const iso = new Date(us / 1000).toISOString();
  if (stepUs >= DAY_US) return iso.slice(0, 10);
  const clock = iso.slice(11, 16);
  if (stepUs >= MINUTE_US) return us % DAY_US === 0 ? iso.slice(0, 10) : clock;
  return stepUs >= SECOND_US ? iso.slice(11, 19) : iso.slice(11, 23);
}
