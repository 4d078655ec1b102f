/**
 * Expressions as straight-line JavaScript. A numeric value is a number whose null is NaN; a symbol is a
 * code whose null is -1; a bool is 1, 0 or NaN. Inside one expression IEEE's NaN is a value and not null, so
 * nullness is asked of the operands (`isNull`), never of an arithmetic result.
 */
import type { Expression } from "../typed_ast.ts";
import { storageOf } from "../types.ts";
import type { ManifestBuilder } from "./manifest.ts";
import { quoteNumber, slotName } from "./quote.ts";

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Where leaves come from: JavaScript text of a value that is NaN (or -1) exactly if it is null. */
export interface Leaves {
  column(column: Of<"column">): string;
  lag(lag: Of<"lag">): string;
  aggregate(call: Of<"aggregate">): string;
}

interface Emitted {
  readonly text: string;
  /** Text of the null test. */
  readonly isNull: string;
}

const MAX_TEST = 160;
const MAX_SAFE = "9007199254740991";

/** Writes the statements that compute expressions; equal expressions are computed once per scope. */
export class ExpressionWriter {
  readonly #leaves: Leaves;
  readonly #manifest: ManifestBuilder;
  #lines: string[] = [];
  #memo = new Map<string, Emitted>();
  #count = 0;
  readonly #prefix: string;

  constructor(leaves: Leaves, manifest: ManifestBuilder, prefix: string) {
    this.#leaves = leaves;
    this.#manifest = manifest;
    this.#prefix = prefix;
  }

  /** The statements written since the last call. */
  take(): string {
    const text = this.#lines.join("\n");
    this.#lines = [];
    return text;
  }

  /** Text of the value as it may stand in a column: finite or null, negative zero as zero. */
  emitted(expression: Expression): string {
    const { text } = this.#emit(expression);
    if (storageOf(expression.type) === "symbol" || isClean(expression)) return text;
    const name = this.#bind(text);
    return `(${name} - ${name} === 0 ? ${name} + 0 : NaN)`;
  }

  value(expression: Expression): string {
    return this.#emit(expression).text;
  }

  isNull(expression: Expression): string {
    return this.#emit(expression).isNull;
  }

  /** Text that is true exactly if the bool is true (null is not). */
  isTrue(expression: Expression): string {
    return this.#truth(expression, true);
  }

  /** Text that is true exactly if the bool is false. */
  isFalse(expression: Expression): string {
    return this.#truth(expression, false);
  }

