/** `E1xx`: text that cannot be read; `E2xx`: names. */
import { describeCode as code, type DiagnosticCode } from "./code.ts";

export const textCodes: readonly DiagnosticCode[] = [
  code(["E101", "A character or name that has no meaning"], {
    advice: "Remove it, or put it in quotes.",
    example: "feature f on quotes { x = bid # }",
  }),
  code(["E102", "A string that cannot be read"], {
    advice: "Close the quotes on the same line; write \\n for a line break.",
    example: 'feature f on trades { x = symbol == "buy\n}',
  }),
  code(["E103", "A number that cannot be read"], {
    advice: "Write 12, 1.5, 1e-3, 1_000, or a duration with its unit: 30s.",
    example: "feature f on quotes { x = bid + 12x }",
  }),
  code(["E104", "Something else was expected here"], {
    advice: "The message says what; often a sign is missing before it.",
    example: "feature f on quotes { x = bid + }",
  }),
  code(["E105", "A reserved word as a name"], {
    advice: "Choose another name.",
    example: "feature f on quotes { in = bid }",
  }),
  code(["E106", "A body that is not closed"], {
    advice: "Write the closing brace.",
    example: "feature f on quotes { x = bid",
  }),
  code(["E107", "The template is not in its module"], {
    advice: "Write the template in the module itself, directly after plugin(…).",
    example: "feature f on quotes { x = bid }",
    formatted: true,
  }),
];

export const nameCodes: readonly DiagnosticCode[] = [
  code(["E201", "A column, parameter or field that is not there"], {
    advice: "Use one of the names that the hint lists.",
    example: "feature f on quotes { x = bdi }",
  }),
  code(["E202", "A stream that is not there"], {
    advice: "Name a source, table, feature or input of this plugin, or plugin.name of another.",
    example: "feature f on quots { x = bid }",
  }),
  code(["E203", "A name that is given twice"], {
    advice: "Rename or remove one of the two; give a joined stream a name with as.",
    example: "feature f on quotes { x = bid, x = ask }",
  }),
  code(["E204", "A parameter that is not there"], {
    advice: "Use a parameter of the feature that is read; sources have none.",
    example: "feature f on quotes(n: 1) { x = bid }",
  }),
  code(["E205", "Features that read each other in a circle"], {
    advice: "Take out one of the reads: a value cannot be computed from itself.",
    example: "feature f on g { x = y }\nfeature g on f { y = x }",
  }),
  code(["E206", "A function that is not there"], {
    advice: "Use a built-in function, or one of your own: ${f}(a, b) as f64.",
    example: "feature f on quotes { x = mena(bid) over 1m }",
  }),
  code(["E207", "A name that is both a parameter and a column"], {
    advice: "Rename the parameter, or write stream.column for the column.",
    example: "feature f(bid = 1) on quotes { x = bid }",
  }),
  code(["E208", "A plugin that is not there"], {
    advice: "Load the plugin too, or correct its name.",
    example: "feature f on markt.quotes { x = bid }",
  }),
  code(["E209", "A name that a key or the time has"], {
    advice: "Choose another name: keys and time are columns of every feature.",
    example: "feature f on quotes { symbol = bid }",
  }),
  code(["E210", "A type that is not there"], {
    advice:
      'Use bool, i32, i64, f32, f64, string, timestamp, duration, "a" | "b" or a nested type.',
    example: "source s { t timestamp time, a float }",
  }),
  code(["E211", "Two plugins of one name"], {
    advice: "Rename one of them.",
    example: "",
    plugins: ["market", "market"],
  }),
  code(["E212", "A plugin's name that cannot be written in the language"], {
    advice: "Use letters, digits and _.",
    example: "",
    plugins: ["two words"],
  }),
  code(["E213", "A chain of features that is too long"], {
    advice: "Compute several steps in one feature: a chain has at most 300.",
    example: Array.from(
      { length: 302 },
      (_, n) => `feature f${n} on ${n === 0 ? "quotes" : `f${n - 1}`} { bid = bid + 1 }`,
    ).join("\n"),
  }),
];
