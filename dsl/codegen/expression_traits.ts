/** What is known of a value from its expression alone. */
import type { Expression } from "../typed_ast.ts";

/** Aggregates whose value is a count, a bool or one of the values that went in. */
const PICKING = new Set<string>([
  "count",
  "count_distinct",
  "approx_distinct",
  "min",
  "max",
  "first",
  "last",
  "arg_min",
  "arg_max",
  "any",
  "all",
]);

/** True for expressions whose value is always finite or NaN for null. */
export function isClean(expression: Expression): boolean {
  switch (expression.kind) {
    case "column":
    case "lag":
    case "element":
    case "field":
    case "folded":
      return true;
    case "literal":
      return !Object.is(expression.value, -0);
    case "aggregate":
      return PICKING.has(expression.name);
    default:
      return expression.type.kind === "bool";
  }
}

const bigs = new WeakMap<Expression, boolean>();

/** False for i64 values that were computed: those are exact numbers already. */
export function mayBeBig(expression: Expression): boolean {
  const known = bigs.get(expression);
  if (known !== undefined) return known;
  const made = mayBeBigNew(expression);
  bigs.set(expression, made);
  return made;
}

function mayBeBigNew(expression: Expression): boolean {
  if (expression.type.kind !== "i64") return false;
  switch (expression.kind) {
    case "literal":
    case "unary":
      return false;
    case "binary":
      return expression.operator === "??" &&
        (mayBeBig(expression.left) || mayBeBig(expression.right));
    case "if":
      return mayBeBig(expression.then) || mayBeBig(expression.otherwise);
    case "call":
      return false;
    case "cast":
      return expression.operand.type.kind === "string";
    case "lag":
      return mayBeBig(expression.operand);
    case "aggregate":
      return SELECTING.has(expression.name) && (expression.operand === undefined ||
        mayBeBig(expression.operand));
    default:
      return true;
  }
}

/** Aggregates that hand on a value without looking at it. */
const SELECTING = new Set<string>(["first", "last", "arg_min", "arg_max", "user"]);
