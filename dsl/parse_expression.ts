/** Expressions, loosest rule first. Each rule stands above the function that reads it. */
import type { CallNode, ExpressionNode, Identifier } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { takesWindow } from "./functions.ts";
import { parsePath } from "./parse_constant.ts";
import { parseType } from "./parse_type.ts";
import { parseWindow } from "./parse_window.ts";
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
  if (!continues(cursor, ["not"])) return parseComparison(cursor);
  const first = cursor.next();
  const operand = cursor.nested(() => parseNot(cursor));
  return { kind: "unary", operator: "not", operand, ...joinSpans(first, operand) };
}

const comparisons: readonly BinaryOperator[] = ["==", "!=", "<", "<=", ">", ">="];

/** comparison = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum | ["not"] "in" list ] */
function parseComparison(cursor: TokenCursor): ExpressionNode {
  const left = parseSum(cursor);
  if (continues(cursor, ["in"])) return parseIn(cursor, left);
  if (continues(cursor, ["not"]) && cursor.isAt(1, "in")) {
    cursor.next();
    const operand = parseIn(cursor, left);
    return { kind: "unary", operator: "not", operand, start: operand.start, end: operand.end };
  }
  if (continues(cursor, ["="])) cursor.fail("an operator", "equality is written ==");
  const operator = takeOperator(cursor, comparisons);
  if (operator === undefined) return left;
  const right = parseSum(cursor);
  if (continues(cursor, comparisons)) {
    cursor.fail("one comparison", "join comparisons with and: a < b and b < c");
  }
  return { kind: "binary", operator, left, right, ...joinSpans(left, right) };
}

/** list = "(" expression { "," expression } ")" */
function parseIn(cursor: TokenCursor, operand: ExpressionNode): ExpressionNode {
  cursor.next();
  const choices = parseArguments(cursor, "after in");
  if (choices.length === 0) cursor.fail("a value in the list of in");
  return { kind: "in", operand, choices, ...cursor.spanFrom(operand) };
}

/** sum = product { ("+" | "-") product } */
function parseSum(cursor: TokenCursor): ExpressionNode {
  return parseBinary(cursor, ["+", "-"], parseProduct);
}

/** product = unary { ("*" | "/" | "%") unary } */
function parseProduct(cursor: TokenCursor): ExpressionNode {
  return parseBinary(cursor, ["*", "/", "%"], parseUnary);
}

/** unary = "-" unary | postfix */
function parseUnary(cursor: TokenCursor): ExpressionNode {
  const first = cursor.take("-");
  if (first === undefined) return parsePostfix(cursor);
  const operand = cursor.nested(() => parseUnary(cursor));
  return { kind: "unary", operator: "-", operand, ...joinSpans(first, operand) };
}

/** postfix = primary { "[" expression "]" | "as" type } */
function parsePostfix(cursor: TokenCursor): ExpressionNode {
  const operand = parsePrimary(cursor);
  while (continues(cursor, ["[", "as", "."])) {
    const first = cursor.peek();
    if (first.text === "[") cursor.skipBrackets();
    else if (cursor.next().text === ".") cursor.expectName("a field");
    else parseType(cursor);
    const what = first.text === "as" ? "Casting with as" : "Access to fields and elements";
    cursor.report("E900", cursor.spanFrom(first), `${what} is not built yet`);
  }
  return operand;
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
      return parseHole(cursor);
    case "name":
      return parseWord(cursor, token);
  }
  if (!cursor.at("(")) return cursor.fail("an expression");
  cursor.next();
  const inner = withinLines(cursor, () => parseExpression(cursor));
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
  if (name !== undefined && path.length === 1 && cursor.at("(") && !endsHere(cursor)) {
    return parseCall(cursor, name);
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

/** call = name arguments [ "where" expression ] [ "per" … ] [ "over" window ] */
function parseCall(cursor: TokenCursor, name: Identifier): CallNode {
  const call = { kind: "call" as const, name, arguments: parseArguments(cursor, "of the call") };
  if (!takesWindow(name.name)) return { ...call, ...cursor.spanFrom(name) };
  const where = takeWord(cursor, "where") ? parseExpression(cursor) : undefined;
  if (continues(cursor, ["per"])) skipPer(cursor);
  const window = takeWord(cursor, "over") ? parseWindow(cursor) : undefined;
  return {
    ...call,
    ...(where === undefined ? {} : { where }),
    ...(window === undefined ? {} : { window }),
    ...cursor.spanFrom(name),
  };
}

/** per = "per" path [ "top" constant "by" ("key" | "value") ] */
function skipPer(cursor: TokenCursor): void {
  const first = cursor.next();
  parsePath(cursor, "the column of per");
  if (cursor.take("top") !== undefined) {
    cursor.next();
    cursor.expect("by", "after top n");
    cursor.next();
  }
  cursor.report("E900", cursor.spanFrom(first), "Aggregating with per is not built yet");
}

/** arguments = "(" [ expression { "," expression } ] ")" */
function parseArguments(cursor: TokenCursor, purpose: string): readonly ExpressionNode[] {
  cursor.expect("(", purpose);
  const items: ExpressionNode[] = [];
  withinLines(cursor, () => {
    while (!cursor.at(")")) {
      items.push(parseExpression(cursor));
      if (cursor.take(",") === undefined) break;
    }
  });
  cursor.expect(")", "to close the list");
  return items;
}

/** hole = "${…}" [ arguments "as" type ] */
function parseHole(cursor: TokenCursor): ExpressionNode {
  const token = cursor.next();
  if (token.kind !== "hole") return cursor.fail("a hole");
  const { hole, index } = token;
  if (!cursor.at("(") || endsHere(cursor)) {
    return { kind: "hole", hole, start: token.start, end: token.end };
  }
  const args = parseArguments(cursor, "of the call");
  const returns = takeWord(cursor, "as") ? parseType(cursor) ?? "unread" : undefined;
  if (returns === undefined) {
    const hint = "say its type: ${f}(a, b) as f64";
    cursor.report("E702", cursor.spanFrom(token), "A call of a function hole has no type", hint);
  }
  const call = { kind: "hole_call" as const, hole, index, arguments: args };
  const typed = typeof returns === "object" ? { returns } : {};
  return { ...call, ...typed, ...cursor.spanFrom(token) };
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
  if (!continues(cursor, operators)) return undefined;
  const { text } = cursor.next();
  return operators.find((operator) => operator === text);
}

function takeWord(cursor: TokenCursor, word: string): boolean {
  return continues(cursor, [word]) && cursor.next().text === word;
}

/** At one of these words, on a line that still belongs to the expression. */
function continues(cursor: TokenCursor, words: readonly string[]): boolean {
  return cursor.at(...words) && !endsHere(cursor);
}

function endsHere(cursor: TokenCursor): boolean {
  return cursor.endsAtLine && cursor.peek().startsLine;
}

function withinLines<Result>(cursor: TokenCursor, rule: () => Result): Result {
  const outer = cursor.endsAtLine;
  cursor.endsAtLine = false;
  try {
    return rule();
  } finally {
    cursor.endsAtLine = outer;
  }
}
