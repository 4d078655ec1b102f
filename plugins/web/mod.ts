/** What a shop, a publisher or an advertiser asks of those who visit: sessions, clicks, funnels, recency. */
import { plugin } from "featurizer";
import { followFunnel } from "./funnel.ts";

export default plugin("web")`
  /// Something a visitor did. A file that lacks a column says it as an attribute.
  source events {
    visitor   string     key
    at        timestamp  time
    kind      "view" | "click" | "cart" | "checkout" | "purchase"
    page      string
    item      string
    campaign  string
    value     f64
  } lateness 5s

  /// One line of a web server's log.
  source requests {
    client  string     key
    at      timestamp  time
    method  string
    path    string
    status  i64
    bytes   f64
    agent   string
  } lateness 5s

  /// A visit from its first event to the last before a pause: its row comes when the pause is over.
  /// bounced: one event and no more.
  feature sessions(gap = 30m) on events {
    events    = count()
    pages     = count_distinct(page)
    started   = first(at)
    ended     = last(at)
    length    = last(at) - first(at)
    landing   = first(page)
    exit      = last(page)
    campaign  = first(campaign)
    purchases = count() where kind == "purchase"
    value     = sum(value) where kind == "purchase"
    bounced   = count() == 1
  } over session gap

  /// What is known of a visitor while the visit goes on.
  feature activity(window = 30m) on events {
    since_previous = at - prev(at)
    events         = count() over window
    pages          = count_distinct(page) over window
    items          = count_distinct(item) over window
    last_pages     = last_k(page, 5) over window
    per_minute     = 60 * rate() over window
  }

  /// Clicks per view of an item: (clicks + prior_clicks) / (views + prior_views), so that an item seen
  /// twice is not the best of all. The defaults say: two clicks in a hundred views, until known better.
  feature click_through(window = 1d, prior_clicks = 2, prior_views = 100) on events by item {
    let clicked = count() where kind == "click"
    let seen    = count() where kind == "view"
    views  = seen
    clicks = clicked
    ctr    = clicked / seen
    rate   = (clicked + prior_clicks) / (seen + prior_views)
  } over window

  /// The same for campaigns, with what was earned.
  feature campaign_results(window = 1d) on events by campaign {
    let clicked = count() where kind == "click"
    let seen    = count() where kind == "view"
    let bought  = count() where kind == "purchase"
    let earned  = sum(value) where kind == "purchase"
    visitors   = count_distinct(visitor)
    views      = seen
    clicks     = clicked
    purchases  = bought
    ctr        = clicked / seen
    conversion = bought / clicked
    revenue    = earned
    per_click  = earned / clicked
  } over window

  /// How far a visitor has come on the way view, click, cart, checkout, purchase: a step counts after the
  /// one before it only, and the way begins anew after a purchase or a pause longer than within.
  feature funnel(within = 1h) on events fold ${followFunnel} {
    step      i64
    name      string
    since     timestamp
    finished  bool
  }

  /// Recency, frequency and worth of a buyer: what was bought in the window, and when last and first.
  feature purchases(window = 365d) on events where kind == "purchase" {
    since_previous = at - prev(at)
    last_at        = max(at) over window
    first_at       = min(at) over window
    frequency      = count() over window
    monetary       = sum(value) over window
    mean           = avg(value) over window
  }

  /// What was bought in the window; read ahead of time it is the label of a model.
  feature bought(window = 1h) on events where kind == "purchase" {
    count = count()
    value = sum(value)
  } over window

  /// How long ago, in days, the visitor bought; null for who never did.
  feature recency on events join purchases {
    days      = seconds(at - purchases.last_at) / 86_400
    frequency = purchases.frequency ?? 0
    monetary  = purchases.monetary ?? 0
  }

  /// Favourites of a visitor, most frequent first, and how narrow the taste is: entropy in bits.
  feature taste(window = 30d) on events {
    items   = top_frequency(item, 5)
    share   = top1_ratio(item)
    entropy = entropy(item)
  } over window

  /// What is read now, over all visitors.
  feature trending(window = 1h) on events by item {
    views    = count() where kind == "view"
    visitors = count_distinct(visitor)
    pace     = decayed_sum(1, 15m)
  } over window

  /// How a client behaves: people read some pages a minute and find them.
  feature client_behaviour(window = 10m) on requests {
    let failed = count() where status >= 400
    let all    = count()
    requests   = all
    paths      = count_distinct(path)
    errors     = failed
    error_rate = failed / all
    bytes      = sum(bytes)
    agents     = count_distinct(agent)
    per_second = rate()
  } over window
`;
