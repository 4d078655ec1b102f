/** What watches over machines, weather and power: how fast, how complete, how unusual. */
import { plugin } from "featurizer";
import { followShift } from "./shift.ts";

export default plugin("sensors")`
  /// One reading of one sensor; null is a reading without a value.
  source readings {
    sensor  string     key
    at      timestamp  time
    value   f64
    hour    i64        = hour(at)
  } lateness 10s

  /// Change since the reading before, and per second: null at the first and where no time passed.
  feature rate_of_change on readings where not is_null(value) {
    change     = value - prev(value)
    since      = at - prev(at)
    per_second = (value - prev(value)) / seconds(at - prev(at))
  }

  /// Least-squares slope of the window, per second, and how well a line tells of it: 1 is exactly.
  feature trend(window = 1h) on readings {
    slope    = slope(value)
    change   = delta(value)
    readings = count(value)
  } over window

  /// The window in numbers; quantiles are linear between ranks.
  feature summary(window = 1h) on readings {
    count  = count(value)
    mean   = avg(value)
    min    = min(value)
    max    = max(value)
    stddev = stddev(value)
    p10    = quantile(value, 0.1)
    median = median(value)
    p90    = quantile(value, 0.9)
  } over window

  /// Pauses. A sensor reports once each expected; a pause of more than tolerated times that is a gap,
  /// and missing is how many readings it swallowed, to the nearest.
  feature gaps(expected = 1m, tolerated = 1.5) on readings {
    let pause = at - prev(at)
    pause   = pause
    is_gap  = pause > expected * tolerated
    missing = if pause > expected * tolerated then round(pause / expected) - 1 else 0
  }

  /// Share of the readings that the window should have, and of those that have a value; 1 is all.
  feature completeness(window = 1h, expected = 1m) on readings {
    readings = count() / (window / expected)
    values   = count(value) / (window / expected)
  } over window

  /// How long the value has stood still: a sensor that says the same for long is broken or frozen.
  feature moved on readings where value != prev(value) or is_null(prev(value)) {
    value = value
  }

  feature stuck on readings join moved {
    since = moved.at
    still = at - moved.at
  }

  /// How far a reading stands from the window before it: in standard deviations; and in spans of the
  /// middle half scaled to them, (x - median) / ((q75 - q25) / 1.349), which outliers do not widen.
  /// Null where nothing varied.
  feature anomaly(window = 1d, limit = 3) on readings {
    let mean   = avg(value) over window excluding current
    let spread = stddev(value) over window excluding current
    let middle = median(value) over window excluding current
    let low    = quantile(value, 0.25) over window excluding current
    let high   = quantile(value, 0.75) over window excluding current
    let robust = 1.349 * (value - middle) / (high - low)
    value      = value
    expected   = middle
    score      = (value - mean) / spread
    robust     = robust
    is_anomaly = abs(robust) > limit
  }

  /// The smooth line of the readings so far, which halves its memory every halving, and what a reading
  /// has beside it.
  feature smooth(halving = 10m) on readings {
    level    = ewma(value, halving)
    residual = value - ewma(value, halving)
  }

  /// Readings out of bounds, and for how much of the window's readings that held.
  feature bounds(low = 0, high = 100, window = 1h) on readings {
    let out = count() where value < low or value > high
    is_out    = value < low or value > high
    out_count = out
    out_share = out / count(value)
  } over window

  /// Shifts of the level (two-sided CUSUM, Page 1954): sums of what exceeds slack beside target, in the
  /// sensor's units; shifted when one passes threshold, from where both begin anew.
  feature shift(target = 0, slack = 0.5, threshold = 5) on readings fold ${followShift} {
    above    f64
    below    f64
    shifted  bool
  }

  /// Readings against their daily round: the mean of this hour of the day in the window's whole hours.
  feature daily_round(window = 7d) on readings
      join same_hour(window: window) as round on sensor == round.sensor and hour == round.hour {
    usual  = round.mean
    beside = value - round.mean
    days   = round.days ?? 0
  }

  feature same_hour(window = 7d) on by_hour by sensor, hour {
    mean = avg(mean)
    days = count()
  } over window

  feature hourly on readings {
    mean  = avg(value)
    count = count(value)
  } over tumbling 1h

  /// Means of whole hours; hour is that of the day in UTC, 0 to 23, in which they were read.
  feature by_hour on hourly {
    hour  = hour(at - 1us)
    mean  = mean
    count = count
  }
`;
