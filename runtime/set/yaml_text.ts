/** YAML with places: the plain value of a text, and where in the text each part of it stands. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
} from "@std/yaml";

/** Keys and indices from the top of a document down to one of its parts. */
export type DocumentPath = readonly (string | number)[];

/** Half-open range of offsets in the text. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export interface YamlProblem {
  readonly message: string;
  readonly span: TextSpan;
}

/** A parsed text; `value` is meaningful only when there are no problems. */
export interface YamlText {
  readonly text: string;
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** Where the value at a path stands, or its nearest ancestor that is there. */
  readonly valueSpan: (path: DocumentPath) => TextSpan;
  /** Where the key that a path ends with stands; for an item of a list, the item. */
  readonly keySpan: (path: DocumentPath) => TextSpan;
}

/** Parses one document of YAML 1.2; timestamps stay strings. */
export function parseYaml(text: string): YamlText {
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: true,
    prettyErrors: false,
  });
  const problems = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    message: PLAIN_MESSAGES[code] ?? lowerFirst(message),
    span: { start: pos[0], end: pos[1] },
  }));
  const { value, failure } = problems.length > 0 ? {} : plainValue(document);
  if (failure !== undefined) problems.push({ message: failure, span: wholeOf(document) });
  return {
    text,
    value,
    problems,
    valueSpan: (path) => findPart(document, path).value,
    keySpan: (path) => findPart(document, path).key,
  };
}

const PLAIN_MESSAGES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "this key is given twice",
  MULTIPLE_DOCS: "a second document begins here; one file holds one document",
};

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function plainValue(document: Document): { value?: unknown; failure?: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    if (error instanceof ReferenceError) return { failure: lowerFirst(error.message) };
    throw error;
  }
}

function wholeOf(document: Document): TextSpan {
  return spanOf(document.contents) ?? { start: 0, end: 0 };
}

function findPart(document: Document, path: DocumentPath): { key: TextSpan; value: TextSpan } {
  let node: unknown = document.contents;
  let value = wholeOf(document);
  let key = value;
  for (const step of path) {
    const container = isAlias(node) ? node.resolve(document) : node;
    const part = isMap(container)
      ? partOfMap(container.items, step)
      : { key: undefined, value: isSeq(container) ? container.items[Number(step)] : undefined };
    const at = spanOf(part.value) ?? spanOf(part.key);
    if (at === undefined) break;
    node = part.value;
    value = at;
    key = spanOf(part.key) ?? at;
  }
  return { key, value };
}

function partOfMap(
  items: readonly Pair[],
  step: string | number,
): { key: unknown; value: unknown } {
  const pair = items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return { key: pair?.key, value: pair?.value };
}

function spanOf(node: unknown): TextSpan | undefined {
  const range = isNode(node) ? node.range : undefined;
  return range ? { start: range[0], end: range[1] } : undefined;
}
