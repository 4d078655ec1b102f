/** Date functions, in a zone through the platform's calendar. */
import type { Value } from "./value.ts";

const SECOND_US = 1_000_000;
const DAY_MS = 86_400_000;

/** A moment as a clock on a wall shows it: read it with the UTC getters. */
function wallOf(us: number, zone: string): Date {
  const ms = Math.floor(us / 1000);
  return new Date(ms + offsetMs(ms, zone));
}

function offsetMs(ms: number, zone: string): number {
  if (zone === "UTC") return 0;
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(ms);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    of("year"),
    of("month") - 1,
    of("day"),
    of("hour"),
    of("minute"),
    of("second"),
  );
  return shown - Math.floor(ms / 1000) * 1000;
}

/** The first moment at which the zone's clock shows the wall's time, or has passed it. */
function momentOf(wallMs: number, zone: string): number {
  const offsets = [offsetMs(wallMs - DAY_MS, zone), offsetMs(wallMs + DAY_MS, zone)];
  const candidates = offsets.map((offset) => wallMs - offset);
  const exact = candidates.filter((ms) => ms + offsetMs(ms, zone) === wallMs);
  return 1000 * (exact.length > 0 ? Math.min(...exact) : Math.max(...candidates));
}

function yearDay(wall: Date): number {
  return Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;
}

function weekDay(wall: Date): number {
  return (wall.getUTCDay() + 6) % 7 + 1;
}

/** The week that holds the Thursday of this week. */
function isoWeek(wall: Date): number {
  const thursday = new Date(wall.getTime() + (4 - weekDay(wall)) * DAY_MS);
  return Math.ceil(yearDay(thursday) / 7);
}

const PARTS: Readonly<Record<string, (wall: Date) => number>> = {
  year: (wall) => wall.getUTCFullYear(),
  month: (wall) => wall.getUTCMonth() + 1,
  day: (wall) => wall.getUTCDate(),
  hour: (wall) => wall.getUTCHours(),
  minute: (wall) => wall.getUTCMinutes(),
  second: (wall) => wall.getUTCSeconds(),
  weekday: weekDay,
  day_of_year: yearDay,
  week: isoWeek,
};

function startOf(us: number, unit: string, zone: string): number {
  const wall = wallOf(us, zone);
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  switch (unit) {
    case "hour": {
      const intoMs = wall.getTime() - Math.floor(wall.getTime() / 3_600_000) * 3_600_000;
      return (Math.floor(us / 1000) - intoMs) * 1000;
    }
    case "day":
      return momentOf(Date.UTC(year, month, day), zone);
    case "week":
      return momentOf(Date.UTC(year, month, day - weekDay(wall) + 1), zone);
    case "month":
      return momentOf(Date.UTC(year, month, 1), zone);
    default:
      return momentOf(Date.UTC(year, 0, 1), zone);
  }
}

const LETTERS = /yyyy|MM|dd|HH|mm|ss|SSS/g;

function formatted(us: number, pattern: string, zone: string): string {
  const wall = wallOf(us, zone);
  const ms = Math.floor(us / 1000);
  const values: Readonly<Record<string, number>> = {
    yyyy: wall.getUTCFullYear(),
    MM: wall.getUTCMonth() + 1,
    dd: wall.getUTCDate(),
    HH: wall.getUTCHours(),
    mm: wall.getUTCMinutes(),
    ss: wall.getUTCSeconds(),
    SSS: ms - Math.floor(ms / 1000) * 1000,
  };
  return pattern.replace(
    LETTERS,
    (letters) => String(values[letters]).padStart(letters.length, "0"),
  );
}

function parsed(text: string, pattern: string, zone: string): number | null {
  const letters = pattern.match(LETTERS) ?? [];
  const between = pattern.split(LETTERS).map((part) => RegExp.escape(part));
  const source = between.reduce((all, part, i) => `${all}(\\d{${letters[i - 1]?.length}})${part}`);
  const found = new RegExp(`^${source}$`).exec(text);
  if (found === null) return null;
  const of = (name: string, otherwise: number) => {
    const place = letters.indexOf(name as never);
    return place < 0 ? otherwise : Number(found[place + 1]);
  };
  const [year, month, day] = [of("yyyy", 1970), of("MM", 1), of("dd", 1)];
  const [hour, minute, second] = [of("HH", 0), of("mm", 0), of("ss", 0)];
  const wall = new Date(Date.UTC(year, month - 1, day, hour, minute, second, of("SSS", 0)));
  const isReal = wall.getUTCMonth() === month - 1 && wall.getUTCDate() === day && hour < 24 &&
    minute < 60 && second < 60;
  return isReal ? momentOf(wall.getTime(), zone) : null;
}

/** The result of a date function with its zone, or undefined if there is none of the name. */
export function callDate(name: string, values: readonly Value[]): Value | undefined {
  const [first, second, third] = values;
  const part = PARTS[name];
  if (part !== undefined) return part(wallOf(Number(first), String(second ?? "UTC")));
  const zone = String(third ?? "UTC");
  switch (name) {
    case "start_of":
      return startOf(Number(first), String(second), zone);
    case "format_time":
      return formatted(Number(first), String(second), zone);
    case "parse_time":
      return parsed(String(first), String(second), zone);
    case "seconds":
    case "epoch_seconds":
      return Number(first) / SECOND_US;
    default:
      return undefined;
  }
}
