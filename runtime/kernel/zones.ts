/** Offsets of time zones, asked of the platform once per day and kept. */
import { DAY_US } from "./calendar.ts";

/** Captured while the module is evaluated: plugins run in a realm whose globals are others. */
const { DateTimeFormat } = Intl;

/** A day of UTC; where the offset changes in it, `changeUs` is the first moment of the new one. */
interface Day {
  readonly before: number;
  readonly after: number;
  readonly changeUs: number;
}

/**
 * The clock of a zone. A zone changes its offset at most once in a day of UTC, and at a whole second, so two
 * questions per day and a bisection on days of change are exact.
 */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #days = new Map<number, Day>();
  #lastDay = NaN;
  #last: Day = { before: 0, after: 0, changeUs: Infinity };

  constructor(zone: string) {
    if (zone === "UTC") return;
    this.#format = new DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** Microseconds that the zone's clock is ahead of UTC. */
  offsetUs(timeUs: number): number {
    if (this.#format === undefined) return 0;
    const day = Math.floor(timeUs / DAY_US);
    if (day !== this.#lastDay) {
      this.#last = this.#dayOf(day);
      this.#lastDay = day;
    }
    return timeUs < this.#last.changeUs ? this.#last.before : this.#last.after;
  }

  /** What the zone's clock shows, as microseconds since it showed 1970. */
  wallUs(timeUs: number): number {
    return timeUs + this.offsetUs(timeUs);
  }

  /** The first moment at which the zone's clock shows the wall's time, or has jumped past it. */
  momentUs(wallUs: number): number {
    const early = wallUs - this.offsetUs(wallUs - DAY_US);
    const late = wallUs - this.offsetUs(wallUs + DAY_US);
    const [first, second] = early < late ? [early, late] : [late, early];
    if (this.wallUs(first) === wallUs) return first;
    return second;
  }

  #dayOf(day: number): Day {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const [fromUs, toUs] = [day * DAY_US, (day + 1) * DAY_US];
    const before = this.#ask(fromUs);
    const after = this.#ask(toUs);
    const changeUs = before === after ? Infinity : this.#changeUs(fromUs, toUs, before);
    const made = { before, after, changeUs };
    this.#days.set(day, made);
    return made;
  }

  #changeUs(fromUs: number, toUs: number, before: number): number {
    let [low, high] = [fromUs / 1e6, toUs / 1e6];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle * 1e6) === before) low = middle;
      else high = middle;
    }
    return high * 1e6;
  }

  #ask(timeUs: number): number {
    const found = { era: "AD", year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
    for (const { type, value } of this.#format!.formatToParts(timeUs / 1000)) {
      if (type === "era") found.era = value;
      else if (Object.hasOwn(found, type)) found[type as "year"] = Number(value);
    }
    const year = found.era.startsWith("B") ? 1 - found.year : found.year;
    const shown = new Date(0);
    shown.setUTCFullYear(year, found.month - 1, found.day);
    shown.setUTCHours(found.hour, found.minute, found.second);
    return shown.getTime() * 1000 - timeUs;
  }
}
