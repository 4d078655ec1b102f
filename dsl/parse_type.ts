/** Types as the language writes them. */
import type { TokenCursor } from "./cursor.ts";
import { didYouMean } from "./diagnostic.ts";
import type { ScalarKind, ValueType } from "./types.ts";

const scalarKinds: readonly ScalarKind[] = [
  "bool",
  "i32",
  "i64",
  "f32",
  "f64",
  "string",
  "timestamp",
  "duration",
];

/** Names used elsewhere for a type of ours. */
const otherNames: Readonly<Record<string, ScalarKind>> = {
  boolean: "bool",
  int: "i64",
  integer: "i64",
  long: "i64",
  number: "f64",
  float: "f64",
  double: "f64",
  text: "string",
  date: "timestamp",
  datetime: "timestamp",
  time: "timestamp",
};

/**
 * type = scalar | string { "|" string }
 * Not built yet: "list" "<" type ">" | "map" "<" type "," type ">" | "struct" "{" … "}" | "vector" "(" n ")"
 *
 * Undefined when the type is wrong, which is reported.
 */
export function parseType(cursor: TokenCursor): ValueType | undefined {
  const token = cursor.peek();
  if (token.kind === "string") return parseEnum(cursor);
  if (token.kind === "hole") {
    cursor.next();
    return cursor.report("E900", token, "A hole as a type is not built yet");
  }
  if (token.kind !== "name") return cursor.fail("a type, such as f64");
  cursor.next();
  const kind = scalarKinds.find((scalar) => scalar === token.text);
  if (kind !== undefined) return { kind };
  if (["list", "map", "struct", "vector"].includes(token.text)) {
    if (cursor.at("{", "(")) cursor.skipBrackets();
    else if (cursor.at("<")) skipAngles(cursor);
    const message = `The type ${token.text} is not built yet`;
    return cursor.report("E900", cursor.spanFrom(token), message);
  }
  const meant = otherNames[token.text];
  const hint = meant === undefined
    ? didYouMean(token.text, scalarKinds) ?? `types are ${scalarKinds.join(", ")} and "a" | "b"`
    : `did you mean "${meant}"?`;
  return cursor.report("E210", token, `Cannot find the type "${token.text}"`, hint);
}

function parseEnum(cursor: TokenCursor): ValueType {
  const first = cursor.peek();
  const values: string[] = [];
  do {
    const token = cursor.peek();
    if (token.kind !== "string") return cursor.fail("a string");
    cursor.next();
    values.push(token.value);
  } while (cursor.take("|") !== undefined);
  if (new Set(values).size < values.length) {
    cursor.report("E203", cursor.spanFrom(first), "The values of a type are not all different");
  }
  return { kind: "enum", values };
}

function skipAngles(cursor: TokenCursor): void {
  let open = 0;
  do {
    if (cursor.at("<")) open++;
    if (cursor.at(">")) open--;
    if (cursor.at("{", "(")) cursor.skipBrackets();
    else cursor.next();
  } while (open > 0 && cursor.peek().kind !== "end");
}
