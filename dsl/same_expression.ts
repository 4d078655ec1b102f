/** Expressions as numbers: equal ones have one number, however they are shared. */
import type { AggregateCall, Expression, Window } from "./typed_ast.ts";
import { printType } from "./types.ts";
import { childrenOf } from "./visit.ts";

/** Rows that name each other by number. */
export class ExpressionTable {
  readonly rows: string[] = [];
  readonly #byText = new Map<string, number>();
  readonly #known = new Map<Expression, number>();

  /** The number of an expression, new or known. */
  add(expression: Expression): number {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    const children = childrenOf(expression).map((child) => this.add(child));
    const text = JSON.stringify([...describe(expression), ...children]);
    const number = this.#byText.get(text) ?? this.rows.push(text) - 1;
    this.#byText.set(text, number);
    this.#known.set(expression, number);
    return number;
  }
}

/** Whether two expressions have the same value in every row. */
export function sameExpression(a: Expression, b: Expression): boolean {
  const table = new ExpressionTable();
  return table.add(a) === table.add(b);
}

/** A window without the expressions in it. */
export function describeWindow(window: Window): readonly unknown[] {
  switch (window.kind) {
    case "sliding":
      return [window.kind, window.widthUs];
    case "last":
    case "bar":
      return [window.kind, window.rows];
    case "ever":
      return [window.kind];
    case "tumbling":
      return [window.kind, window.widthUs, window.offsetUs, window.fill === true];
    case "hopping":
      return [window.kind, window.widthUs, window.stepUs, window.offsetUs, window.fill === true];
    case "session":
      return [window.kind, window.gapUs];
    case "sum_bar":
      return [window.kind, window.least];
  }
}

/** All of an expression but its children. */
function describe(expression: Expression): readonly unknown[] {
  const head = [expression.kind, printType(expression.type)];
  switch (expression.kind) {
    case "literal":
      return [...head, expression.value];
    case "column":
      return [...head, expression.from, expression.name];
    case "unary":
    case "binary":
      return [...head, expression.operator];
    case "if":
    case "cast":
    case "element":
      return head;
    case "call":
    case "field":
    case "folded":
      return [...head, expression.name];
    case "hole":
      return [...head, expression.hole];
    case "lag":
      return [...head, expression.rows];
    case "aggregate":
      return [...head, ...describeAggregate(expression)];
  }
}

function describeAggregate(call: AggregateCall): readonly unknown[] {
  const { name, quantile, most, halfLifeUs, hole, per, window } = call;
  const children = [call.operand, call.second, call.where, per?.category];
  return [
    name,
    [quantile ?? null, most ?? null, halfLifeUs ?? null],
    hole?.hole ?? null,
    children.map((child) => child !== undefined),
    call.arguments?.length ?? null,
    per?.top === undefined ? null : [per.top.most, per.top.by],
    call.excludesCurrent === true,
    ...describeWindow(window),
  ];
}
