/** US flights of the first half of 2001: what an airport knows about its delays at each moment. */
import { plugin } from "featurizer";
import airports from "../../node_modules/vega-datasets/data/airports.csv" with { type: "text" };

const HOUR_US = 3_600_000_000;

const utcOffsets = readUtcOffsets(airports);

/** Clock of an airport minus UTC in microseconds, estimated: an hour for every 15 degrees of longitude. */
function utcOffset(airport: string): number | null {
  return utcOffsets.get(airport) ?? null;
}

function readUtcOffsets(csv: string): Map<string, number> {
  const [header = [], ...rows] = csv.trim().split(/\r?\n/).map(splitLine);
  const code = header.indexOf("iata");
  const longitude = header.indexOf("longitude");
  return new Map(
    rows.map((row) => [row[code] ?? "", Math.round(Number(row[longitude]) / 15) * HOUR_US]),
  );
}

function splitLine(line: string): string[] {
  const fields = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  return fields.map((field) => field.replace(/,$/, "").replace(/^"(.*)"$/, "$1"));
}

export default plugin("flights")`
  /// A flight at the moment it leaves, at the airport it leaves.
  source departures {
    airport      string     key
    destination  string
    date         timestamp
    distance     f64
    departed     timestamp  time = date - ${utcOffset}(airport) as duration
  } lateness 7h

  /// The same flight at the moment it lands, at the airport where it lands: only now is its delay known.
  /// In the air for half an hour and a minute for every 8 miles.
  source landings {
    airport   string     key
    origin    string
    date      timestamp
    distance  f64
    delay     f64
    landed    timestamp  time = date - ${utcOffset}(origin) as duration + 30m + distance / 8 * 1m
  } lateness 16h

  /// How busy the airport is.
  feature traffic(window = 1h) on departures {
    departures = count()
  } over window

  /// Arrival delays in minutes of the flights that landed in the window.
  feature delays(window = 1h) on landings {
    mean   = avg(delay)
    stddev = stddev(delay)
  } over window

  /// Share of the landed flights that were more than 15 minutes late.
  feature late_share(window = 3h, minutes = 15) on landings {
    let late = count() where delay > minutes
    share = late / count()
  } over window

  /// The largest delay of a day.
  feature worst_delay on landings {
    worst = max(delay) over 24h
  }

  /// The delay of the last flight that landed.
  feature last_landed on landings {
    delay = delay
  }

  /// The label, read an hour ahead: the mean delay of the hour that is then over.
  feature next_hour on landings {
    mean_delay = avg(delay) over 1h
  }

  /// Above 1 when the last hour is worse than the day.
  feature delay_ratio on landings {
    ratio = avg(delay) over 1h / avg(delay) over 24h
  }

  /// The last full hour on the clock.
  feature hourly on landings {
    flights = count()
    mean    = avg(delay)
    worst   = max(delay)
  } over tumbling 1h

  /// How far the mean delay moved within the window: a feature on a feature.
  feature swing(window = 6h) on delays {
    swing = max(mean) - min(mean)
  } over window

  /// A departure with the state of the airport it flies to, as known when it leaves.
  feature outbound on departures join delays as there on destination == there.airport {
    distance         = distance
    destination_mean = there.mean
  }
`;
