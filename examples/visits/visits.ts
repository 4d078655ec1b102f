import { plugin } from "featurizer";
import { z } from "zod";

/** What the shop's own program sends when somebody orders. */
const order = z.object({
  customer: z.string(),
  at: z.date(),
  channel: z.enum(["web", "app"]),
  coupon: z.string().nullable(),
  lines: z.array(z.object({ sku: z.string(), price: z.number(), count: z.int() })),
});

interface Line {
  readonly price: number;
  readonly count: number;
}

/** What a basket costs, in whole cents. */
function worth(lines: readonly Line[]): number {
  return Math.round(lines.reduce((sum, { price, count }) => sum + price * count, 0) * 100) / 100;
}

/** Most days in a row with a purchase. */
const longestStreak = {
  init: (): Set<number> => new Set(),
  add: (days: Set<number>, day: number): Set<number> => days.add(day),
  merge: (older: Set<number>, newer: Set<number>): Set<number> => {
    for (const day of newer) older.add(day);
    return older;
  },
  result: (days: Set<number>): number => {
    let longest = 0;
    for (const day of days) {
      if (days.has(day - 1)) continue;
      let end = day;
      while (days.has(end)) end++;
      longest = Math.max(longest, end - day);
    }
    return longest;
  },
};

interface Card {
  points: number;
}

/** A point for each unit of money; a card of `full` points is a reward, and a new card begins. */
const rewards = {
  init: (): Card => ({ points: 0 }),
  reduce: (card: Card, purchase: { readonly amount: number }, { full }: { full: number }) => {
    card.points += Math.floor(purchase.amount);
    if (card.points < full) return null;
    const number = Math.floor(card.points / full);
    card.points %= full;
    return { number, left: card.points };
  },
};

export default plugin("visits")`
  /// A page that a customer looked at.
  source clicks {
    customer  string     key
    at        timestamp  time
    page      string
  } lateness 1m

  /// An order on the web or in the app.
  source orders ${order} {
    customer  key
    at        time
  }

  /// A purchase in a store.
  source receipts {
    customer  string     key
    at        timestamp  time
    amount    f64
  }

  /// The customer's contract, as it changes; a row that is closed ends it.
  table contracts {
    customer  string     key
    at        timestamp  time
    tier      "basic" | "gold"
    closed    bool       deleted
  }

  /// A visit is over when no click came for half an hour.
  feature visit on clicks {
    clicks   = count()
    pages    = count_distinct(extract(page, "^[^?]+"))
    length   = delta(at)
    landing  = first(extract(page, "^[^?]+"))
    campaign = first(lower(extract(page, "[?&]ref=([A-Za-z]+)")))
  } over session 30m

  /// What was ordered, the lines of the basket with it.
  feature basket on orders {
    channel   = channel as string
    amount    = ${worth}(lines) as f64
    articles  = length(lines)
    first_sku = lines[0].sku
    coupon    = upper(trim(coupon)) ?? "NONE"
  }

  feature ordered on basket {
    channel = channel
    amount  = amount
  }

  feature bought on receipts {
    channel = "store"
    amount  = amount
  }

  /// Whatever the customer bought, wherever.
  feature purchase on union(ordered, bought) {
    channel = channel
    amount  = amount
  }

  feature spending(window = 7d) on purchase {
    purchases  = count() over window
    amount     = sum(amount) over window
    largest    = top(amount, 3) over window
    by_channel = sum(amount) per channel over window
  }

  /// How a purchase compares with what the customer bought before it.
  feature unusual on purchase {
    ratio = amount / avg(amount) over 7d excluding current
  }

  /// The last purchase that was half as large again as usual.
  feature splurge on unusual where ratio >= 1.5 {
    ratio   = ratio
    weekday = weekday(at, "Europe/Berlin")
  }

  /// Days in a row with a purchase.
  feature streak on purchase {
    let day = div(epoch_seconds(start_of(at, "day", "Europe/Berlin") + 12h), 86_400)
    days = ${longestStreak}(day) as i64 over 7d
  }

  /// A reward for each full card of points.
  feature reward(full = 150) on purchase fold ${rewards} {
    /// How many cards this purchase filled.
    number  i64
    /// Points on the new card.
    left    i64
  }

  /// Clicks in the quarter of an hour before an order.
  feature lead on basket join clicks between -15m and 0s {
    page   = extract(clicks.page, "^[^?]+")
    before = basket.at - clicks.at
    amount = amount
  }

  feature led on lead {
    clicks  = count() over 1d
    pages   = top_frequency(page, 2) over 1d
    longest = max(before) over 1d
  }

  /// What the contract gives at a purchase.
  feature discount on purchase join contracts {
    tier  = contracts.tier ?? "basic"
    saved = if contracts.tier == "gold" then amount * 0.1 else 0
  }
`;
