/** Which values the windows of a feature keep: one lane per distinct (operands, where), shared by windows. */
import type { AggregateCall, Expression, Window } from "../typed_ast.ts";
import { storageOf } from "../types.ts";
import { childrenOf } from "../visit.ts";
import { keyOf } from "./expression.ts";
import type { ManifestBuilder } from "./manifest.ts";
import type { Part } from "./parts/part.ts";
import { familyOf } from "./parts/registry.ts";
import { slotName } from "./quote.ts";

/**
 * One operand of a lane: a number per input row, NaN where it is null. A packed value is an address; the constant of
 * the same name with a "w" behind holds the words, in parts `xw`, `yw`, ….
 */
export interface LaneOperand {
  /** Constant of the row loop that holds the row's value. */
  readonly name: string;
  readonly expression: Expression;
  readonly isSymbol: boolean;
  readonly isPacked: boolean;
  /** Added up or ordered somewhere, so that whole numbers beyond 2^53 - 1 are row errors. */
  isExact: boolean;
}

/** The operands of some calls; a row counts if none is null, else the first operand's constant is NaN. */
export interface Lane {
  /** The first operand's constant. */
  readonly name: string;
  readonly operands: readonly LaneOperand[];
  /** Windows that drop rows must give the time of the row that leaves. */
  readsTime: boolean;
}

/** What one window keeps of one lane; without a lane, of the rows themselves. */
export interface Need {
  readonly lane: Lane | undefined;
  /** Set where the parts are kept per category. */
  readonly group: Group | undefined;
  /** By name, each behind those it requires. */
  readonly parts: Map<string, Part>;
}

/** The categories of `per c` in one window. */
export interface Group {
  /** The category's lane: null where the row is in none. */
  readonly lane: Lane;
  readonly category: Expression;
}

export interface WindowNeeds {
  readonly window: Window;
  readonly needs: Need[];
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly windows: readonly WindowNeeds[];
  readonly manifest: ManifestBuilder;
  needOf(call: AggregateCall): Need;
}

/** Groups the aggregate calls of a feature by window and lane. */
export function collectLanes(calls: readonly AggregateCall[], manifest: ManifestBuilder): Lanes {
  const lanes = new Map<string, Lane>();
  const windows = new Map<string, WindowNeeds>();
  const needs = new Map<string, Need>();
  const groups = new Map<string, Group>();
  for (const call of calls) {
    const windowKey = JSON.stringify(call.window);
    const entry = windows.get(windowKey) ?? { window: call.window, needs: [] };
    windows.set(windowKey, entry);
    const lane = laneOf(call, lanes);
    const key = needKey(call, windowKey);
    const need = needs.get(key) ??
      { lane, group: groupOf(call, windowKey, { lanes, groups }), parts: new Map<string, Part>() };
    if (!needs.has(key)) {
      needs.set(key, need);
      entry.needs.push(need);
    }
    for (const part of familyOf(call).partsOf(withoutCategories(call))) addPart(part, need);
  }
  return {
    lanes: [...lanes.values()],
    windows: [...windows.values()],
    manifest,
    needOf(call) {
      const need = needs.get(needKey(call, JSON.stringify(call.window)));
      if (!need) {
        throw new RangeError(`Cannot find the lane of "${call.name}": it was not collected`);
      }
      return need;
    },
  };
}

/** The call within one category. */
export function withoutCategories({ per, ...call }: AggregateCall): AggregateCall {
  return per && call.type.kind === "map" ? { ...call, type: call.type.value } : call;
}

function addPart(part: Part, need: Need): void {
  for (const required of part.requires ?? []) addPart(required, need);
  if (!need.parts.has(part.name)) need.parts.set(part.name, part);
  if (part.readsTime && need.lane) need.lane.readsTime = true;
}

function needKey(call: AggregateCall, windowKey: string): string {
  return windowKey + laneKey(laneExpressions(call)) + " per " + laneKey(categoryOf(call));
}

function groupOf(
  call: AggregateCall,
  windowKey: string,
  { lanes, groups }: { lanes: Map<string, Lane>; groups: Map<string, Group> },
): Group | undefined {
  if (!call.per) return undefined;
  const expressions = categoryOf(call);
  const key = laneKey(expressions);
  const lane = lanes.get(key) ?? createLane(expressions, lanes.size);
  lanes.set(key, lane);
  const group = groups.get(windowKey + key) ?? { lane, category: call.per.category };
  groups.set(windowKey + key, group);
  return group;
}

/** The category, null where the call's condition does not hold. */
function categoryOf({ per, where }: AggregateCall): readonly Expression[] {
  return per ? [where ? onlyWhere(where, per.category) : per.category] : [];
}

function laneKey(expressions: readonly Expression[]): string {
  return expressions.map((expression) => keyOf(expression)).join("");
}

function laneOf(call: AggregateCall, lanes: Map<string, Lane>): Lane | undefined {
  const expressions = laneExpressions(call);
  if (expressions.length === 0) return undefined;
  const key = laneKey(expressions);
  const lane = lanes.get(key) ?? createLane(expressions, lanes.size);
  lanes.set(key, lane);
  const exact = familyOf(call).exactOperandsOf?.(call);
  operandsOf(call).forEach((operand, j) => {
    if (!exact || exact.includes(operand)) lane.operands[j]!.isExact = true;
  });
  return lane;
}

function createLane(expressions: readonly Expression[], index: number): Lane {
  const operands = expressions.map((expression, j): LaneOperand => ({
    name: slotName("x" + "y".repeat(j), index),
    expression,
    isSymbol: storageOf(expression.type) === "symbol",
    isPacked: storageOf(expression.type) === "packed",
    isExact: false,
  }));
  return { name: operands[0]!.name, operands, readsTime: false };
}

const TRUE: Expression = { kind: "literal", type: { kind: "bool" }, value: true };

function operandsOf(call: AggregateCall): readonly Expression[] {
  return familyOf(call).operandsOf?.(call) ??
    [call.operand, call.second].filter((operand) => operand !== undefined);
}

/** The operands where the condition holds, else null. */
function laneExpressions(call: AggregateCall): readonly Expression[] {
  const { where } = call;
  const operands = operandsOf(call);
  if (!where) return operands;
  return (operands.length > 0 ? operands : [TRUE]).map((then) => onlyWhere(where, then));
}

function onlyWhere(condition: Expression, then: Expression): Expression {
  const otherwise: Expression = { kind: "literal", type: then.type, value: null };
  return { kind: "if", type: then.type, condition, then, otherwise };
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
