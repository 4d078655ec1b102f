import assert from "node:assert/strict";
import { formatTime, parseTime, startOf, zonedPart } from "../../../runtime/kernel/dates.ts";
import { dateParts } from "../../../runtime/kernel/calendar.ts";
import { ZoneClock } from "../../../runtime/kernel/zones.ts";
import { callDate } from "../../oracle/dates.ts";
import { Random } from "../../support/random.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "Africa/Casablanca",
];
const YEAR_US = 365.25 * 86_400e6;

function someTimes(random: Random): number[] {
  return Array.from({ length: 60 }, () => Math.floor(random.between(-120, 80) * YEAR_US));
}

Deno.test("date functions with a zone agree with the platform's calendar, in any year", () => {
  const random = new Random(11);
  for (const zone of ZONES) {
    for (const time of someTimes(random)) {
      const place = `${zone} ${new Date(time / 1000).toISOString()}`;
      for (const name of Object.keys(dateParts)) {
        assert.equal(
          zonedPart(name, zone)?.(time),
          callDate(name, [time, zone]),
          `${name} ${place}`,
        );
      }
      for (const unit of ["hour", "day", "week", "month", "year"]) {
        const started = startOf(unit, zone)(time);
        assert.equal(started, callDate("start_of", [time, unit, zone]), `${unit} ${place}`);
      }
      const pattern = "yyyy-MM-dd HH:mm:ss.SSS";
      const text = formatTime(pattern, zone)(time);
      assert.equal(text, callDate("format_time", [time, pattern, zone]), place);
      const back = parseTime(pattern, zone)(text);
      assert.equal(back, callDate("parse_time", [text, pattern, zone]), place);
    }
  }
});

/*  Berlin, 2023-03-26: 01:00 UTC is 02:00 -> 03:00; 2023-10-29: 01:00 UTC is 03:00 -> 02:00. */
Deno.test("ZoneClock changes its offset at the microsecond of the transition", () => {
  const clock = new ZoneClock("Europe/Berlin");
  const spring = Date.UTC(2023, 2, 26, 1) * 1000;
  const autumn = Date.UTC(2023, 9, 29, 1) * 1000;
  const hours = [spring - 1, spring, autumn - 1, autumn].map((us) => clock.offsetUs(us) / 3.6e9);
  assert.deepEqual(hours, [1, 2, 2, 1]);
  const parse = parseTime("yyyy-MM-dd HH:mm", "Europe/Berlin");
  assert.equal(parse("2023-03-26 02:30"), spring + 30 * 60e6, "a skipped time is that much later");
  assert.equal(parse("2023-10-29 02:30"), autumn - 30 * 60e6, "of two such times the first");
  assert.equal(startOf("day", "Europe/Berlin")(spring), Date.UTC(2023, 2, 25, 23) * 1000);
});

Deno.test("parseTime() takes exactly its pattern and only days that exist", () => {
  const parse = parseTime("dd.MM.yyyy", "UTC");
  assert.equal(parse("29.02.2024"), Date.UTC(2024, 1, 29) * 1000);
  for (const text of ["29.02.2023", "1.1.2023", "01.13.2023", "00.01.2023", "01.01.2023 ", ""]) {
    assert.equal(parse(text), null, text);
  }
  assert.equal(parseTime("HH:mm", "UTC")("24:00"), null);
  assert.equal(parseTime("HH", "UTC")("05"), 5 * 3.6e9);
});

Deno.test("weeks are those of ISO 8601", () => {
  const weekOf = (y: number, m: number, d: number) => dateParts.week(Date.UTC(y, m - 1, d) * 1000);
  assert.deepEqual([weekOf(2021, 1, 3), weekOf(2021, 1, 4), weekOf(2020, 12, 31)], [53, 1, 53]);
  assert.deepEqual([weekOf(2018, 12, 31), weekOf(2016, 1, 1)], [1, 53]);
});
