/** `E7xx`: holes, parameters, inputs and requests. */
import { describeCode as code, type DiagnosticCode } from "./code.ts";

const needsInput = "input i { v f64 }\nfeature f on i { x = v }";

export const holeCodes: readonly DiagnosticCode[] = [
  code(["E701", "A hole whose value does not fit"], {
    advice: "Call functions and aggregates; put streams after on, reducers after fold.",
    example: "feature f on trades { x = ${f} }",
  }),
  code(["E702", "A call of a hole without its type"], {
    advice: "Say what it returns: ${f}(x) as f64.",
    example: "feature f on trades { x = ${f}(price) }",
  }),
  code(["E703", "A value that a parameter cannot have"], {
    advice: "Pass a value of the type of its default.",
    example: "feature f(w = 1m) on trades { x = w }\nfeature g on f(w: 3) { y = x }",
  }),
  code(["E704", "A formal input to which nothing is bound"], {
    advice: "Bind a feature to it, in deps or where it is read.",
    example: needsInput,
    request: "market.f",
  }),
  code(["E705", "A stream that does not fit a formal input"], {
    advice: "Bind a column of the declared type, and a stream with the declared keys.",
    example: `${needsInput}\nfeature g on f(i: quotes.symbol) { y = x }`,
  }),
  code(["E706", "A feature that is not there, in a config or command"], {
    advice: "Name it plugin.feature.",
    example: "feature f on quotes { x = bid }",
    request: "market.g",
  }),
  code(["E707", "A feature that could not be read"], {
    advice: "Correct the mistakes of its plugin first.",
    example: "feature f on quotes { x = bid # ask }",
    request: "market.f",
  }),
  code(["E709", "A field of a schema that has no type of the language"], {
    advice: "Leave it out of the schema, or change it.",
    example: "source s ${schema} { t time }",
  }),
  code(["E710", "An aggregate of your own that cannot leave rows out"], {
    advice: "Give it merge(a, b), or remove(state, x), for windows that rows leave.",
    example: "feature f on trades { x = ${aggregate}(price) as f64 over 1m }",
  }),
];
