/** Random aggregate calls and windows. */
import type { ExpressionWriter } from "./random_expression.ts";
import type { Random } from "./random.ts";
import { isNumber, type Precision, type Term } from "./term.ts";

export interface AggregateScope {
  /** Writes what stands inside the call: expressions of one row. */
  readonly writer: ExpressionWriter;
  readonly rowTerms: readonly Term[];
  /** Text after the call; empty where the feature's window holds. */
  readonly window: () => string;
}

const NUMERIC = [
  "sum",
  "sum",
  "avg",
  "min",
  "max",
  "first",
  "last",
  "stddev",
  "var",
  "stddev_pop",
  "var_pop",
  "median",
  "quantile",
  "count",
  "count_distinct",
] as const;

/** One aggregate call in parentheses. */
export function randomAggregate(random: Random, scope: AggregateScope): Term {
  const call = randomCall(random, scope);
  const where = random.chance(0.3) ? ` where ${scope.writer.bool(1).text}` : "";
  return { ...call, text: `(${call.text}${where}${scope.window()})` };
}

function randomCall(random: Random, { writer, rowTerms }: AggregateScope): Term {
  const roll = random.int(12);
  if (roll < 2) return { text: "count()", type: "int", precision: "exact" };
  if (roll === 2) {
    return {
      text: `${random.pick(["any", "all"])}(${writer.bool(1).text})`,
      type: "bool",
      precision: "exact",
    };
  }
  const others = rowTerms.filter((term) => !isNumber(term));
  if (roll === 3 && others.length > 0) return otherCall(random, random.pick(others));
  return numericCall(random, writer);
}

function otherCall(random: Random, operand: Term): Term {
  const isOrdered = operand.type === "time" || operand.type === "duration";
  const name = random.pick([
    ...["first", "last", "count", "count_distinct"],
    ...(isOrdered ? ["min", "max"] : []),
    ...(operand.type === "duration" ? ["sum"] : []),
  ]);
  const counts = name.startsWith("count");
  return {
    text: `${name}(${operand.text})`,
    type: counts ? "int" : operand.type,
    precision: counts ? "exact" : operand.precision,
  };
}

function numericCall(random: Random, writer: ExpressionWriter): Term {
  const name = random.pick(NUMERIC);
  const limit: Precision = ["sum", "avg", "min", "max", "first", "last"].includes(name)
    ? "close"
    : "same";
  const operand = writer.number(random.int(3), limit);
  const text = name === "quantile"
    ? `quantile(${operand.text}, ${random.pick(["0", "0.25", "0.9", "1"])})`
    : `${name}(${operand.text})`;
  if (name.startsWith("count")) return { text, type: "int", precision: "exact" };
  if (["min", "max", "first", "last"].includes(name)) return { ...operand, text };
  if (name === "sum" && operand.precision === "exact") return { ...operand, text };
  return { text, type: name === "sum" ? operand.type : "float", precision: "close" };
}

/** An event-driven window. */
export function randomOpenWindow(random: Random, parameters: WindowParameters): string {
  const roll = random.int(10);
  if (roll < 5) {
    return parameters.width !== undefined && random.chance(0.5)
      ? parameters.width
      : `${random.pick([1, 2, 3, 5, 10])}s`;
  }
  if (roll < 8) {
    return parameters.count !== undefined && random.chance(0.5)
      ? `last ${parameters.count}`
      : `last ${random.between(1, 4)}`;
  }
  return "ever";
}

export interface WindowParameters {
  /** Name of a parameter that holds a duration. */
  readonly width?: string;
  /** Name of a parameter that holds a small positive count. */
  readonly count?: string;
}

export function randomClosedWindow(random: Random, parameters: WindowParameters): string {
  const width = parameters.width !== undefined && random.chance(0.5)
    ? parameters.width
    : `${random.pick([1, 3, 5, 10])}s`;
  const offset = random.chance(0.3) ? ` offset ${random.pick(["1s", "500ms", "2s"])}` : "";
  return `tumbling ${width}${offset}`;
}
