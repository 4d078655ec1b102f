/** The flights example computed again, from its README alone: one value at a time, over all rows. */
import { asFlat, SymbolTable } from "../../runtime/arrow/mod.ts";
import { openReader } from "../../runtime/source/mod.ts";

/** An airport's events in order of time. */
interface Events {
  readonly departuresUs: number[];
  readonly landings: { readonly timeUs: number; readonly delay: number }[];
}

export interface FlightsByHand {
  /** What the set's columns must hold for an airport at a time. */
  values(airport: string, timeUs: number): Readonly<Record<string, number | null>>;
  readonly lateLandings: number;
  readonly lastLandingUs: number;
}

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
const LATENESS_US = 16 * HOUR_US;

/** Reads all flights and the airports' longitudes. */
export async function readFlightsByHand(dataFolder: string): Promise<FlightsByHand> {
  const offsets = readOffsets(`${dataFolder}/airports.csv`);
  const airports = new Map<string, Events>();
  const eventsOf = (airport: string) => {
    const known = airports.get(airport);
    if (known !== undefined) return known;
    const events: Events = { departuresUs: [], landings: [] };
    airports.set(airport, events);
    return events;
  };
  let lateLandings = 0;
  let lastLandingUs = -Infinity;
  for await (const flight of readFlights(`${dataFolder}/flights-3m.parquet`)) {
    const departedUs = flight.dateUs - (offsets.get(flight.origin) ?? NaN) * HOUR_US;
    const landedUs = departedUs + 30 * MINUTE_US + Math.floor(flight.distance / 8 * MINUTE_US);
    eventsOf(flight.origin).departuresUs.push(departedUs);
    if (landedUs < lastLandingUs - LATENESS_US) lateLandings++;
    else eventsOf(flight.destination).landings.push({ timeUs: landedUs, delay: flight.delay });
    lastLandingUs = Math.max(lastLandingUs, landedUs);
  }
  for (const { landings } of airports.values()) landings.sort((a, b) => a.timeUs - b.timeUs);
  return {
    lateLandings,
    lastLandingUs,
    values: (airport, timeUs) => valuesAt(eventsOf(airport), timeUs),
  };
}

function valuesAt({ departuresUs, landings }: Events, timeUs: number) {
  const delaysIn = (fromUs: number, toUs: number) =>
    landings.filter(({ timeUs }) => timeUs > fromUs && timeUs <= toUs).map(({ delay }) => delay);
  const hour = delaysIn(timeUs - HOUR_US, timeUs);
  const threeHours = delaysIn(timeUs - 3 * HOUR_US, timeUs);
  const day = delaysIn(timeUs - 24 * HOUR_US, timeUs);
  const late = threeHours.filter((delay) => delay > 15).length;
  return {
    "traffic.departures": departuresUs.filter((us) => us > timeUs - HOUR_US && us <= timeUs).length,
    "delay_1h.mean": mean(hour),
    "delay_1h.stddev": stddev(hour),
    "delay_3h.mean": mean(threeHours),
    "delay_3h.stddev": stddev(threeHours),
    "late_share.share": threeHours.length === 0 ? null : late / threeHours.length,
    "worst_delay.worst": day.length === 0 ? null : Math.max(...day),
    "last_landed.delay": landings.findLast((landing) => landing.timeUs <= timeUs)?.delay ?? null,
    "delay_ratio.ratio": finite((mean(hour) ?? NaN) / (mean(day) ?? NaN)),
    ...lastFullHour(landings, timeUs),
    "label.next_hour.mean_delay": mean(delaysIn(timeUs, timeUs + HOUR_US)),
  };
}

/** The newest hour on the clock that is over and had a landing. */
function lastFullHour(landings: Events["landings"], timeUs: number) {
  const nowHour = Math.floor(timeUs / HOUR_US);
  const last = landings.findLast((landing) => Math.floor(landing.timeUs / HOUR_US) < nowHour);
  const hour = last === undefined ? NaN : Math.floor(last.timeUs / HOUR_US);
  const delays = landings
    .filter((landing) => Math.floor(landing.timeUs / HOUR_US) === hour)
    .map(({ delay }) => delay);
  const isThere = delays.length > 0;
  return {
    "hourly.flights": isThere ? delays.length : null,
    "hourly.mean": mean(delays),
    "hourly.worst": isThere ? Math.max(...delays) : null,
  };
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function stddev(values: readonly number[]): number | null {
  const center = mean(values);
  if (center === null || values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function readOffsets(path: string): Map<string, number> {
  const lines = Deno.readTextFileSync(path).trim().split("\n").slice(1);
  return new Map(lines.map((line) => {
    const longitude = Number(line.slice(line.lastIndexOf(",") + 1));
    return [line.slice(0, line.indexOf(",")), Math.round(longitude / 15)];
  }));
}

async function* readFlights(path: string) {
  const symbols = new SymbolTable();
  const column = (name: string, kind: "timestamp" | "f64" | "string") => ({
    name,
    from: name,
    type: { kind },
  });
  const reader = await openReader({
    paths: [path],
    symbols,
    columns: [
      column("date", "timestamp"),
      column("distance", "f64"),
      column("delay", "f64"),
      column("origin", "string"),
      column("destination", "string"),
    ],
  });
  try {
    for (let block = await reader.read(); block !== undefined; block = await reader.read()) {
      const [date, distance, delay, origin, destination] = block.batch.columns.map(asFlat);
      for (let row = 0; row < block.batch.length; row++) {
        yield {
          dateUs: date?.[row] ?? NaN,
          distance: distance?.[row] ?? NaN,
          delay: delay?.[row] ?? NaN,
          origin: symbols.text(origin?.[row] ?? -1),
          destination: symbols.text(destination?.[row] ?? -1),
        };
      }
    }
  } finally {
    await reader.close();
  }
}
