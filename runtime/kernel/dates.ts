/** Bodies of the date functions that take a zone, a unit or a pattern. */
import { civilOf, dateParts, DAY_US, daysOf, floorMod, HOUR_US, weekdayOf } from "./calendar.ts";
import { ZoneClock } from "./zones.ts";

type FromTime<T> = (timeUs: number) => T;

/** `hour(t, zone)` and its like. */
export function zonedPart(name: string, zone: string): FromTime<number> | undefined {
  if (!Object.hasOwn(dateParts, name)) return undefined;
  const part = dateParts[name as keyof typeof dateParts];
  const clock = new ZoneClock(zone);
  return (timeUs) => part(clock.wallUs(timeUs));
}

/** `start_of(t, unit, zone)`: when the hour, day, week, month or year of t began. */
export function startOf(unit: string, zone: string): FromTime<number> {
  const clock = new ZoneClock(zone);
  if (unit === "hour") return (timeUs) => timeUs - floorMod(clock.wallUs(timeUs), HOUR_US);
  const firstDay = FIRST_DAYS[unit];
  if (firstDay === undefined) {
    throw new RangeError(`Cannot start a "${unit}": it is no unit of time`);
  }
  return (timeUs) => clock.momentUs(firstDay(clock.wallUs(timeUs)) * DAY_US);
}

/** The first day of a wall time's day, week, month or year, in days since 1970. */
const FIRST_DAYS: Readonly<Record<string, (wallUs: number) => number>> = {
  day: (wallUs) => Math.floor(wallUs / DAY_US),
  week: (wallUs) => Math.floor(wallUs / DAY_US) - weekdayOf(wallUs) + 1,
  month: (wallUs) => {
    const { year, month } = civilOf(wallUs);
    return daysOf(year, month, 1);
  },
  year: (wallUs) => daysOf(civilOf(wallUs).year, 1, 1),
};

const LETTERS = /yyyy|MM|dd|HH|mm|ss|SSS/g;

/** Letters and what is between them, by turns; begins and ends with what is between. */
function piecesOf(pattern: string): { readonly letters: string[]; readonly between: string[] } {
  return { letters: pattern.match(LETTERS) ?? [], between: pattern.split(LETTERS) };
}

/** `format_time(t, pattern, zone)`. */
export function formatTime(pattern: string, zone: string): FromTime<string> {
  const clock = new ZoneClock(zone);
  const { letters, between } = piecesOf(pattern);
  return (timeUs) => {
    const wallUs = clock.wallUs(timeUs);
    const civil = civilOf(wallUs);
    let text = between[0]!;
    for (let i = 0; i < letters.length; i++) {
      const value = fieldOf(letters[i]!, wallUs, civil);
      text += String(value).padStart(letters[i]!.length, "0") + between[i + 1]!;
    }
    return text;
  };
}

function fieldOf(letters: string, wallUs: number, civil: ReturnType<typeof civilOf>): number {
  switch (letters) {
    case "yyyy":
      return civil.year;
    case "MM":
      return civil.month;
    case "dd":
      return civil.day;
    case "HH":
      return dateParts.hour(wallUs);
    case "mm":
      return dateParts.minute(wallUs);
    case "ss":
      return dateParts.second(wallUs);
    default:
      return Math.floor(floorMod(wallUs, 1_000_000) / 1000);
  }
}

/** `parse_time(s, pattern, zone)`: null where the text is no such time; fields left out are those of 1970. */
export function parseTime(pattern: string, zone: string): (text: string) => number | null {
  const clock = new ZoneClock(zone);
  const { letters, between } = piecesOf(pattern);
  const digits = letters.map(({ length }, i) => `(\\d{${length}})${escaped(between[i + 1]!)}`);
  const shape = new RegExp(`^${escaped(between[0]!)}${digits.join("")}$`);
  const placeOf = (name: string) => letters.indexOf(name) + 1;
  const [year, month, day] = [placeOf("yyyy"), placeOf("MM"), placeOf("dd")];
  const [hour, minute, second] = [placeOf("HH"), placeOf("mm"), placeOf("ss")];
  const thousandth = placeOf("SSS");
  return (text) => {
    const found = shape.exec(text);
    if (found === null) return null;
    const field = (place: number, otherwise: number) =>
      place === 0 ? otherwise : Number(found[place]);
    const dayUs = existingDayUs(field(year, 1970), field(month, 1), field(day, 1));
    const [h, m, s] = [field(hour, 0), field(minute, 0), field(second, 0)];
    if (dayUs === undefined || h > 23 || m > 59 || s > 59) return null;
    const ofDayMs = ((h * 60 + m) * 60 + s) * 1000 + field(thousandth, 0);
    return clock.momentUs(dayUs + ofDayMs * 1000);
  };
}

function existingDayUs(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12) return undefined;
  const us = daysOf(year, month, day) * DAY_US;
  const back = civilOf(us);
  return back.month === month && back.day === day ? us : undefined;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
