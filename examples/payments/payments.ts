/** Card payments: what a fraud model asks of a card while the customer waits at the till. */
import { plugin } from "featurizer";

export default plugin("payments")`
  /// A payment at the moment it is authorised.
  source payments {
    card      string     key
    at        timestamp  time
    merchant  string
    country   string
    amount    f64
  } lateness 2s

  /// A card that its bank has blocked, or opened again.
  source blocks {
    card     string     key
    at       timestamp  time
    blocked  bool
  }

  /// How much a card spends, and on what.
  feature spend(window = 1h) on payments {
    total      = sum(amount)
    count      = count()
    mean       = avg(amount)
    largest    = max(amount)
    merchants  = count_distinct(merchant)
  } over window

  /// How fast payments follow one another.
  feature velocity on payments {
    since_previous = at - prev(at)
    last_minute    = count() over 1m
    last_hour      = count() over 1h
    countries      = count_distinct(country) over 1h
  }

  /// What a card spends minute by minute.
  feature by_minute on payments {
    total = sum(amount)
    count = count()
  } over tumbling 1m

  /// A payment of a card that is blocked when it pays.
  feature refused on payments join blocks {
    amount  = amount
    blocked = blocks.blocked ?? false
  }

  /// What the till asks before it lets a payment through.
  request checkout {
    card    string  key
    amount  f64
  }

  /// How the amount compares with what the card spends.
  feature unusual on checkout join spend join blocks {
    ratio   = amount / spend.mean
    blocked = blocks.blocked ?? false
  }
`;
