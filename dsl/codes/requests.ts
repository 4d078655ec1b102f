/** `E8xx`: requests, and features on them. */
import { describeCode as code, type DiagnosticCode } from "./code.ts";

const tx = "request tx { symbol string key, amount f64 }\n";

export const requestCodes: readonly DiagnosticCode[] = [
  code(["E801", "A mark that a column of a request cannot have"], {
    advice: "Leave it out: only key has a meaning, and the time is that of the question.",
    example: "request tx { symbol string key, ts timestamp time }",
  }),
  code(["E802", "A clause that needs rows, on a request"], {
    advice: "Use it in a feature on a source, and join that feature.",
    example: tx + "feature f on tx where amount > 1 { x = amount }",
  }),
  code(["E803", "An aggregate, prev or lag on a request"], {
    advice: "Compute it in a feature on a source, and join that feature.",
    example: tx + "feature f on tx { x = prev(amount) }",
  }),
  code(["E804", "A join within or between on a request"], {
    advice: "Write join alone: it reads the value at the time of the question.",
    example: tx + "feature f on tx join quotes within 1m { x = amount / quotes.bid }",
  }),
  code(["E805", "A join with something that exists only in a question"], {
    advice: "Put the request on the left, and join the other stream to it.",
    example: tx + "feature f on trades join tx { x = price }",
  }),
  code(["E806", "A request in a union"], {
    advice: "Unite sources and features of them.",
    example: tx + "feature f on union(trades, tx) { x = symbol }",
  }),
];
