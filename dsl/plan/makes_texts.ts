/** Whether expressions make texts that no file holds. */
import type { Expression, Feature } from "../typed_ast.ts";
import { isNested, type ValueType } from "../types.ts";
import { reachableFrom } from "../visit.ts";

const MAKERS: ReadonlySet<string> = new Set([
  "lower",
  "upper",
  "trim",
  "substring",
  "replace",
  "split",
  "concat",
  "extract",
  "join_list",
  "format_time",
]);

export function makesTexts({ outputs, where, window, fold }: Feature): boolean {
  if (fold && outputs.some(({ type }) => holdsTexts(type))) return true;
  const roots = outputs.map(({ expression }) => expression);
  if (where) roots.push(where);
  if (window?.kind === "sum_bar") roots.push(window.of);
  return reachableFrom(roots).some(isMaker);
}

function isMaker(expression: Expression): boolean {
  switch (expression.kind) {
    case "call":
      return MAKERS.has(expression.name);
    case "cast":
      return expression.type.kind === "string" && !isText(expression.operand.type);
    case "hole":
      return holdsTexts(expression.type);
    case "aggregate":
      return expression.name === "user" && holdsTexts(expression.type);
    default:
      return false;
  }
}

function isText({ kind }: ValueType): boolean {
  return kind === "string" || kind === "enum";
}

/** Whether values of the type may hold texts. */
export function holdsTexts(type: ValueType): boolean {
  if (!isNested(type)) return isText(type);
  switch (type.kind) {
    case "list":
      return holdsTexts(type.element);
    case "map":
      return holdsTexts(type.key) || holdsTexts(type.value);
    case "struct":
      return type.fields.some((field) => holdsTexts(field.type));
    case "vector":
      return false;
  }
}
