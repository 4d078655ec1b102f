/** Constants: literals, parameters and value holes, and what windows and clauses ask of them. */
import type { ExpressionNode } from "./ast.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import { parseDuration, printDuration } from "./duration.ts";
import type { Span } from "./source.ts";
import type { HoleDescription } from "./template.ts";
import type { Expression } from "./typed_ast.ts";
import { isNumeric } from "./types.ts";

/** A typed literal. */
export type Literal = Extract<Expression, { kind: "literal" }>;

/** Parameters by name, with the value they have in one instance; undefined is one that was wrong. */
export type Parameters = ReadonlyMap<string, Literal | undefined>;

/** A value of TypeScript or YAML as a literal; whole numbers are i64. */
export function createLiteral(value: number | string | boolean): Literal {
  if (typeof value === "number") {
    return { kind: "literal", type: { kind: Number.isSafeInteger(value) ? "i64" : "f64" }, value };
  }
  return { kind: "literal", type: { kind: typeof value === "string" ? "string" : "bool" }, value };
}

/** A length of time as a literal. */
export function createDuration(micros: number): Literal {
  return { kind: "literal", type: { kind: "duration" }, value: micros };
}

/** The value of a constant of the text; undefined, reported, if it has none. */
export function evaluateConstant(
  node: ExpressionNode,
  params: Parameters,
  report: Report,
): Literal | undefined {
  switch (node.kind) {
    case "number":
      return { ...createLiteral(node.value), type: { kind: node.integer ? "i64" : "f64" } };
    case "duration":
      return createDuration(node.value);
    case "string":
    case "bool":
      return createLiteral(node.value);
    case "hole":
      return evaluateHole(node.hole.description, node, report);
    case "path":
      return evaluateName(node, params, report);
    case "unary":
      return evaluateNegative(node, params, report);
    default:
      return report("E411", node, "Expected a constant: a number, duration, parameter or hole");
  }
}

function evaluateNegative(
  node: Extract<ExpressionNode, { kind: "unary" }>,
  params: Parameters,
  report: Report,
): Literal | undefined {
  const literal = evaluateConstant(node.operand, params, report);
  if (literal === undefined) return undefined;
  const micros = literal.type.kind === "string" ? toDurationUs(literal) : undefined;
  if (node.operator === "-" && micros !== undefined) return createDuration(-micros);
  const { value } = literal;
  if (node.operator === "-" && typeof value === "number") return { ...literal, value: -value };
  return report("E411", node, "Expected a constant: a number, duration, parameter or hole");
}

/** The value of a `${…}` that stands for one. */
function evaluateHole(
  hole: HoleDescription,
  span: Span,
  report: Report,
): Literal | undefined {
  switch (hole.kind) {
    case "number":
      if (Number.isFinite(hole.value)) return createLiteral(hole.value);
      return report("E701", span, `Cannot use a hole whose value is ${hole.value}`);
    case "string":
    case "boolean":
      return createLiteral(hole.value);
    case "function": {
      const hint = "call it and say its type: ${f}(a, b) as f64";
      return report("E701", span, "Cannot use a function hole as a value", hint);
    }
    case "stream": {
      const hint = "streams stand after on and join";
      return report("E701", span, `Cannot use the stream "${hole.name}" as a value`, hint);
    }
    case "aggregate": {
      const hint = "call it over a window: ${agg}(x) as f64 over 1m";
      return report("E701", span, "Cannot use an aggregate hole as a value", hint);
    }
    case "fold": {
      const hint = "it stands after fold: feature f on x fold ${reducer} { … }";
      return report("E701", span, "Cannot use a reducer as a value", hint);
    }
    case "schema": {
      const hint = "it stands after the name of a source: source x ${schema} { … }";
      return report("E701", span, "Cannot use a schema as a value", hint);
    }
    case "other": {
      const hint = "holes are numbers, strings, booleans, functions and streams of other plugins";
      return report("E701", span, `Cannot use a hole whose value is ${hole.text}`, hint);
    }
  }
}

/** Microseconds of a constant; the texts of holes and configs may say `"5m"`. */
export function toDurationUs(literal: Literal): number | undefined {
  if (literal.type.kind === "duration") return Number(literal.value);
  return typeof literal.value === "string" ? parseDuration(literal.value) : undefined;
}

/** A duration of at least `least` microseconds. */
export function expectDuration(
  node: ExpressionNode,
  params: Parameters,
  options: { readonly report: Report; readonly what: string; readonly least: number },
): number | undefined {
  const { report, what, least } = options;
  const literal = evaluateConstant(node, params, report);
  if (literal === undefined) return undefined;
  const micros = toDurationUs(literal);
  if (micros === undefined) {
    const hint = "durations are written with a unit: 500us 20ms 5s 1m 2h 7d";
    return report("E407", node, `Expected a duration for ${what}`, hint);
  }
  if (micros >= least) return micros;
  return report("E407", node, `Cannot use ${printDuration(micros)} for ${what}: it is too short`);
}

/** The most rows that a key's ring can have: each key has room for all of them. */
export const MOST_RING_ROWS = 1_000_000;

/** A whole number of at least 1. */
export function expectCount(
  node: ExpressionNode,
  params: Parameters,
  options: { readonly report: Report; readonly what: string; readonly most?: number },
): number | undefined {
  const { report, what, most = Infinity } = options;
  const literal = evaluateConstant(node, params, report);
  if (literal === undefined) return undefined;
  const { value } = literal;
  const whole = isNumeric(literal.type) && Number.isSafeInteger(value) && Number(value) >= 1;
  if (whole && Number(value) <= most) return Number(value);
  const range = most === Infinity ? "from 1" : `from 1 to ${most}`;
  return report("E408", node, `Expected a whole number ${range} for ${what}`);
}

/** A finite number above 0. */
export function expectNumber(
  node: ExpressionNode,
  params: Parameters,
  options: { readonly report: Report; readonly what: string },
): number | undefined {
  const literal = evaluateConstant(node, params, options.report);
  if (literal === undefined) return undefined;
  const { type, value } = literal;
  if (isNumeric(type) && Number.isFinite(value) && Number(value) > 0) return Number(value);
  return options.report("E408", node, `Expected a number above 0 for ${options.what}`);
}

const windowWords = ["tumbling", "hopping", "session", "last", "ever"];

function evaluateName(
  node: Extract<ExpressionNode, { kind: "path" }>,
  params: Parameters,
  report: Report,
): Literal | undefined {
  const name = node.path.map((part) => part.name).join(".");
  const value = params.get(name);
  if (value !== undefined || params.has(name)) return value;
  const hint = didYouMean(name, [...params.keys(), ...windowWords]) ??
    "only constants stand here: literals, parameters of the feature and holes";
  return report("E201", node, `Cannot find the parameter "${name}"`, hint);
}
