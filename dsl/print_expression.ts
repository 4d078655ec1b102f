/** Typed expressions as the language writes them. */
import { printWindow } from "./check_form.ts";
import { printDuration } from "./duration.ts";
import type { AggregateCall, Expression } from "./typed_ast.ts";
import { printType } from "./types.ts";

/** Past this many nodes the rest is `…`: shared lets can make a text very long. */
const maximumNodes = 300;

/** Prints an expression; `aliases` are the names of the joins. */
export function printExpression(expression: Expression, aliases: readonly string[] = []): string {
  return new ExpressionPrinter(aliases).print(expression, 0);
}

/** Loosest to tightest; a looser expression inside a tighter one gets parentheses. */
const strength: Readonly<Record<string, number>> = {
  "if": 0,
  "??": 1,
  "or": 2,
  "and": 3,
  "not": 4,
  "==": 5,
  "!=": 5,
  "<": 5,
  "<=": 5,
  ">": 5,
  ">=": 5,
  "in": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  "%": 7,
  "negate": 8,
};

class ExpressionPrinter {
  readonly #aliases: readonly string[];
  #nodes = 0;

  constructor(aliases: readonly string[]) {
    this.#aliases = aliases;
  }

  print(expression: Expression, outer: number): string {
    if (++this.#nodes > maximumNodes) return "…";
    const [text, own] = this.#printKind(expression);
    return own < outer ? `(${text})` : text;
  }

  #printKind(expression: Expression): readonly [string, number] {
    switch (expression.kind) {
      case "literal":
        return [printLiteral(expression), 9];
      case "column":
        return [this.#printColumn(expression), 9];
      case "unary": {
        const own = strength[expression.operator === "-" ? "negate" : "not"] ?? 0;
        const sign = expression.operator === "-" ? "-" : "not ";
        return [sign + this.print(expression.operand, own), own];
      }
      case "binary": {
        const { operator, left, right } = expression;
        const own = strength[operator] ?? 0;
        const first = this.print(left, own === 5 ? own + 1 : own);
        return [`${first} ${operator} ${this.print(right, own + 1)}`, own];
      }
      case "if": {
        const { condition, then, otherwise } = expression;
        const parts = [condition, then, otherwise].map((part) => this.print(part, 1));
        return [`if ${parts[0]} then ${parts[1]} else ${parts[2]}`, 0];
      }
      case "call":
        return this.#printCall(expression.name, expression.arguments);
      case "hole":
        return [this.#printHole(expression), 8];
      case "lag":
        return [`lag(${this.print(expression.operand, 0)}, ${expression.rows})`, 9];
      case "aggregate":
        return [this.#printAggregate(expression), 8];
    }
  }

  #printColumn({ from, name }: Extract<Expression, { kind: "column" }>): string {
    return from < 0 ? name : `${this.#aliases[from] ?? `join ${from}`}.${name}`;
  }

  #printHole({ name, type, arguments: list }: Extract<Expression, { kind: "hole" }>): string {
    return `\${${name || "f"}}(${this.#list(list)}) as ${printType(type)}`;
  }

  #printCall(name: string, list: readonly Expression[]): readonly [string, number] {
    const [first, ...rest] = list;
    if (name !== "in" || first === undefined) return [`${name}(${this.#list(list)})`, 9];
    return [`${this.print(first, 6)} in (${this.#list(rest)})`, 5];
  }

  #printAggregate({ name, operand, quantile, where, window }: AggregateCall): string {
    const first = operand === undefined ? "" : this.print(operand, 0);
    const rank = quantile === undefined ? "" : `, ${quantile}`;
    const condition = where === undefined ? "" : ` where ${this.print(where, 0)}`;
    return `${name}(${first}${rank})${condition} over ${printWindow(window)}`;
  }

  #list(expressions: readonly Expression[]): string {
    return expressions.map((expression) => this.print(expression, 0)).join(", ");
  }
}

function printLiteral({ type, value }: Extract<Expression, { kind: "literal" }>): string {
  if (type.kind === "duration" && typeof value === "number") return printDuration(value);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
