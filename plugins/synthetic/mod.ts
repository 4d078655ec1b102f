/** Signals whose values one knows beforehand: to try a model, a page or a machine on. */
import { plugin } from "featurizer";

export default plugin("synthetic")`
  /// A signal as a generator makes it: a live config fills it with kind synthetic and the generators sine,
  /// random_walk and poisson.
  source signals {
    name   string     key
    at     timestamp  time
    value  f64
  }

  /// base + amplitude sin(2 pi t / period + phase), t counted from 1970: of the times alone.
  feature sine(base = 0, amplitude = 1, period = 1m, phase = 0) on signals {
    let turn = mod(epoch_seconds(at), seconds(period)) / seconds(period)
    value = base + amplitude * sin(6.283185307179586 * turn + phase)
  }

  /// Bid, ask and middle of a market that follows a sine.
  feature sine_mid_price(base = 100, amplitude = 1, period = 1m, spread = 0.02) on signals {
    let turn  = mod(epoch_seconds(at), seconds(period)) / seconds(period)
    let price = base + amplitude * sin(6.283185307179586 * turn)
    price = price
    bid   = price - spread / 2
    ask   = price + spread / 2
  }

  /// Where steps of the signal lead: start and the sum of all values so far.
  feature random_walk(start = 0) on signals {
    value = start + sum(value)
    step  = value
  } over ever

  /// Arrivals: how many in the window, per second, and since the one before.
  feature poisson(window = 1m) on signals {
    count      = count() over window
    per_second = rate() over window
    pause      = at - prev(at)
  }
`;