  #truth(expression: Expression, wanted: boolean): string {
    const key = `${wanted}${keyOf(expression)}`;
    const known = this.#memo.get(key);
    if (known) return known.text;
    const text = this.#short(this.#truthText(expression, wanted));
    this.#memo.set(key, { text, isNull: "false" });
    return text;
  }

  #truthText(expression: Expression, wanted: boolean): string {
    if (expression.kind === "unary" && expression.operator === "not") {
      return this.#truth(expression.operand, !wanted);
    }
    if (expression.kind !== "binary") return `(${this.value(expression)} === ${wanted ? 1 : 0})`;
    const { operator, left, right } = expression;
    if (operator === "and" || operator === "or") {
      const sign = (operator === "and") === wanted ? "&&" : "||";
      return `(${this.#truth(left, wanted)} ${sign} ${this.#truth(right, wanted)})`;
    }
    if (!isComparison(operator)) return `(${this.value(expression)} === ${wanted ? 1 : 0})`;
    const holds = this.#comparison(expression);
    return wanted ? holds : and(not(this.isNull(left)), not(this.isNull(right)), not(holds));
  }

  /** Long tests are computed once: each use inside another would double the text. */
  #short(test: string): string {
    return test.length > MAX_TEST ? this.#bind(test) : test;
  }

  #comparison(expression: Of<"binary">): string {
    const { left, right } = expression;
    const [a, b] = [this.value(left), this.value(right)];
    const present = () => and(not(this.isNull(left)), not(this.isNull(right)));
    switch (expression.operator) {
      case "==":
        return storageOf(left.type) === "symbol"
          ? and(present(), `(${a} === ${b})`)
          : `(${a} === ${b})`;
      case "!=":
        return and(present(), `(${a} !== ${b})`);
      default:
        return `(${a} ${expression.operator} ${b})`;
    }
  }

  #emit(expression: Expression): Emitted {
    const key = keyOf(expression);
    const known = this.#memo.get(key);
    if (known) return known;
    const emitted = this.#emitNew(expression);
    this.#memo.set(key, emitted);
    return emitted;
  }

  #emitNew(expression: Expression): Emitted {
    switch (expression.kind) {
      case "literal":
        return this.#literal(expression);
      case "column":
        return leaf(expression, this.#bind(this.#leaves.column(expression)));
      case "lag":
        return leaf(expression, this.#bind(this.#leaves.lag(expression)));
      case "aggregate":
        return leaf(expression, this.#bind(this.#leaves.aggregate(expression)));
      case "unary":
        return expression.operator === "-" ? this.#negation(expression) : this.#bool(expression);
      case "binary":
        return this.#binary(expression);
      case "if":
        return this.#conditional(
          this.isTrue(expression.condition),
          expression.then,
          expression.otherwise,
        );
      case "call":
        return this.#call(expression);
      case "hole":
        return this.#hole(expression);
    }
  }

  #literal({ value, type }: Of<"literal">): Emitted {
    const symbol = storageOf(type) === "symbol";
    if (value === null) return { text: symbol ? "-1" : "NaN", isNull: "true" };
    if (typeof value === "string") {
      return { text: this.#manifest.symbolSlot(value), isNull: "false" };
    }
    return { text: quoteNumber(Number(value)), isNull: "false" };
  }

  #negation({ operand }: Of<"unary">): Emitted {
    const inner = this.#emit(operand);
    return { text: this.#bind(`-${inner.text}`), isNull: inner.isNull };
  }

  #bool(expression: Expression): Emitted {
    const [yes, no] = [this.isTrue(expression), this.isFalse(expression)];
    const name = this.#bind(`${yes} ? 1 : ${no} ? 0 : NaN`);
    return { text: name, isNull: `(${name} !== ${name})` };
  }

  #binary(expression: Of<"binary">): Emitted {
    const { operator, left, right } = expression;
    if (operator === "??") return this.#conditional(this.isNull(left), right, left);
    if (operator === "and" || operator === "or" || isComparison(operator)) {
      return this.#bool(expression);
    }
    const [a, b] = [this.value(left), this.value(right)];
    const isNull = this.#short(or(this.isNull(left), this.isNull(right)));
    const product = `${a} ${operator} ${b}`;
    const floors = expression.type.kind === "duration" && operator === "*";
    const name = this.#bind(floors ? `Math.floor(${product})` : product);
    if (expression.type.kind === "i64") this.#checkExact(name);
    return { text: name, isNull };
  }

  #checkExact(name: string): void {
    this.#lines.push(`if (${name} > ${MAX_SAFE} || ${name} < -${MAX_SAFE}) overflow(${name});`);
  }

  /** Both branches are written into blocks of their own, so that only the taken one is computed. */
  #conditional(test: string, then: Expression, otherwise: Expression): Emitted {
    const name = this.#fresh();
    const flag = name + "z";
    this.#lines.push(`let ${name}, ${flag};`, `if (${test}) {`);
    this.#branch(name, flag, then);
    this.#lines.push("} else {");
    this.#branch(name, flag, otherwise);
    this.#lines.push("}");
    return { text: name, isNull: flag };
  }

  #branch(name: string, flag: string, expression: Expression): void {
    const outer = this.#memo;
    this.#memo = new Map(outer);
    const { text, isNull } = this.#emit(expression);
    this.#lines.push(`${name} = ${text}; ${flag} = ${isNull};`);
    this.#memo = outer;
  }

  #call(expression: Of<"call">): Emitted {
    const { name, arguments: operands } = expression;
    const first = operands[0];
    if (name === "is_null" && first) {
      return { text: this.#bind(`${this.isNull(first)} ? 1 : 0`), isNull: "false" };
    }
    if (name === "in" && first) return this.#membership(first, operands.slice(1));
    const texts = operands.map((operand) => this.value(operand));
    const isNull = or(...operands.map((operand) => this.isNull(operand)));
    const call = `${this.#manifest.functionSlot(name)}(${texts.join(", ")})`;
    const guarded = NULL_BLIND.has(name) && isNull !== "false" ? `${isNull} ? NaN : ${call}` : call;
    return { text: this.#bind(guarded), isNull };
  }

  #membership(item: Expression, list: readonly Expression[]): Emitted {
    const text = this.value(item);
    const hit = list.map((other) =>
      and(not(this.isNull(other)), `${text} === ${this.value(other)}`)
    );
    const anyNull = or(...list.map((other) => this.isNull(other)));
    const name = this.#bind(
      `${this.isNull(item)} ? NaN : ${or(...hit)} ? 1 : ${anyNull} ? NaN : 0`,
    );
    return { text: name, isNull: `(${name} !== ${name})` };
  }

  /** A null argument gives null without a call: a plain function of numbers would take it for 0. */
  #hole(expression: Of<"hole">): Emitted {
    const slot = this.#manifest.holeSlot(expression.hole, expression.name);
    const anyNull = or(...expression.arguments.map((argument) => this.isNull(argument)));
    const args = expression.arguments.map((argument) => this.#holeArgument(argument));
    const call = `${slot}(${args.join(", ")})`;
    const result = this.#bind(anyNull === "false" ? call : `${anyNull} ? null : ${call}`);
    const check = HOLE_RESULTS[expression.type.kind] ?? "holeResultNumber";
    const name = this.#bind(`${check}(${result}, ${quoteNumber(expression.hole)})`);
    return { text: name, isNull: `(${result} === null || ${result} === undefined)` };
  }

  #holeArgument(argument: Expression): string {
    const text = this.value(argument);
    if (storageOf(argument.type) === "symbol") {
      this.#manifest.readTexts();
      return `texts[${text}]`;
    }
    return argument.type.kind === "bool" ? `${text} === 1` : text;
  }

  #bind(text: string): string {
    if (/^[\w$]+$/.test(text)) return text;
    const name = this.#fresh();
    this.#lines.push(`const ${name} = ${text};`);
    return name;
  }

  #fresh(): string {
    return slotName(this.#prefix, this.#count++);
  }
}

