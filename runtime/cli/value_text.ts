/** Values as people read them. */

/** Six significant digits, whole numbers in full; a missing value is empty. */
export function numberText(value: number | null): string {
  if (value === null || Number.isNaN(value)) return "";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const short = Number(value.toPrecision(6));
  const size = Math.abs(short);
  return size !== 0 && (size < 1e-4 || size >= 1e15) ? short.toExponential() : String(short);
}

/** `2001-01-02 00:10:00`, UTC, with as much of the fraction as there is. */
export function timeText(us: number): string {
  const [date = "", clock = ""] = new Date(Math.floor(us / 1000)).toISOString().split("T");
  const fraction = String(((us % 1e6) + 1e6) % 1e6).padStart(6, "0").replace(/0+$/, "");
  return `${date} ${clock.slice(0, 8)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Thousands apart: `3,000,000`. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** `980`, `12.3 k`, `1.94 M`. */
export function shortCountText(count: number): string {
  for (const [size, unit] of [[1e9, " G"], [1e6, " M"], [1e3, " k"]] as const) {
    if (count >= size) return `${(count / size).toPrecision(3)}${unit}`;
  }
  return String(Math.round(count));
}

/** `512 B`, `1.5 MB`. */
export function bytesText(bytes: number): string {
  for (const [size, unit] of [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]] as const) {
    if (bytes >= size) return `${(bytes / size).toPrecision(3)} ${unit}`;
  }
  return `${bytes} B`;
}

/** A duration in the largest unit that divides it: `90s`, `16h`, `7d`. */
export function durationText(us: number): string {
  const units = [
    [86_400_000_000, "d"],
    [3_600_000_000, "h"],
    [60_000_000, "m"],
    [1_000_000, "s"],
    [1000, "ms"],
  ] as const;
  for (const [size, unit] of units) {
    if (us !== 0 && us % size === 0) return `${us / size}${unit}`;
  }
  return us === 0 ? "0s" : `${us}us`;
}

/** Time on the wall: `0.42 s`, `12.5 s`, `3:07`. */
export function secondsText(seconds: number): string {
  if (seconds < 60) return `${seconds < 1 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** `1 row`, `2 rows`. */
export function pluralText(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
