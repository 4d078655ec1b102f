/**
 * Transforms of any feature: bind `x`, `label` or `clock` to a column, `transforms.diff(x: mid_price.price)`, or in
 * a config with `deps: [mid_price.price]`.
 *
 * What is fitted is fitted on the rows of the window up to the row itself, never on later ones, so a set has the
 * values that a live stream had. A window of 36_500d is all of the past. Where scikit-learn or pandas has the
 * transform, its meaning is kept, and the doc names it.
 */
import { plugin } from "featurizer";
import { oneHot } from "./one_hot.ts";
import { rankAmongLast } from "./rank.ts";

export default plugin("transforms")`
  /// A number.
  input x { value f64 }

  /// A category.
  input label { value string }

  /// A time, such as that of a stream's rows, as in hour_cycle(clock: trades.ts).
  input clock { instant timestamp }

  /// x less x n rows before, in units of x; null for the first n rows. pandas diff.
  feature diff(n = 1) on x {
    value = value - lag(value, n)
  }

  /// x / x n rows before - 1, a share; null for the first n rows and after a zero. pandas pct_change.
  feature pct_change(n = 1) on x {
    value = value / lag(value, n) - 1
  }

  /// ln(x / x n rows before); null for the first n rows and where the quotient is not positive.
  feature log_change(n = 1) on x {
    value = ln(value / lag(value, n))
  }

  /// x n rows before; null for the first n rows. pandas shift.
  feature lag(n = 1) on x {
    value = lag(value, n)
  }

  /// (x - min) / (max - min) of the window, stretched to low … high; low where the window has one value,
  /// null for a null. scikit-learn MinMaxScaler.
  feature min_max_scaling(window = 30d, low = 0, high = 1) on x {
    let least = min(value)
    let range = max(value) - least
    value = low + (high - low) * (value - least) / (if range == 0 then 1 else range)
  } over window

  /// (x - mean) / standard deviation of the window, over n as scikit-learn's StandardScaler; 0 where the
  /// window has one value.
  feature standard_scaling(window = 30d) on x {
    let spread = stddev_pop(value)
    value = (value - avg(value)) / (if spread == 0 then 1 else spread)
  } over window

  /// (x - median) / (q75 - q25) of the window, quantiles linear between ranks; x - median where they are
  /// equal. scikit-learn RobustScaler. Holds every value of the window.
  feature robust_scaling(window = 7d) on x {
    let range = quantile(value, 0.75) - quantile(value, 0.25)
    value = (value - median(value)) / (if range == 0 then 1 else range)
  } over window

  /// How many sample standard deviations x stands from the mean of the window's rows before it; null under
  /// two of them, and where they are all equal.
  feature zscore(window = 1d) on x {
    let mean   = avg(value) over window excluding current
    let spread = stddev(value) over window excluding current
    value = (value - mean) / spread
  }

  /// Mean in which a row's weight halves every halving, in units of x. pandas ewm(halflife, times).
  feature ewma(halving = 10m) on x {
    value = ewma(value, halving)
  }

  /// x no smaller than low and no greater than high. pandas clip.
  feature clip(low = -3, high = 3) on x {
    value = clip(value, low, high)
  }

  /// ln(x + shift); null where that is not positive. shift: 1 is numpy's log1p.
  feature log(shift = 0) on x {
    value = ln(value + shift)
  }

  /// sign(x) ln(1 + |x|): a logarithm for numbers of both signs.
  feature signed_log on x {
    value = sign(value) * ln(1 + abs(value))
  }

  /// Place of x among the last n values, itself among them: mean rank of its equals over their number, in
  /// (0, 1]; null for a null, which does not count. pandas rolling(n).rank(pct=True).
  feature rank(n = 1_000) on x fold ${rankAmongLast} {
    value  f64
  }

  /// Which of count bins of equal width between low and high, from 0; what is beyond goes into the last one
  /// on that side. scikit-learn KBinsDiscretizer(strategy="uniform"), with the range given.
  feature bins(low = 0, high = 1, count = 10) on x {
    value = clip(floor((value - low) / (high - low) * count), 0, count - 1) as i64
  }

  /// Which quarter of the window's values, 0 to 3: how many of the quartiles x is above. Holds every value.
  feature quartile(window = 7d) on x {
    value = (value > quantile(value, 0.25)) as i64 + (value > median(value)) as i64
        + (value > quantile(value, 0.75)) as i64
  } over window

  /// A 1 in the place of the category among categories, which are parted by commas, and 0 elsewhere; null and
  /// categories not named are 0 everywhere. scikit-learn OneHotEncoder(handle_unknown="ignore").
  feature one_hot(categories = "") on label {
    value = ${oneHot}(value ?? "", categories) as list<f64>
  }

  /// 1 for one category, 0 for the others and for null: a column of a one-hot code.
  feature is_category(category = "") on label {
    value = if value == category then 1 else 0
  }

  /// x, and fill where it is null. scikit-learn SimpleImputer(strategy="constant").
  feature impute(fill = 0) on x {
    value    = value ?? fill
    was_null = is_null(value)
  }

  /// x, and where it is null the last one that was not. pandas ffill.
  feature impute_last on x {
    value    = value ?? last(value) over ever
    was_null = is_null(value)
  }

  /// x, and where it is null the mean of the window. scikit-learn SimpleImputer(strategy="mean").
  feature impute_mean(window = 30d) on x {
    value    = value ?? avg(value) over window
    was_null = is_null(value)
  }

  /// x, and where it is null the median of the window. scikit-learn SimpleImputer(strategy="median").
  feature impute_median(window = 7d) on x {
    value    = value ?? median(value) over window
    was_null = is_null(value)
  }

  /// Sines and cosines of the time within a period that began with 1970, once, twice and three times round.
  feature fourier(period = 1d) on clock {
    let angle = 6.283185307179586 * mod(epoch_seconds(instant), seconds(period)) / seconds(period)
    sin1 = sin(angle)
    cos1 = cos(angle)
    sin2 = sin(2 * angle)
    cos2 = cos(2 * angle)
    sin3 = sin(3 * angle)
    cos3 = cos(3 * angle)
  }

  /// The hour of the day on a circle, minutes and seconds included; midnight is (0, 1).
  feature hour_cycle(zone = "UTC") on clock {
    let angle = 6.283185307179586 *
        (hour(instant, zone) + minute(instant, zone) / 60 + second(instant, zone) / 3_600) / 24
    sin = sin(angle)
    cos = cos(angle)
  }

  /// The day of the week on a circle; Monday is (0, 1).
  feature weekday_cycle(zone = "UTC") on clock {
    let angle = 6.283185307179586 * (weekday(instant, zone) - 1) / 7
    sin = sin(angle)
    cos = cos(angle)
  }

  /// The day of the year on a circle of 365.25 days; the first of January is (0, 1).
  feature year_cycle(zone = "UTC") on clock {
    let angle = 6.283185307179586 * (day_of_year(instant, zone) - 1) / 365.25
    sin = sin(angle)
    cos = cos(angle)
  }
`;
