/** `E4xx`: windows, aggregates, constants and clauses of time. */
import { describeCode as code, type DiagnosticCode } from "./code.ts";

export const windowCodes: readonly DiagnosticCode[] = [
  code(["E401", "An aggregate without a window"], {
    advice: "Write over 1m, last 100 or ever after it, or over … after the feature's body.",
    example: "feature f on trades { x = sum(price) }",
  }),
  code(["E402", "Closed windows mixed with others"], {
    advice: "Use one closed window for all aggregates of a feature, or split it in two.",
    example: "feature f on trades { x = count() over 1m, y = count() over tumbling 1m }",
  }),
  code(["E403", "A row's value under a closed window"], {
    advice: "Say which of the window's values is meant: last(x), first(x).",
    example: "feature f on trades { x = price - first(price) } over tumbling 1m",
  }),
  code(["E404", "An aggregate inside prev or lag"], {
    advice: "Compute it in a feature of its own and take prev or lag there.",
    example: "feature f on trades { x = prev(count() over 1m) }",
  }),
  code(["E405", "An aggregate inside an aggregate"], {
    advice: "Compute the inner one in a feature of its own.",
    example: "feature f on trades { x = max(count() over 1m) over 1h }",
  }),
  code(["E406", "An aggregate where one row is looked at"], {
    advice: "Compute it in a feature below and use its column here.",
    example: "feature f on trades where count() > 1 { x = price }",
  }),
  code(["E407", "A duration that is missing, too short or none"], {
    advice: "Write a number with its unit: 500us 20ms 5s 1m 2h 7d.",
    example: "feature f on trades { x = count() over 0s }",
  }),
  code(["E408", "A number that must be a constant of another size"], {
    advice:
      "Write a whole number from 1, or a parameter that has one; `last n` and `lag` keep up to 1000000.",
    example: "feature f on trades { x = count() over last 0 }",
  }),
  code(["E409", "prev or lag in a source"], {
    advice: "Use it in a feature: a source knows one row at a time.",
    example: "source s { t timestamp time, a f64, b f64 = prev(a) }",
  }),
  code(["E410", "A window without any aggregate"], {
    advice: "Leave the window out, or aggregate.",
    example: "feature f on trades { x = price } over 1m",
  }),
  code(["E411", "A constant that is none"], {
    advice: "Write a number, duration, parameter or hole.",
    example: "feature f on trades { x = count() over -true }",
  }),
  code(["E412", "excluding current over a closed window"], {
    advice: "Leave it out: a closed window has no current row.",
    example: "feature f on trades { x = count() over tumbling 1m excluding current }",
  }),
  code(["E413", "A rate over a window without a length of time"], {
    advice: "Use a sliding, tumbling or hopping window.",
    example: "feature f on trades { x = rate() over last 5 }",
  }),
  code(["E414", "All values collected over ever"], {
    advice: "Use a window that ends, or last_k(x, n).",
    example: "feature f on trades { x = collect(price) over ever }",
  }),
  code(["E415", "every where rows have times of their own"], {
    advice: "Leave every out; a closed window and a fold say themselves when they have a row.",
    example: "feature f on trades { x = count() } over tumbling 1m every 1m",
  }),
  code(["E416", "A window on a fold"], {
    advice: "Leave it out: the reducer decides what it keeps.",
    example: "feature f on trades fold ${reducer} { n i64 } over 1m",
  }),
];
