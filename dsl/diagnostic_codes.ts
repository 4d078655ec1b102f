/** All codes of diagnostics, with what to do about each and a text that gives it. */
import type { DiagnosticCode } from "./codes/code.ts";
import { declarationCodes, joinCodes } from "./codes/declarations.ts";
import { holeCodes } from "./codes/holes.ts";
import { requestCodes } from "./codes/requests.ts";
import { nameCodes, textCodes } from "./codes/text.ts";
import { typeCodes } from "./codes/types.ts";
import { windowCodes } from "./codes/windows.ts";

export type { DiagnosticCode } from "./codes/code.ts";

/** What stands above every example. */
export const sampleSources =
  `source quotes { symbol string key, ts timestamp time, bid f64, ask f64 }
source trades {
  symbol string key, ts timestamp time, side "buy" | "sell", price f64, amount i64
}
source books { symbol string key, ts timestamp time, bids list<struct{price f64, size f64}> }
`;

/** The values of the holes in examples, as TypeScript. */
export const sampleHoles: ReadonlyMap<string, string> = new Map([
  ["f", "(x: number) => 2 * x"],
  ["reducer", "(state, row) => ({ n: 1 })"],
  ["schema", "z.object({ t: z.date(), f: z.function() })"],
  ["aggregate", "{ init: () => 0, add: (sum, x) => sum + x, result: (sum) => sum }"],
]);

const groups: readonly (readonly [title: string, codes: readonly DiagnosticCode[]])[] = [
  ["Text", textCodes],
  ["Names", nameCodes],
  ["Types", typeCodes],
  ["Windows, aggregates and times", windowCodes],
  ["Declarations", declarationCodes],
  ["Joins and unions", joinCodes],
  ["Holes, parameters and requests", holeCodes],
  ["Values that the question brings", requestCodes],
];

/** Every code by its name. */
export const diagnosticCodes: ReadonlyMap<string, DiagnosticCode> = new Map(
  groups.flatMap(([, codes]) => codes.map((code) => [code.code, code] as const)),
);

/** The table as a page of documentation. */
export function renderDiagnosticCodes(): string {
  const holes = [...sampleHoles].map(([name, value]) => `const ${name} = ${value};`);
  const blocks = [
    "# Diagnostics",
    "Each mistake has a code, a place with a frame, and often a hint. Codes are stable.",
    "Every example stands below these sources and holes:",
    fence(sampleSources),
    fence(holes.join("\n")),
    ...groups.flatMap(([title, codes]) => [`## ${title}`, ...codes.map(renderCode)]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const longestExample = 12;

function renderCode(code: DiagnosticCode): string {
  const lines = code.example.split("\n");
  const shown = lines.length <= longestExample
    ? code.example
    : [...lines.slice(0, 4), "…", ...lines.slice(-2)].join("\n");
  const parts = [`### ${code.code}: ${code.title}`, code.advice];
  if (code.request !== undefined) parts.push(`When \`${code.request}\` is asked for:`);
  if (code.plugins !== undefined) {
    parts.push(`In plugins called ${code.plugins.map((name) => `"${name}"`).join(" and ")}.`);
  }
  if (code.formatted === true) {
    parts.push("When the plugin is formatted and its text is not in the file:");
  }
  if (shown !== "") parts.push(fence(shown));
  return parts.join("\n\n");
}

function fence(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}
