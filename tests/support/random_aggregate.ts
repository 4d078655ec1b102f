/** Random aggregate calls. */
import type { ExpressionWriter } from "./random_expression.ts";
import { SIDES, TEXTS } from "./random_text.ts";
import type { Random } from "./random.ts";
import { isNumber, listOf, mapOf, type Precision, structOf, type Term, worst } from "./term.ts";

export interface AggregateScope {
  /** Writes what stands inside the call: expressions of one row. */
  readonly writer: ExpressionWriter;
  readonly rowTerms: readonly Term[];
  /** Text after the call; empty where the feature's window holds. */
  readonly window: (call: CallNeeds) => string;
  /** Whether windows have a length, as `rate` needs. */
  readonly isTimed: boolean;
}

export interface CallNeeds {
  /** The window must be one of time. */
  readonly timed?: boolean;
  /** The window must end. */
  readonly finite?: boolean;
}

interface Call extends Term, CallNeeds {}

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
  "delta",
  "drawdown",
] as const;

const HALF_LIVES = ["1s", "5s", "500ms"] as const;

/** One aggregate call in parentheses. */
export function randomAggregate(random: Random, scope: AggregateScope): Term {
  const { timed, finite, ...call } = randomCall(random, scope);
  const where = random.chance(0.3) ? ` where ${scope.writer.bool(1).text}` : "";
  const { clause, term } = random.chance(0.15)
    ? perCategory(random, scope, call)
    : { clause: "", term: call };
  const needs = { ...(timed && { timed }), ...(finite && { finite }) };
  return { ...term, text: `(${call.text}${where}${clause}${scope.window(needs)})` };
}

function randomCall(random: Random, scope: AggregateScope): Call {
  const { writer, rowTerms } = scope;
  const roll = random.int(24);
  if (roll < 2) return { text: "count()", type: "int", precision: "exact" };
  if (roll === 2) {
    return {
      text: `${random.pick(["any", "all"])}(${writer.bool(1).text})`,
      type: "bool",
      precision: "exact",
    };
  }
  const others = rowTerms.filter((term) => !isNumber(term));
  if (roll < 6 && others.length > 0) return otherCall(random, random.pick(others));
  if (roll < 9) return listCall(random, scope);
  if (roll < 11) return frequencyCall(random, scope);
  if (roll === 11) return argumentCall(random, scope);
  if (roll === 12) return decayCall(random, writer);
  if (roll < 15) return momentCall(random, writer);
  if (roll < 17) return userCall(random, scope);
  if (roll === 17 && scope.isTimed) {
    const text = random.chance(0.5) ? "rate()" : `rate(${writer.number(1, "close").text})`;
    return { text, type: "float", precision: "close", timed: true };
  }
  return numericCall(random, writer);
}

function otherCall(random: Random, operand: Term): Call {
  const isOrdered = ["time", "duration", "text"].includes(operand.type);
  const isCounted = operand.type !== "nested";
  const name = random.pick([
    ...["first", "last", "count"],
    ...(isCounted ? ["count_distinct"] : []),
    ...(isOrdered ? ["min", "max"] : []),
    ...(operand.type === "duration" ? ["sum"] : []),
    ...(operand.type === "duration" ? ["delta"] : []),
  ]);
  const text = `${name}(${operand.text})`;
  if (name.startsWith("count")) return { text, type: "int", precision: "exact" };
  return { ...operand, text };
}

function listCall(random: Random, { writer, rowTerms }: AggregateScope): Call {
  const name = random.pick(["top", "bottom", "first_k", "last_k", "collect"]);
  const isAny = name !== "top" && name !== "bottom";
  const fitting = rowTerms.filter(({ type }) => isAny || type === "text");
  const operand = fitting.length > 0 && random.chance(0.5)
    ? random.pick(fitting)
    : writer.number(1, "same");
  const most = name === "collect" ? "" : `, ${random.between(1, 4)}`;
  const text = `${name}(${operand.text}${most})`;
  return { ...listOf(operand), text, ...(name === "collect" && { finite: true }) };
}

