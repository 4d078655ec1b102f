import { plugin } from "featurizer";

export default plugin("shop")`
  /// One order of a customer.
  source orders {
    customer  string     key
    ordered   timestamp  time
    amount    f64
  } lateness 5m

  /// What a customer spends within a window.
  feature spending(window = 1h) on orders {
    orders = count()
    total  = sum(amount)
  } over window

  /// How an order compares with the one before it.
  feature step on orders {
    change = amount - prev(amount)
  }
`;
