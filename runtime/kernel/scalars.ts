/** Bodies of the built-in scalar functions. Null is NaN in and out; generated code calls these by slot. */

type Scalar = (...args: number[]) => number;

const DAY_US = 86_400_000_000;

function floorMod(x: number, y: number): number {
  return x - y * Math.floor(x / y);
}

function least(...values: number[]): number {
  return Math.min(...values);
}

function greatest(...values: number[]): number {
  return Math.max(...values);
}

function partOfDay(unitUs: number, count: number): Scalar {
  return (t) => Math.floor(floorMod(t!, unitUs * count) / unitUs);
}

/** Year, month and day of a UTC time, by the civil-from-days algorithm (eras of 400 years from March). */
function civil(part: "year" | "month" | "day"): Scalar {
  return (t) => {
    const z = Math.floor(t! / DAY_US) + 719_468;
    const era = Math.floor(z / 146_097);
    const dayOfEra = z - era * 146_097;
    const yearOfEra = Math.floor(
      (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
        Math.floor(dayOfEra / 146_096)) / 365,
    );
    const dayOfYear = dayOfEra -
      (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
    const shifted = Math.floor((5 * dayOfYear + 2) / 153);
    if (part === "day") return dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
    const month = shifted < 10 ? shifted + 3 : shifted - 9;
    if (part === "month") return month;
    return yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  };
}

/** Every built-in scalar by name, except `is_null` and `in`, which generated code holds inline. */
export const scalars: Readonly<Record<string, Scalar>> = {
  abs: (x) => Math.abs(x!),
  sign: (x) => Math.sign(x!),
  floor: (x) => Math.floor(x!),
  ceil: (x) => Math.ceil(x!),
  round: (x) => Math.round(x!),
  sqrt: (x) => Math.sqrt(x!),
  cbrt: (x) => Math.cbrt(x!),
  exp: (x) => Math.exp(x!),
  ln: (x) => Math.log(x!),
  log2: (x) => Math.log2(x!),
  log10: (x) => Math.log10(x!),
  pow: (x, y) => Math.pow(x!, y!),
  sin: (x) => Math.sin(x!),
  cos: (x) => Math.cos(x!),
  tan: (x) => Math.tan(x!),
  asin: (x) => Math.asin(x!),
  acos: (x) => Math.acos(x!),
  atan: (x) => Math.atan(x!),
  atan2: (y, x) => Math.atan2(y!, x!),
  least,
  greatest,
  div: (x, y) => Math.floor(x! / y!),
  mod: (x, y) => floorMod(x!, y!),
  clip: (x, low, high) => Math.min(Math.max(x!, low!), high!),
  hour: partOfDay(3_600_000_000, 24),
  minute: partOfDay(60_000_000, 60),
  second: partOfDay(1_000_000, 60),
  day: civil("day"),
  month: civil("month"),
  year: civil("year"),
  weekday: (t) => floorMod(Math.floor(t! / DAY_US) + 3, 7) + 1,
  epoch_seconds: (t) => t! / 1_000_000,
  seconds: (d) => d! / 1_000_000,
};
