/** Expressions, loosest rule first. Each rule stands above the function that reads it. */
import type { ExpressionNode } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { parseArguments, parseCall, parseHole } from "./parse_call.ts";
import { parsePath } from "./parse_constant.ts";
import { parseType } from "./parse_type.ts";
import { joinSpans, type Span } from "./source.ts";
import { reservedWords, type Token } from "./token.ts";
import type { BinaryOperator } from "./typed_ast.ts";

/** expression = or { "??" or } */
export function parseExpression(cursor: TokenCursor): ExpressionNode {
  return cursor.nested(() => parseBinary(cursor, ["??"], parseOr));
}

/** or = and { "or" and } */
function parseOr(cursor: TokenCursor): ExpressionNode {
  return parseBinary(cursor, ["or"], parseAnd);
}

/** and = not { "and" not } */
function parseAnd(cursor: TokenCursor): ExpressionNode {
  return parseBinary(cursor, ["and"], parseNot);
}

/** not = "not" not | comparison */
function parseNot(cursor: TokenCursor): ExpressionNode {
  const first = cursor.takeWord("not");
  if (first === undefined) return parseComparison(cursor);
  const operand = cursor.nested(() => parseNot(cursor));
  return { kind: "unary", operator: "not", operand, ...joinSpans(first, operand) };
}

const comparisons: readonly BinaryOperator[] = ["==", "!=", "<", "<=", ">", ">="];

/** comparison = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum | ["not"] "in" list ] */
function parseComparison(cursor: TokenCursor): ExpressionNode {
  const left = parseSum(cursor);
  if (cursor.continues("in")) return parseIn(cursor, left);
  if (cursor.continues("not") && cursor.isAt(1, "in")) {
    cursor.next();
    const operand = parseIn(cursor, left);
    return { kind: "unary", operator: "not", operand, start: operand.start, end: operand.end };
  }
  if (cursor.continues("=")) cursor.fail("an operator", "equality is written ==");
  const operator = takeOperator(cursor, comparisons);
  if (operator === undefined) return left;
  const right = parseSum(cursor);
  if (cursor.continues(...comparisons)) {
    cursor.fail("one comparison", "join comparisons with and: a < b and b < c");
  }
  return { kind: "binary", operator, left, right, ...joinSpans(left, right) };
}

/** list = "(" expression { "," expression } ")" */
function parseIn(cursor: TokenCursor, operand: ExpressionNode): ExpressionNode {
  cursor.next();
  const choices = parseArguments(cursor, "after in", parseExpression);
  if (choices.length === 0) cursor.fail("a value in the list of in");
  return { kind: "in", operand, choices, ...cursor.spanFrom(operand) };
}

/** sum = product { ("+" | "-") product } */
function parseSum(cursor: TokenCursor): ExpressionNode {
  return parseBinary(cursor, ["+", "-"], parseProduct);
}

/** product = cast { ("*" | "/" | "%") cast } */
function parseProduct(cursor: TokenCursor): ExpressionNode {
  return parseBinary(cursor, ["*", "/", "%"], parseCast);
}

/** cast = unary { "as" type } */
function parseCast(cursor: TokenCursor): ExpressionNode {
  let operand = parseUnary(cursor);
  while (cursor.takeWord("as") !== undefined) {
    cursor.countPart();
    const type = parseType(cursor);
    const typed = type === undefined ? {} : { type };
    operand = { kind: "cast", operand, ...typed, ...cursor.spanFrom(operand) };
  }
  return operand;
}

/** unary = "-" unary | postfix */
function parseUnary(cursor: TokenCursor): ExpressionNode {
  const first = cursor.take("-");
  if (first === undefined) return parsePostfix(cursor);
  cursor.notes.signs.push(first.start);
  const operand = cursor.nested(() => parseUnary(cursor));
  return { kind: "unary", operator: "-", operand, ...joinSpans(first, operand) };
}

/** postfix = primary { "[" expression "]" | "." name } */
function parsePostfix(cursor: TokenCursor): ExpressionNode {
  let operand = parsePrimary(cursor);
  for (;;) {
    if (cursor.takeWord("[") !== undefined) {
      cursor.countPart();
      const index = cursor.withinLines(() => parseExpression(cursor));
      cursor.expect("]", "after the place of the element");
      operand = { kind: "element", operand, index, ...cursor.spanFrom(operand) };
    } else if (cursor.takeWord(".") !== undefined) {
      cursor.countPart();
      const name = cursor.expectName("a field after the dot");
      operand = { kind: "field", operand, name, ...cursor.spanFrom(operand) };
    } else return operand;
  }
}

/** primary = literal | hole | if | "(" expression ")" | call | path */
function parsePrimary(cursor: TokenCursor): ExpressionNode {
  const token = cursor.peek();
  switch (token.kind) {
    case "number":
      return literal(cursor, { kind: "number", value: token.value, integer: token.integer });
    case "duration":
      return literal(cursor, { kind: "duration", value: token.value });
    case "string":
      return literal(cursor, { kind: "string", value: token.value });
    case "hole":
      return parseHole(cursor, parseExpression);
    case "name":
      return parseWord(cursor, token);
  }
  if (cursor.take("(") === undefined) return cursor.fail("an expression");
  const inner = cursor.withinLines(() => parseExpression(cursor));
  cursor.expect(")", "to close the parenthesis");
  return { ...inner, ...cursor.spanFrom(token) };
}

function parseWord(cursor: TokenCursor, token: Token): ExpressionNode {
  if (token.text === "true" || token.text === "false") {
    return literal(cursor, { kind: "bool", value: token.text === "true" });
  }
  if (token.text === "null") return literal(cursor, { kind: "null" });
  if (token.text === "if") return parseIf(cursor);
  if (reservedWords.has(token.text)) return cursor.fail("an expression");
  const path = parsePath(cursor, "a name");
  const [name] = path;
  if (name !== undefined && path.length === 1 && cursor.continues("(")) {
    return parseCall(cursor, name, parseExpression);
  }
  return { kind: "path", path, ...cursor.spanFrom(token) };
}

/** if = "if" expression "then" expression "else" expression */
function parseIf(cursor: TokenCursor): ExpressionNode {
  const first = cursor.next();
  const condition = parseExpression(cursor);
  cursor.expect("then", "after the condition");
  const then = parseExpression(cursor);
  cursor.expect("else", 'after the value of then; every "if" has both branches');
  const otherwise = parseExpression(cursor);
  return { kind: "if", condition, then, otherwise, ...joinSpans(first, otherwise) };
}

type LiteralPart = ExpressionNode extends infer Each
  ? Each extends ExpressionNode & { kind: "number" | "duration" | "string" | "bool" | "null" }
    ? Omit<Each, keyof Span>
  : never
  : never;

function literal(cursor: TokenCursor, part: LiteralPart): ExpressionNode {
  const { start, end } = cursor.next();
  return { ...part, start, end };
}

function parseBinary(
  cursor: TokenCursor,
  operators: readonly BinaryOperator[],
  parseOperand: (cursor: TokenCursor) => ExpressionNode,
): ExpressionNode {
  let left = parseOperand(cursor);
  for (;;) {
    const operator = takeOperator(cursor, operators);
    if (operator === undefined) return left;
    cursor.countPart();
    const right = parseOperand(cursor);
    left = { kind: "binary", operator, left, right, ...joinSpans(left, right) };
  }
}

function takeOperator(
  cursor: TokenCursor,
  operators: readonly BinaryOperator[],
): BinaryOperator | undefined {
  if (!cursor.continues(...operators)) return undefined;
  const { text } = cursor.next();
  return operators.find((operator) => operator === text);
}
