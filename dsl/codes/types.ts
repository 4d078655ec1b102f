/** `E3xx`: types. */
import { describeCode as code, type DiagnosticCode } from "./code.ts";

const lets = Array.from({ length: 1100 }, (_, n) => `  let a${n + 1} = a${n} + 1`).join("\n");

export const typeCodes: readonly DiagnosticCode[] = [
  code(["E301", "An operator on values that have none"], {
    advice: "Cast one side (x as f64), or use a function of its type.",
    example: "feature f on trades { x = symbol + 1 }",
  }),
  code(["E302", "Values that cannot be compared"], {
    advice: "Compare values of one type; is_null(x) asks for null.",
    example: "feature f on trades { x = price == symbol }",
  }),
  code(["E303", "A text that an enum column never holds"], {
    advice: "Use one of the values of its type.",
    example: 'feature f on trades { x = side == "by" }',
  }),
  code(["E304", "An argument of the wrong type"], {
    advice: "Pass what the message asks for, or cast it.",
    example: "feature f on trades { x = sqrt(symbol) }",
  }),
  code(["E305", "Too few or too many arguments"], {
    advice: "Call it as the hint shows.",
    example: "feature f on trades { x = pow(price) }",
  }),
  code(["E306", "Values without a common type"], {
    advice: "Cast them to one type.",
    example: "feature f on trades { x = price ?? symbol }",
  }),
  code(["E307", "A condition that is not true or false"], {
    advice: "Compare it with something: x > 0.",
    example: "feature f on trades where price { x = amount }",
  }),
  code(["E308", "A computed column of another type than declared"], {
    advice: "Change the type, or cast the expression.",
    example: "source s { t timestamp time, a i64 = 1 / 2 }",
  }),
  code(["E309", "A rank that is no constant from 0 to 1"], {
    advice: "Write the number, or a parameter that has it.",
    example: "feature f on trades { x = quantile(price, 2) over 1m }",
  }),
  code(["E310", "An expression that nests too deep"], {
    advice: "Compute a part of it in a feature of its own.",
    example: `feature f on quotes {\n  let a0 = bid\n${lets}\n  x = a1100\n}`,
  }),
  code(["E311", "A text that must be a constant"], {
    advice: "Write the pattern, zone or unit in quotes: it is read before the first row.",
    example: "feature f on trades { x = matches(symbol, side) }",
  }),
  code(["E312", "A regular expression that cannot be read"], {
    advice: "Correct it; the syntax is that of JavaScript with the flag u.",
    example: 'feature f on trades { x = matches(symbol, "(") }',
  }),
  code(["E313", "A time zone that is not there"], {
    advice: "Name it as the IANA database does: Europe/Berlin.",
    example: 'feature f on trades { x = hour(ts, "Europe/Berlim") }',
  }),
  code(["E314", "A unit of time that is not there"], {
    advice: "Use hour, day, week, month or year.",
    example: 'feature f on trades { x = start_of(ts, "decade") }',
  }),
  code(["E315", "A time pattern that cannot be read"], {
    advice: "Use yyyy MM dd HH mm ss SSS and signs between them.",
    example: 'feature f on trades { x = format_time(ts, "YYYY-MM-DD") }',
  }),
  code(["E316", "A cast to a type that has no such values"], {
    advice: "Go through a type that both have, as the hint says.",
    example: "feature f on trades { x = ts as bool }",
  }),
  code(["E317", "Access into a value that has no such parts"], {
    advice: "Lists, vectors and maps have elements, structs have fields.",
    example: "feature f on books { x = bids[0.5].price }",
  }),
  code(["E318", "A category that is not a single value"], {
    advice: "Put a scalar after per.",
    example: "feature f on books { x = count() per bids over 1m }",
  }),
];
