/** Typed expressions and windows as the language writes them. */
import { printDuration } from "./duration.ts";
import type { AggregateCall, Expression, Per, Window } from "./typed_ast.ts";
import { printType } from "./types.ts";

/** Past this many nodes the rest is `…`: shared lets can make a text very long. */
const maximumNodes = 300;

/** Prints an expression; `aliases` are the names of the joins. */
export function printExpression(expression: Expression, aliases: readonly string[] = []): string {
  return new ExpressionPrinter(aliases).print(expression, 0);
}

/** Prints a window; `aliases` are the names of the joins. */
export function printWindow(window: Window, aliases: readonly string[] = []): string {
  return new ExpressionPrinter(aliases).printWindow(window);
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
  "as": 8,
  "negate": 9,
};

/** Calls, names, elements and fields. */
const tightest = 10;

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
        return [printLiteral(expression), tightest];
      case "column":
        return [this.#printColumn(expression), tightest];
      case "folded":
        return [expression.name, tightest];
      case "cast": {
        const operand = this.print(expression.operand, 8);
        return [`${operand} as ${printType(expression.type)}`, 8];
      }
      case "field":
        return [`${this.print(expression.operand, tightest)}.${expression.name}`, tightest];
      case "element": {
        const operand = this.print(expression.operand, tightest);
        return [`${operand}[${this.print(expression.index, 0)}]`, tightest];
      }
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
        return [`lag(${this.print(expression.operand, 0)}, ${expression.rows})`, tightest];
      case "aggregate":
        return [this.#printAggregate(expression), 9];
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
    if (name !== "in" || first === undefined) return [`${name}(${this.#list(list)})`, tightest];
    return [`${this.print(first, 6)} in (${this.#list(rest)})`, 5];
  }

  #printAggregate(call: AggregateCall): string {
    const condition = call.where === undefined ? "" : ` where ${this.print(call.where, 0)}`;
    const per = call.per === undefined ? "" : ` per ${this.#printPer(call.per)}`;
    const excluding = call.excludesCurrent ? " excluding current" : "";
    const over = ` over ${this.printWindow(call.window)}${excluding}`;
    return `${this.#printHead(call)}${condition}${per}${over}`;
  }

  #printHead(call: AggregateCall): string {
    const { name, operand, second, quantile, most, halfLifeUs, hole, type } = call;
    if (hole !== undefined) {
      const result = call.per !== undefined && type.kind === "map" ? type.value : type;
      const returns = printType(result);
      return `\${${hole.name}}(${this.#list(call.arguments ?? [])}) as ${returns}`;
    }
    const operands = [operand, second].filter((part) => part !== undefined);
    const constants = [quantile, most, halfLifeUs && printDuration(halfLifeUs)]
      .filter((part) => part !== undefined);
    const list = operands.map((part) => this.print(part, 0)).concat(constants.map(String));
    return `${name}(${list.join(", ")})`;
  }

  #printPer({ category, top }: Per): string {
    const text = this.print(category, 0);
    return top === undefined ? text : `${text} top ${top.most} by ${top.by}`;
  }

  printWindow(window: Window): string {
    switch (window.kind) {
      case "sliding":
        return printDuration(window.widthUs);
      case "last":
        return `last ${window.rows}`;
      case "ever":
        return "ever";
      case "tumbling":
        return `tumbling ${printDuration(window.widthUs)}${printGrid(window)}`;
      case "hopping": {
        const { widthUs, stepUs } = window;
        return `hopping ${printDuration(widthUs)} step ${printDuration(stepUs)}${
          printGrid(window)
        }`;
      }
      case "session":
        return `session ${printDuration(window.gapUs)}`;
      case "bar":
        return `tumbling ${window.rows} rows`;
      case "sum_bar":
        return `tumbling sum(${this.print(window.of, 0)}) >= ${window.least}`;
    }
  }

  #list(expressions: readonly Expression[]): string {
    return expressions.map((expression) => this.print(expression, 0)).join(", ");
  }
}

function printGrid(
  { offsetUs, fill }: { readonly offsetUs: number; readonly fill?: boolean },
): string {
  const offset = offsetUs === 0 ? "" : ` offset ${printDuration(offsetUs)}`;
  return offset + (fill ? " fill" : "");
}

function printLiteral({ type, value }: Extract<Expression, { kind: "literal" }>): string {
  if (type.kind === "duration" && typeof value === "number") return printDuration(value);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
