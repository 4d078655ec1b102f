/** `E5xx`: declarations; `E6xx`: joins and unions. */
import { describeCode as code, type DiagnosticCode } from "./code.ts";

export const declarationCodes: readonly DiagnosticCode[] = [
  code(["E501", "A source or table without a time"], {
    advice: "Mark the column of the event time: ts timestamp time.",
    example: "source s { a f64 }",
  }),
  code(["E502", "A mark on a column of the wrong type"], {
    advice: "The time is a timestamp, a sequence i32 or i64, what deletes is bool.",
    example: "source s { t i64 time }",
  }),
  code(["E503", "Too many marks"], {
    advice: "Mark one time and at most one sequence; a column has one mark.",
    example: "source s { t timestamp time, u timestamp time }",
  }),
  code(["E504", "A clause that is written twice"], {
    advice: "Keep one of the two.",
    example: "source s { t timestamp time } idle 1s idle 2s",
  }),
  code(["E505", "A feature without outputs"], {
    advice: 'Write a statement "name = expression" without let.',
    example: "feature f on trades { let x = price }",
  }),
  code(["E506", "A column that says more than it may here"], {
    advice: "Columns of an input or a fold have a name and a type.",
    example: "input x { v f64 = 2 }",
  }),
  code(["E507", "A table without a key"], {
    advice: "Mark the column that names a row: id string key.",
    example: "table s { t timestamp time, x f64 }",
  }),
  code(["E508", "A deleted column outside a table"], {
    advice: "Declare a table; rows of a source do not replace each other.",
    example: "source s { t timestamp time, gone bool deleted }",
  }),
  code(["E509", "A key that is not a single value"], {
    advice: "Use a scalar column, such as a field computed in a feature below.",
    example: "feature f on books by bids { x = 1 }",
  }),
];

export const joinCodes: readonly DiagnosticCode[] = [
  code(["E601", "A key of the right side that the left side lacks"], {
    advice: "Say what to pair it with: on column == right.key.",
    example: "feature a on trades by side { n = count() over 1m }\n" +
      "feature f on a join quotes { x = n }",
  }),
  code(["E602", "A pair with a column that is no key"], {
    advice: "Pair keys of the right side; by in a feature gives a stream others.",
    example: "feature f on trades join quotes on symbol == quotes.bid { x = price }",
  }),
  code(["E603", "A pair of two types"], {
    advice: "Pair columns of one type; cast one in a feature below.",
    example: "feature f on trades join quotes on price == quotes.symbol { x = price }",
  }),
  code(["E604", "A pair that is not left == right.key"], {
    advice: "Write one column of the left side and one key of the right.",
    example: "feature f on trades join quotes on symbol == trades.symbol { x = price }",
  }),
  code(["E605", "Members of a union that differ"], {
    advice: "Give them equal keys and columns in features of their own.",
    example: "feature f on union(trades, quotes) { x = symbol }",
  }),
  code(["E606", "A member of a union whose rows are made by time"], {
    advice: "Unite the streams first, and use windows or every in a feature on the union.",
    example: "feature a on trades { n = count() } over tumbling 1m\n" +
      "feature f on union(a, a) { x = n }",
  }),
  code(["E608", "An interval that ends before it begins"], {
    advice: "Write the smaller bound first.",
    example: "feature f on trades join quotes between 1s and -1s { x = price }",
  }),
  code(["E609", "Two interval joins in one feature"], {
    advice: "Join the first two streams in a feature of its own.",
    example: "feature f on trades\n" +
      "  join quotes between 0s and 1s join quotes as q between 0s and 1s { x = price }",
  }),
];