function frequencyCall(random: Random, { writer, rowTerms }: AggregateScope): Call {
  const labels = rowTerms.filter(({ type }) => type === "text" || type === "side");
  const operand = labels.length > 0 && random.chance(0.6)
    ? random.pick(labels)
    : writer.number(0, "exact");
  const name = random.pick([
    "top_frequency",
    "top_frequency",
    "top1_ratio",
    "histogram",
    "histogram",
    "entropy",
    "approx_distinct",
  ]);
  const text = `${name}(${operand.text}${name === "top_frequency" ? ", 2" : ""})`;
  const count: Term = { text: "count", type: "int", precision: "exact" };
  switch (name) {
    case "top_frequency": {
      const entry = structOf([{ ...operand, text: "value" }, count]);
      return { ...listOf({ ...entry, text: "entry" }), text };
    }
    case "histogram":
      return { ...mapOf(operand, literalsOf(operand), count), text };
    case "approx_distinct":
      return { text, type: "int", precision: "counted" };
    default:
      return { text, type: "float", precision: "close" };
  }
}

/** Literals that values of the term may equal. */
function literalsOf({ type }: Term): readonly string[] {
  if (type === "text") return TEXTS.slice(0, 3).map((text) => JSON.stringify(text));
  if (type === "side") return SIDES.map((side) => JSON.stringify(side));
  return type === "int" || type === "float" ? ["1", "2"] : [];
}

function argumentCall(random: Random, { writer, rowTerms }: AggregateScope): Call {
  const operand = rowTerms.length > 0 ? random.pick(rowTerms) : writer.number(1, "same");
  const by = writer.number(1, "same");
  return {
    ...operand,
    text: `${random.pick(["arg_min", "arg_max"])}(${operand.text}, ${by.text})`,
  };
}

function decayCall(random: Random, writer: ExpressionWriter): Call {
  const operand = writer.number(1, "close");
  const text = `${random.pick(["ewma", "decayed_sum"])}(${operand.text}, ${
    random.pick(HALF_LIVES)
  })`;
  return { text, type: "float", precision: "close" };
}

function momentCall(random: Random, writer: ExpressionWriter): Call {
  const name = random.pick(["covar", "corr", "skew", "kurtosis", "slope", "approx_quantile"]);
  const operand = writer.number(1, "exact").text;
  if (name === "approx_quantile") {
    const text = `approx_quantile(${operand}, ${random.pick([0, 1])})`;
    return { text, type: "float", precision: "approximate" };
  }
  const second = name === "covar" || name === "corr" ? `, ${writer.number(1, "exact").text}` : "";
  return { text: `${name}(${operand}${second})`, type: "float", precision: "rough" };
}

function userCall(random: Random, { writer, rowTerms }: AggregateScope): Call {
  const texts = rowTerms.filter(({ type }) => type === "text");
  if (texts.length > 0 && random.chance(0.4)) {
    const text = `\${longest}(${random.pick(texts).text}) as string`;
    return { text, type: "text", precision: "exact" };
  }
  const [a, b] = [writer.number(0, "exact"), writer.number(0, "exact")];
  if (random.chance(0.5)) {
    return { text: `\${middle}(${a.text}) as f64`, type: "float", precision: "close" };
  }
  const product: Term = { text: "xy", type: "float", precision: "same" };
  return { ...listOf(product), text: `\${dotted}(${a.text}, ${b.text}) as list<f64>` };
}

function numericCall(random: Random, writer: ExpressionWriter): Call {
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
  if (["sum", "delta"].includes(name) && operand.precision === "exact") return { ...operand, text };
  const type = name === "sum" || name === "delta" ? operand.type : "float";
  return { text, type, precision: "close" };
}

/** The call per category; by value only where no two evaluators may order values differently. */
function perCategory(
  random: Random,
  { rowTerms }: AggregateScope,
  call: Term,
): { readonly clause: string; readonly term: Term } {
  const categories = rowTerms.filter(({ type }) =>
    type === "text" || type === "side" || type === "int" || type === "bool"
  );
  if (categories.length === 0) return { clause: "", term: call };
  const category = random.pick(categories);
  const isSteady = call.precision === "exact" || call.precision === "same";
  const isScalar = ["int", "float", "text"].includes(call.type);
  const by = random.pick(isSteady && isScalar ? ["key", "value"] : ["key"]);
  const top = random.chance(0.5) ? ` top ${random.between(1, 2)} by ${by}` : "";
  const value = { ...call, precision: worst(call.precision) };
  return {
    clause: ` per ${category.text}${top}`,
    term: { ...mapOf(category, literalsOf(category), value), text: call.text },
  };
}