/** Aggregates whose value is a count, a bool or one of the values that went in. */
const PICKING = new Set<string>([
  "count",
  "count_distinct",
  "min",
  "max",
  "first",
  "last",
  "any",
  "all",
]);

/** What a function hole's result must be, by its declared type. */
const HOLE_RESULTS: Readonly<Record<string, string>> = {
  bool: "holeResultBool",
  i32: "holeResultI32",
  i64: "holeResultI64",
  f32: "holeResultF32",
  timestamp: "holeResultTime",
  duration: "holeResultTime",
};

/** Functions whose body may give a number for NaN. */
const NULL_BLIND = new Set(["pow"]);

function leaf(expression: Expression, text: string): Emitted {
  return {
    text,
    isNull: storageOf(expression.type) === "symbol" ? `(${text} < 0)` : `(${text} !== ${text})`,
  };
}

function isComparison(operator: string): boolean {
  return ["==", "!=", "<", "<=", ">", ">="].includes(operator);
}

/** True for expressions whose value is always finite or NaN for null. */
function isClean(expression: Expression): boolean {
  switch (expression.kind) {
    case "column":
    case "lag":
      return true;
    case "literal":
      return !Object.is(expression.value, -0);
    case "aggregate":
      return PICKING.has(expression.name);
    default:
      return expression.type.kind === "bool";
  }
}

const keys = new WeakMap<Expression, string>();
const numbers = new Map<string, string>();

/** A text equal for structurally equal expressions, short however much they share. */
export function keyOf(expression: Expression): string {
  const known = keys.get(expression);
  if (known !== undefined) return known;
  const shape = JSON.stringify(expression, (_name, value) => {
    if (value !== expression && isExpression(value)) return keyOf(value);
    return Object.is(value, -0) ? "-0" : value;
  });
  const key = numbers.get(shape) ?? `#${numbers.size}`;
  numbers.set(shape, key);
  keys.set(expression, key);
  return key;
}

function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && "kind" in value && "type" in value;
}

export function and(...terms: readonly string[]): string {
  const open = [...new Set(terms)].filter((term) => term !== "true");
  if (open.includes("false")) return "false";
  return open.length === 0 ? "true" : open.length === 1 ? open[0]! : `(${open.join(" && ")})`;
}

export function or(...terms: readonly string[]): string {
  const open = [...new Set(terms)].filter((term) => term !== "false");
  if (open.includes("true")) return "true";
  return open.length === 0 ? "false" : open.length === 1 ? open[0]! : `(${open.join(" || ")})`;
}

function not(term: string): string {
  return term === "true" ? "false" : term === "false" ? "true" : `!${wrap(term)}`;
}

function wrap(term: string): string {
  return term.startsWith("(") ? term : `(${term})`;
}
