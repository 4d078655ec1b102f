/** What the schema rejects, said in the words of the config. */
import type { z } from "zod";
import { didYouMean } from "../../dsl/mod.ts";
import type { ConfigFault } from "./config_error.ts";
import { configSchema, keysAllowedAt } from "./config_schema.ts";
import type { DocumentPath } from "./yaml_text.ts";

export function faultsOfIssues(
  issues: readonly z.core.$ZodIssue[],
  document: unknown,
  schema: z.ZodType = configSchema,
): readonly ConfigFault[] {
  return issues.flatMap((issue) => faultsOf(issue, [], { document, schema }));
}

interface Checked {
  readonly document: unknown;
  readonly schema: z.ZodType;
}

function faultsOf(
  issue: z.core.$ZodIssue,
  parent: DocumentPath,
  checked: Checked,
): readonly ConfigFault[] {
  const path = [
    ...parent,
    ...issue.path.map((step) => typeof step === "number" ? step : String(step)),
  ];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(path, key, checked));
  }
  if (issue.code === "invalid_union") {
    const deeper = issue.errors.find((branch) => branch.some((inner) => inner.path.length > 0));
    if (deeper) return deeper.flatMap((inner) => faultsOf(inner, path, checked));
  }
  const value = valueAt(checked.document, path);
  if (value === undefined) return [missingKey(path)];
  if (issue.code === "invalid_key") return [{ path, message: "is no valid name" }];
  return [{ path, message: wordsFor(issue, value) }];
}

function unknownKey(
  path: DocumentPath,
  key: string,
  { document, schema }: Checked,
): ConfigFault {
  const allowed = keysAllowedAt(path, document, schema);
  return {
    path: [...path, key],
    atKey: true,
    message: `unknown key "${key}"`,
    hint: didYouMean(key, allowed) ?? hintFor(path, key) ??
      `the keys here are ${allowed.join(", ")}`,
  };
}

/** The mistake nearly everybody makes first. */
function hintFor(path: DocumentPath, key: string): string | undefined {
  if (path.at(-1) !== "params") return undefined;
  return `parameters of the feature stand under "feature": params: {feature: {${key}: …}}`;
}

function missingKey(path: DocumentPath): ConfigFault {
  return { path: path.slice(0, -1), message: `missing key "${path.at(-1)}"` };
}

function wordsFor(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === null) return "nothing is given here; give a value or leave the key out";
  if (!issue.message.startsWith("Invalid input: expected ")) return gotten(issue.message, value);
  const expected = issue.code === "invalid_type" ? TYPE_WORDS[issue.expected] : undefined;
  return gotten(`expected ${expected ?? "another value"}`, value);
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "text",
  number: "a number",
  boolean: "true or false",
};

function gotten(message: string, value: unknown): string {
  return message.startsWith("expected ") && !message.includes(", got ")
    ? `${message}, got ${describe(value)}`
    : message;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function valueAt(document: unknown, path: DocumentPath): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
