/** Which values the windows of a feature keep: one lane per distinct (operand, where), shared by windows. */
import type { AggregateCall, Expression, Window } from "../typed_ast.ts";
import { storageOf } from "../types.ts";
import { childrenOf } from "../visit.ts";
import { type Part, partsOf } from "./accumulators.ts";
import { keyOf } from "./expression.ts";

/** A number per input row; NaN where the row does not count. */
export interface Lane {
  /** Constant of the row loop that holds the row's value. */
  readonly name: string;
  readonly expression: Expression;
  readonly isSymbol: boolean;
}

/** What one window keeps of one lane; without a lane, of the rows themselves. */
export interface Need {
  readonly lane: Lane | undefined;
  readonly parts: Set<Part>;
}

export interface WindowNeeds {
  readonly window: Window;
  readonly needs: Need[];
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly windows: readonly WindowNeeds[];
  needOf(call: AggregateCall): Need;
}

/** Groups the aggregate calls of a feature by window and lane. */
export function collectLanes(calls: readonly AggregateCall[]): Lanes {
  const lanes = new Map<string, Lane>();
  const windows = new Map<string, WindowNeeds>();
  const needs = new Map<string, Need>();
  for (const call of calls) {
    const windowKey = JSON.stringify(call.window);
    const entry = windows.get(windowKey) ?? { window: call.window, needs: [] };
    windows.set(windowKey, entry);
    const lane = laneOf(call, lanes);
    const key = needKey(call, windowKey);
    const need = needs.get(key) ?? { lane, parts: new Set<Part>() };
    if (!needs.has(key)) {
      needs.set(key, need);
      entry.needs.push(need);
    }
    for (const part of partsOf(call)) need.parts.add(part);
  }
  return {
    lanes: [...lanes.values()],
    windows: [...windows.values()],
    needOf(call) {
      const need = needs.get(needKey(call, JSON.stringify(call.window)));
      if (!need) {
        throw new RangeError(`Cannot find the lane of "${call.name}": it was not collected`);
      }
      return need;
    },
  };
}

function needKey(call: AggregateCall, windowKey: string): string {
  const expression = laneExpression(call);
  return windowKey + (expression ? keyOf(expression) : "");
}

function laneOf(call: AggregateCall, lanes: Map<string, Lane>): Lane | undefined {
  const expression = laneExpression(call);
  if (!expression) return undefined;
  const key = keyOf(expression);
  const lane = lanes.get(key) ?? {
    name: `x${lanes.size}`,
    expression,
    isSymbol: storageOf(expression.type) === "symbol",
  };
  lanes.set(key, lane);
  return lane;
}

const TRUE: Expression = { kind: "literal", type: { kind: "bool" }, value: true };

/** The operand where the condition holds, else null. */
function laneExpression({ operand, where }: AggregateCall): Expression | undefined {
  if (!where) return operand;
  const then = operand ?? TRUE;
  const otherwise: Expression = { kind: "literal", type: then.type, value: null };
  return { kind: "if", type: then.type, condition: where, then, otherwise };
}

/** Every aggregate call below the expressions, each once per structure. */
export function aggregatesIn(expressions: readonly Expression[]): readonly AggregateCall[] {
  return collect(expressions, (expression) => expression.kind === "aggregate") as AggregateCall[];
}

/** Every lag below the expressions, those inside aggregates included, inner ones first. */
export function lagsIn(
  expressions: readonly Expression[],
): readonly Extract<Expression, { kind: "lag" }>[] {
  return collect(expressions, (expression) => expression.kind === "lag") as Extract<
    Expression,
    { kind: "lag" }
  >[];
}

function collect(
  expressions: readonly Expression[],
  wanted: (expression: Expression) => boolean,
): readonly Expression[] {
  const found = new Map<string, Expression>();
  const seen = new Set<Expression>();
  const visit = (expression: Expression): void => {
    if (seen.has(expression)) return;
    seen.add(expression);
    for (const child of childrenOf(expression)) visit(child);
    if (wanted(expression)) found.set(keyOf(expression), expression);
  };
  expressions.forEach(visit);
  return [...found.values()];
}
