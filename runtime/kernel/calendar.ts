/** The Gregorian calendar over microseconds since 1970, as a clock on a wall shows them. */

export const HOUR_US = 3_600_000_000;
export const DAY_US = 86_400_000_000;

/** A moment as a wall's clock shows it: years before the first count on to 0 and below. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

type Part = (wallUs: number) => number;

export function floorMod(x: number, y: number): number {
  return x - y * Math.floor(x / y);
}

/** Days since 1970, by the days-from-civil algorithm (eras of 400 years from March). */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

export function civilOf(wallUs: number): Civil {
  const z = Math.floor(wallUs / DAY_US) + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Monday is 1, Sunday 7. */
export function weekdayOf(wallUs: number): number {
  return floorMod(Math.floor(wallUs / DAY_US) + 3, 7) + 1;
}

function dayOfYear(wallUs: number): number {
  return Math.floor(wallUs / DAY_US) - daysOf(civilOf(wallUs).year, 1, 1) + 1;
}

/** The week of ISO 8601 belongs to the year that has its Thursday. */
function isoWeek(wallUs: number): number {
  const thursday = wallUs + (4 - weekdayOf(wallUs)) * DAY_US;
  return Math.ceil(dayOfYear(thursday) / 7);
}

function partOfDay(unitUs: number, count: number): Part {
  return (wallUs) => Math.floor(floorMod(wallUs, unitUs * count) / unitUs);
}

/** Parts of a date by their names in the language. */
export const dateParts = {
  hour: partOfDay(HOUR_US, 24),
  minute: partOfDay(60_000_000, 60),
  second: partOfDay(1_000_000, 60),
  day: (wallUs: number) => civilOf(wallUs).day,
  month: (wallUs: number) => civilOf(wallUs).month,
  year: (wallUs: number) => civilOf(wallUs).year,
  weekday: weekdayOf,
  day_of_year: dayOfYear,
  week: isoWeek,
} satisfies Readonly<Record<string, Part>>;
