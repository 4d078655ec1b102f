/** What a fraud model asks of a card: how fast, how much, where, with what and with whom. */
import { plugin } from "featurizer";

export default plugin("payments")`
  /// A payment when it is authorised. A file that lacks a column says it as an attribute.
  source payments {
    card      string     key
    at        timestamp  time
    amount    f64
    merchant  string
    country   string
    device    string
    approved  bool
  } lateness 2s

  /// Where a card was used. Degrees, north and east positive.
  source places {
    card  string     key
    at    timestamp  time
    lat   f64
    lon   f64
  } lateness 2s

  /// A payment that its holder disputed, when the bank hears of it.
  source chargebacks {
    card      string     key
    at        timestamp  time
    merchant  string
    amount    f64
  } lateness 2s

  /// How fast payments follow one another: counts of three windows, this payment included. pace is
  /// the rate of the short window in units of that of the long one: 1 is steady, null never.
  feature velocity(short = 10m, medium = 1h, long = 1d) on payments {
    since_previous = at - prev(at)
    in_short       = count() over short
    in_medium      = count() over medium
    in_long        = count() over long
    pace           = rate() over short / rate() over long
    declined       = count() where not approved over medium
  }

  /// How the amount compares with what the card spent in the window before it. share is of all that,
  /// this payment included; ratio and deviations are null for the first, and where nothing varies.
  feature spend(window = 30d) on payments {
    let before = avg(amount) over window excluding current
    let spread = stddev(amount) over window excluding current
    amount = amount
    let all = sum(amount) over window
    total      = all
    mean       = avg(amount) over window
    largest    = max(amount) over window
    ratio      = amount / before
    deviations = (amount - before) / spread
    share      = amount / all
  }

  /// How many different merchants, countries and devices the window has, exactly.
  feature variety(window = 1d) on payments {
    merchants = count_distinct(merchant)
    countries = count_distinct(country)
    devices   = count_distinct(device)
  } over window

  /// How often the card has paid at this merchant before; is_new at the first time in the window.
  feature merchant_history(window = 90d) on payments by card, merchant {
    let seen = count() over window excluding current
    before   = seen
    is_new   = seen == 0
    previous = prev(at)
  }

  /// How often the card has been used with this device before; is_new at the first time in the window.
  feature device_history(window = 90d) on payments by card, device {
    let seen = count() over window excluding current
    before   = seen
    is_new   = seen == 0
    previous = prev(at)
  }

  /// How often the card has paid in this country before; is_new at the first time in the window.
  feature country_history(window = 90d) on payments by card, country {
    let seen = count() over window excluding current
    before   = seen
    is_new   = seen == 0
    previous = prev(at)
  }

  /// A payment with what is new about it.
  feature novelty(window = 90d) on payments
      join merchant_history(window: window) as merchants
      on card == merchants.card and merchant == merchants.merchant
      join device_history(window: window) as devices
      on card == devices.card and device == devices.device
      join country_history(window: window) as countries
      on card == countries.card and country == countries.country {
    new_merchant = merchants.is_new
    new_device   = devices.is_new
    new_country  = countries.is_new
    new_things   = (merchants.is_new as i64 ?? 0) + (devices.is_new as i64 ?? 0)
        + (countries.is_new as i64 ?? 0)
  }

  /// What one device does: many cards on one device is the mark of a thief's list.
  feature device_use(window = 1d) on payments by device {
    cards    = count_distinct(card)
    payments = count()
    declined = count() where not approved
    total    = sum(amount)
  } over window

  /// What one merchant sees.
  feature merchant_use(window = 1d) on payments by merchant {
    cards    = count_distinct(card)
    payments = count()
    mean     = avg(amount)
    median   = median(amount)
    declined = count() where not approved
  } over window

  /// Payments too small to hurt, as a thief makes them to see whether a card works, and what came
  /// after them: seen is how many stand in the window before this payment.
  feature probing(small = 2, window = 1h) on payments {
    let small_ones = count() where amount <= small over window excluding current
    seen     = small_ones
    is_large = amount > 50 * small
    suspect  = small_ones >= 2 and amount > 50 * small
  }

  /// Kilometres between two uses on a sphere of 6,371 km (haversine), and the speed that it takes to
  /// be at both: above 900 km/h no traveller is. Null at the first; speed is null where no time passed.
  feature geo_speed on places {
    let from_lat = prev(lat) / 180 * 3.141592653589793
    let from_lon = prev(lon) / 180 * 3.141592653589793
    let to_lat   = lat / 180 * 3.141592653589793
    let to_lon   = lon / 180 * 3.141592653589793
    let north    = sin((to_lat - from_lat) / 2)
    let east     = sin((to_lon - from_lon) / 2)
    let arc      = least(1, north * north + cos(from_lat) * cos(to_lat) * east * east)
    let distance = 2 * 6_371 * asin(sqrt(arc))
    km    = distance
    hours = seconds(at - prev(at)) / 3_600
    kmh   = distance / (seconds(at - prev(at)) / 3_600)
  }

  /// When of the day and week, as points on a circle; night is from 0 to 6 o'clock UTC.
  feature moment on payments {
    let day_angle  = 6.283185307179586 * (hour(at) + minute(at) / 60) / 24
    let week_angle = 6.283185307179586 * (weekday(at) - 1) / 7
    hour_sin    = sin(day_angle)
    hour_cos    = cos(day_angle)
    weekday_sin = sin(week_angle)
    weekday_cos = cos(week_angle)
    is_night    = hour(at) < 6
  }

  /// What came back of a card's payments: read ahead of time it is the label of a fraud model.
  feature disputed(window = 30d) on chargebacks {
    count = count()
    total = sum(amount)
  } over window

  /// What came back of a merchant's payments, known when the bank hears of it.
  feature disputes(window = 90d) on chargebacks by merchant {
    count = count()
    total = sum(amount)
  } over window

  /// Disputes of the merchant for each payment there.
  feature merchant_risk(window = 90d) on payments
      join disputes(window: window) as disputed on merchant == disputed.merchant
      join merchant_use(window: window) as used on merchant == used.merchant {
    rate = (disputed.count ?? 0) / used.payments
    lost = disputed.total ?? 0
  }

  /// A payment that waits for its answer.
  request checkout {
    card      string  key
    amount    f64
    merchant  string
    device    string
  }

  /// The payment that waits, against all that is known of its card, device and merchant.
  feature checkout_risk(window = 30d) on checkout
      join spend(window: window) as spend
      join merchant_history as merchants on card == merchants.card and merchant == merchants.merchant
      join device_history as devices on card == devices.card and device == devices.device {
    ratio        = amount / spend.mean
    above_max    = amount > spend.largest
    new_merchant = merchants.is_new
    new_device   = devices.is_new
  }
`;
