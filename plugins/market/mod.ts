/**
 * Order books, trades and bars: what a quant computes of a market. Prices in quote currency, sizes in base
 * currency, times of the exchange; returns are shares, not percent.
 */
import { plugin } from "featurizer";
import { averageTrueRange, ema, macd, relativeStrength } from "./indicators.ts";
import { imbalanceOf, levelBook, messageBook, tickBook } from "./reducers.ts";

export default plugin("market")`
  /// What was bought and sold; side is that of who took the offer.
  source trades {
    symbol    string     key
    ts        timestamp  time
    side      "buy" | "sell"
    price     f64
    amount    f64
    notional  f64        = price * amount
  } lateness 2s

  /// Best bid and ask of one instrument.
  source quotes {
    symbol    string     key
    ts        timestamp  time
    bid       f64
    ask       f64
    bid_size  f64
    ask_size  f64
  } lateness 2s

  /// Changes of an order book, a level a row, as Tardis writes incremental_book_L2: an amount of 0 takes a
  /// level away, rows of a snapshot follow one another.
  source book_updates {
    symbol       string     key
    ts           timestamp  time
    is_snapshot  bool
    side         "bid" | "ask"
    price        f64
    amount       f64
  } lateness 2s

  /// The same as Cryptotick writes LIMITBOOK_FULL: ADD, SUB and MATCH change the size of a level by
  /// entry_sx, SET and SNAPSHOT say it, DELETE ends the level.
  source book_ticks {
    symbol       string     key
    ts           timestamp  time
    update_type  "SNAPSHOT" | "ADD" | "SUB" | "MATCH" | "SET" | "DELETE"
    is_buy       bool
    entry_px     f64
    entry_sx     f64
  } lateness 2s

  /// The same, a message a row, as Cryptofeed and the exchanges send it: a size of 0 takes a level away. A
  /// message follows the one whose sequence is its previous; nulls are not checked. Those up to the sequence
  /// of the book are in it already.
  source book_messages {
    symbol       string     key
    ts           timestamp  time
    is_snapshot  bool
    sequence     i64
    previous     i64
    bids         list<struct{price f64, size f64}>
    asks         list<struct{price f64, size f64}>
  } lateness 2s

  /// The best depth levels of both sides, best first, of book_messages. A row for each message, but no two
  /// within interval. orphans: messages that came without a book and that no later snapshot took up; gaps:
  /// messages that did not follow the last; crossed: rows whose best bid was at or above the best ask; refused: levels that
  /// were none. All count from the beginning of the key.
  feature l2_snapshot(depth = 25, interval = 0s) on book_messages fold ${messageBook} {
    bids        list<struct{price f64, size f64}>
    asks        list<struct{price f64, size f64}>
    is_crossed  bool
    orphans     i64
    gaps        i64
    crossed     i64
    refused     i64
  }

  /// The same of book_updates, a row for each of its rows but those of snapshots, which are not whole yet.
  feature l2_of_updates(depth = 25, interval = 0s) on book_updates fold ${levelBook} {
    bids        list<struct{price f64, size f64}>
    asks        list<struct{price f64, size f64}>
    is_crossed  bool
    orphans     i64
    gaps        i64
    crossed     i64
    refused     i64
  }

  /// The same of book_ticks.
  feature l2_of_ticks(depth = 25, interval = 0s) on book_ticks fold ${tickBook} {
    bids        list<struct{price f64, size f64}>
    asks        list<struct{price f64, size f64}>
    is_crossed  bool
    orphans     i64
    gaps        i64
    crossed     i64
    refused     i64
  }

  /// Best bid and ask of the book.
  feature top_of_book on l2_snapshot(depth: 1) {
    bid      = bids[0].price
    ask      = asks[0].price
    bid_size = bids[0].size
    ask_size = asks[0].size
  }

  /// (bids - asks) / (bids + asks) of the sizes of the first levels of the book, 25 at most, in [-1, 1].
  feature book_imbalance(levels = 5) on l2_snapshot(depth: 25) {
    value = ${imbalanceOf}(bids, asks, levels) as f64
  }

  /// Middle of the spread: (bid + ask) / 2.
  feature mid_price on quotes {
    price = (bid + ask) / 2
  }

  /// Middle weighted by the size on the other side: (bid ask_size + ask bid_size) / (bid_size + ask_size).
  feature micro_price on quotes {
    price = (bid * ask_size + ask * bid_size) / (bid_size + ask_size)
  }

  /// ask - bid.
  feature spread on quotes {
    value = ask - bid
  }

  /// (ask - bid) / middle, a share.
  feature relative_spread on quotes {
    value = 2 * (ask - bid) / (ask + bid)
  }

  /// (bid_size - ask_size) / (bid_size + ask_size) of the best level.
  feature quote_imbalance on quotes {
    value = (bid_size - ask_size) / (bid_size + ask_size)
  }

  /// Open, high, low and close of whole windows, with volume (base), notional (quote), trades, and what
  /// buyers and sellers took. The row is at the window's end.
  feature ohlcv(window = 1m) on trades {
    open     = first(price)
    high     = max(price)
    low      = min(price)
    close    = last(price)
    volume   = sum(amount)
    notional = sum(notional)
    trades   = count()
    bought   = sum(amount) where side == "buy"
    sold     = sum(amount) where side == "sell"
  } over tumbling window

  /// Volume-weighted average price: sum of price amount / sum of amount.
  feature vwap(window = 1m) on trades {
    price = sum(notional) / sum(amount)
  } over window

  /// Trade volume imbalance: 2 (bought - sold) / (bought + sold) of notional, in [-2, 2].
  feature trade_imbalance(window = 1m) on trades {
    let bought = sum(notional) where side == "buy"
    let sold   = sum(notional) where side == "sell"
    tvi = 2 * (bought - sold) / (bought + sold)
  } over window

  /// What one quote adds to the flow: bids that came or were raised less asks that came or were lowered
  /// (Cont, Kukanov and Stoikov 2014, equation 2). Null at the first quote and where a side is missing.
  feature quote_flow on quotes {
    let bids = (if bid >= prev(bid) then bid_size else 0) - (if bid <= prev(bid) then prev(bid_size) else 0)
    let asks = (if ask <= prev(ask) then ask_size else 0) - (if ask >= prev(ask) then prev(ask_size) else 0)
    let missing = is_null(bid + prev(bid) + ask + prev(ask))
    value = if missing then null as f64 else bids - asks
  }

  /// Order flow imbalance: the sum of quote_flow in the window (Cont, Kukanov and Stoikov 2014).
  feature order_flow_imbalance(window = 10s) on quote_flow {
    value = sum(value)
  } over window

  /// Price against the one n rows before, less 1.
  feature returns(n = 1) on mid_price {
    value = price / lag(price, n) - 1
  }

  /// ln(price / the one n rows before).
  feature log_returns(n = 1) on mid_price {
    value = ln(price / lag(price, n))
  }

  /// Sample standard deviation of the middle price, in its units.
  feature volatility(window = 1m) on mid_price {
    value = stddev(price)
  } over window

  /// Square root of the sum of squared log returns of bars in the window (Andersen and Bollerslev 1998);
  /// not annualised.
  feature realised_volatility(bar = 1m, window = 1h) on bar_returns(bar: bar) {
    let squares = sum(log_return * log_return)
    value = sqrt(squares)
  } over window

  /// Returns from close to close of bars. signed is what was bought less what was sold.
  feature bar_returns(bar = 1m) on ohlcv(window: bar) {
    simple     = close / prev(close) - 1
    log_return = ln(close / prev(close))
    change     = close - prev(close)
    signed     = bought - sold
    notional   = notional
  }

  /// Illiquidity: mean of |return| / notional over bars (Amihud 2002); per unit of quote currency.
  feature amihud(bar = 1m, window = 1h) on bar_returns(bar: bar) {
    value = avg(abs(simple) / notional)
  } over window

  /// Change of the traded price, and the one before it.
  feature price_changes on trades {
    change = price - prev(price)
  }

  feature price_change_pairs on price_changes {
    change   = change
    previous = prev(change)
  }

  /// Effective spread 2 sqrt(-cov) of successive price changes (Roll 1984), in the price's units; null where
  /// their covariance is positive.
  feature roll_spread(window = 5m) on price_change_pairs {
    value = 2 * sqrt(-covar(change, previous))
  } over window

  /// Price impact: slope of the bars' price changes over their signed volume (Kyle 1985), quote currency per
  /// base squared.
  feature kyle_lambda(bar = 1m, window = 1h) on bar_returns(bar: bar) {
    let moved = var(signed) where not is_null(change)
    value = covar(change, signed) / moved
  } over window

  /// Mean with weight 2 / (n + 1) on the newest close, begun with the mean of the first n; null before.
  feature ema(n = 20, bar = 1m) on ohlcv(window: bar) fold ${ema} {
    value  f64
  }

  /// Relative strength index, 0 to 100: 100 - 100 / (1 + gains / losses), both smoothed with 1 / n and begun
  /// with the mean of the first n changes (Wilder 1978). 100 where nothing was lost, 50 where nothing moved.
  feature rsi(n = 14, bar = 1m) on ohlcv(window: bar) fold ${relativeStrength} {
    value  f64
  }

  /// ema(fast) - ema(slow) of closes, its own ema over signal bars, and their difference (Appel 1979).
  feature macd(fast = 12, slow = 26, signal = 9, bar = 1m) on ohlcv(window: bar) fold ${macd} {
    line       f64
    signal     f64
    histogram  f64
  }

  /// Mean of n closes and k population deviations beside it (Bollinger 2001); percent_b is where the close
  /// stands between the bands, width their distance over the mean. Null before n bars.
  feature bollinger(n = 20, k = 2, bar = 1m) on ohlcv(window: bar) {
    let isFull = count() over ever >= n
    let mean   = if isFull then avg(close) over last n else null as f64
    let spread = k * stddev_pop(close) over last n
    middle    = mean
    upper     = mean + spread
    lower     = mean - spread
    percent_b = (close - (mean - spread)) / (2 * spread)
    width     = 2 * spread / mean
  }

  /// Average true range: the largest of high - low, |high - close before|, |low - close before|, smoothed
  /// with 1 / n and begun with the mean of the first n (Wilder 1978), in the price's units.
  feature atr(n = 14, bar = 1m) on ohlcv(window: bar) fold ${averageTrueRange} {
    value  f64
  }

  /// Mean and sample deviation of the returns that all symbols have at one instant.
  feature cross_section(bar = 1m) on bar_returns(bar: bar) by () {
    mean    = avg(simple)
    spread  = stddev(simple)
    symbols = count(simple)
  } over 1us every bar

  /// Returns of whole bars, standing at the same instant as their cross section.
  feature sampled_returns(bar = 1m) on bar_returns(bar: bar) {
    simple = last(simple)
  } over 1us every bar

  /// How many sample deviations a symbol's return stands from those of all symbols at the same instant; null
  /// under two symbols.
  feature cross_sectional_zscore(bar = 1m) on sampled_returns(bar: bar)
      join cross_section(bar: bar) as all {
    value   = (simple - all.mean) / all.spread
    symbols = all.symbols
  }

  /// What a trade paid beside the middle of the quote before it, in hundredths of a percent; positive is worse.
  feature slippage on trades join quotes within 10s {
    let middle = (quotes.bid + quotes.ask) / 2
    let paid   = if side == "buy" then price - middle else middle - price
    bps = 10_000 * paid / middle
  }
`;
