/** Reads the JUnit file that `deno test` writes. */

export interface TestCase {
  readonly file: string;
  readonly name: string;
  readonly seconds: number;
  readonly outcome: "passed" | "failed" | "skipped";
}

/** The cases of a report, steps included, in the order they ran. */
export function parseJunit(xml: string): TestCase[] {
  return [...xml.matchAll(TEST_CASE)].map(([, attributes = "", body = ""]) => ({
    file: attribute(attributes, "classname"),
    name: attribute(attributes, "name"),
    seconds: Number(attribute(attributes, "time")),
    outcome: outcomeOf(body),
  }));
}

const TEST_CASE = /<testcase\s([^>]*)>([\s\S]*?)<\/testcase>/g;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function attribute(attributes: string, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes);
  return (found?.[1] ?? "").replace(/&(\w+);/g, (entity, key) => ENTITIES[key] ?? entity);
}

function outcomeOf(body: string): TestCase["outcome"] {
  if (/<(failure|error)\b/.test(body)) return "failed";
  return /<skipped\b/.test(body) ? "skipped" : "passed";
}
