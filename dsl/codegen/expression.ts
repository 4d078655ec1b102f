/**
 * Expressions as straight-line JavaScript. A numeric value is a number whose null is NaN; a symbol is a
 * code whose null is -1; a bool is 1, 0 or NaN; a packed value is an address, null is 0, and the words it
 * points into. Inside one expression IEEE's NaN is a value and not null, so nullness is asked of the operands
 * (`isNull`), never of an arithmetic result.
 */
import type { Expression } from "../typed_ast.ts";
import { storageOf } from "../types.ts";
import { unreachable } from "../unreachable.ts";
import { emitElement, emitField } from "./access_text.ts";
import { emitCall } from "./call_text.ts";
import { emitCast } from "./cast_text.ts";
import { keyOf } from "./expression_key.ts";
import {
  bound,
  type Emitted,
  isPackedType,
  nullOf,
  type Of,
  packedOf,
  scalarOf,
  type Scope,
} from "./expression_scope.ts";
import { isClean, mayBeBig } from "./expression_traits.ts";
import { emitHole } from "./hole_text.ts";
import { and, not, or } from "./logic.ts";
import type { ManifestBuilder } from "./manifest.ts";
import { quoteNumber, slotName } from "./quote.ts";

export { keyOf } from "./expression_key.ts";

/** A packed value that comes from outside the expression. */
export interface PackedLeaf {
  readonly text: string;
  readonly words: string;
  /** False for what a generated place may not share: it has no header. */
  readonly whole: boolean;
}

/** Where leaves come from: JavaScript text of a value that is NaN (or -1, or 0) exactly if it is null. */
export interface Leaves {
  column(column: Of<"column">): string | PackedLeaf;
  lag(lag: Of<"lag">): string | PackedLeaf;
  /** A packed value's address in the heap. */
  aggregate(call: Of<"aggregate">): string | PackedLeaf;
  folded?(folded: Of<"folded">): string;
}

const MAX_TEST = 160;
const MAX_SAFE = "9007199254740991";

/** Writes the statements that compute expressions; equal expressions are computed once per scope. */
export class ExpressionWriter implements Scope {
  readonly manifest: ManifestBuilder;
  readonly #leaves: Leaves;
  #lines: string[] = [];
  #memo = new Map<string, Emitted>();
  #count = 0;
  readonly #prefix: string;

  constructor(leaves: Leaves, manifest: ManifestBuilder, prefix: string) {
    this.#leaves = leaves;
    this.manifest = manifest;
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
    const { text } = this.emit(expression);
    if (storageOf(expression.type) !== "number" || isClean(expression)) return text;
    const name = this.bind(text);
    return `(${name} - ${name} === 0 ? ${name} + 0 : NaN)`;
  }

  /** Text of where the packed value's header stands in the heap, copied there if need be; -1 for null. */
  kept(expression: Expression): string {
    const { text, words, whole } = this.emit(expression);
    if (whole) return `keepWhole(${text}, ${words})`;
    return `keepPart(${this.manifest.typeSlot(expression.type)}, ${text}, ${words})`;
  }

  value(expression: Expression): string {
    return this.emit(expression).text;
  }

  /** The words a packed value's address points into. */
  words(expression: Expression): string {
    return this.emit(expression).words ?? "heap.words";
  }

  isNull(expression: Expression): string {
    return this.emit(expression).isNull;
  }

  /** Text that is true exactly if the bool is true (null is not). */
  isTrue(expression: Expression): string {
    return this.#truth(expression, true);
  }

  /** Text that is true exactly if the bool is false. */
  isFalse(expression: Expression): string {
    return this.#truth(expression, false);
  }

  number(expression: Expression): string {
    const { text } = this.emit(expression);
    if (expression.type.kind !== "i64" || !mayBeBig(expression)) return text;
    const key = `exact${keyOf(expression)}`;
    if (!this.#memo.has(key)) {
      const exact = this.bind(`${text} > ${MAX_SAFE} ? beyond(${text}) : ${text}`);
      this.#memo.set(key, { text: exact, isNull: "false" });
    }
    return this.#memo.get(key)!.text;
  }

  bind(text: string): string {
    if (/^[\w$]+$/.test(text)) return text;
    const name = this.fresh();
    this.line(`const ${name} = ${text};`);
    return name;
  }

  line(statement: string): void {
    this.#lines.push(statement);
  }

  fresh(): string {
    return slotName(this.#prefix, this.#count++);
  }

  emit(expression: Expression): Emitted {
    const key = keyOf(expression);
    const known = this.#memo.get(key);
    if (known) return known;
    const emitted = this.#emitNew(expression);
    this.#memo.set(key, emitted);
    return emitted;
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
    return test.length > MAX_TEST ? this.bind(test) : test;
  }

  #comparison(expression: Of<"binary">): string {
    const { left, right, operator } = expression;
    const present = () => and(not(this.isNull(left)), not(this.isNull(right)));
    const isSymbol = storageOf(left.type) === "symbol";
    if (operator === "==" || operator === "!=") {
      const test = `(${this.value(left)} ${operator}= ${this.value(right)})`;
      return operator === "==" && !isSymbol ? test : and(present(), test);
    }
    if (isSymbol) {
      this.manifest.readTexts();
      const order = `compareCodes(${this.value(left)}, ${this.value(right)})`;
      return and(present(), `(${order} ${operator} 0)`);
    }
    return `(${this.number(left)} ${operator} ${this.number(right)})`;
  }

  #emitNew(expression: Expression): Emitted {
    switch (expression.kind) {
      case "literal":
        return this.#literal(expression);
      case "column":
        return this.#leaf(expression, this.#leaves.column(expression));
      case "lag":
        return this.#leaf(expression, this.#leaves.lag(expression));
      case "aggregate":
        return this.#leaf(expression, this.#leaves.aggregate(expression));
      case "folded":
        if (!this.#leaves.folded) {
          throw new RangeError("Cannot write a fold's output: there is no fold");
        }
        return bound(this, expression.type, this.#leaves.folded(expression));
      case "unary":
        return expression.operator === "-" ? this.#negation(expression) : this.#bool(expression);
      case "binary":
        return this.#binary(expression);
      case "if":
        return this.#conditional(this.isTrue(expression.condition), expression.type, [
          expression.then,
          expression.otherwise,
        ]);
      case "call":
        return emitCall(expression, this);
      case "cast":
        return emitCast(expression, this);
      case "field":
        return emitField(expression, this);
      case "element":
        return emitElement(expression, this);
      case "hole":
        return emitHole(expression, this);
      default:
        return unreachable(expression);
    }
  }

  #leaf({ type }: Expression, leaf: string | PackedLeaf): Emitted {
    if (typeof leaf !== "string") {
      return packedOf(this.bind(leaf.text), this.bind(leaf.words), leaf.whole);
    }
    return bound(this, type, leaf);
  }

  #literal({ value, type }: Of<"literal">): Emitted {
    if (value === null) {
      const none = { text: nullOf(type), isNull: "true" };
      return isPackedType(type) ? { ...none, words: "heap.words", whole: true } : none;
    }
    if (typeof value === "string") {
      return { text: this.manifest.symbolSlot(value), isNull: "false" };
    }
    return { text: quoteNumber(Number(value)), isNull: "false" };
  }

  #negation({ operand }: Of<"unary">): Emitted {
    const { isNull } = this.emit(operand);
    return { text: this.bind(`-${this.number(operand)}`), isNull };
  }

  #bool(expression: Expression): Emitted {
    const [yes, no] = [this.isTrue(expression), this.isFalse(expression)];
    return scalarOf(expression.type, this.bind(`${yes} ? 1 : ${no} ? 0 : NaN`));
  }

  #binary(expression: Of<"binary">): Emitted {
    const { operator, left, right, type } = expression;
    if (operator === "??") return this.#conditional(this.isNull(left), type, [right, left]);
    if (operator === "and" || operator === "or" || isComparison(operator)) {
      return this.#bool(expression);
    }
    const [a, b] = [this.number(left), this.number(right)];
    const isNull = this.#short(or(this.isNull(left), this.isNull(right)));
    const product = `${a} ${operator} ${b}`;
    const floors = type.kind === "duration" && operator === "*";
    const value = floors ? `Math.floor(${product})` : product;
    return { text: type.kind === "i64" ? this.#exact(value) : this.bind(value), isNull };
  }

  #exact(value: string): string {
    const name = this.fresh();
    this.line(`let ${name} = ${value};`);
    this.line(`if (${name} > ${MAX_SAFE} || ${name} < -${MAX_SAFE}) ${name} = overflow(${name});`);
    return name;
  }

  /** Both branches are written into blocks of their own, so that only the taken one is computed. */
  #conditional(
    test: string,
    type: Expression["type"],
    [then, otherwise]: readonly [Expression, Expression],
  ): Emitted {
    const name = this.fresh();
    const flag = name + "z";
    const words = isPackedType(type) ? name + "w" : undefined;
    this.line(`let ${name}, ${flag}${words === undefined ? "" : `, ${words}`};`);
    this.line(`if (${test}) {`);
    const first = this.#branch({ name, flag, words }, then);
    this.line("} else {");
    const second = this.#branch({ name, flag, words }, otherwise);
    this.line("}");
    if (words === undefined) return { text: name, isNull: flag };
    return { text: name, isNull: flag, words, whole: first && second };
  }

  #branch(
    { name, flag, words }: { name: string; flag: string; words: string | undefined },
    expression: Expression,
  ): boolean {
    const outer = this.#memo;
    this.#memo = new Map(outer);
    const emitted = this.emit(expression);
    const more = words === undefined ? "" : ` ${words} = ${emitted.words};`;
    this.line(`${name} = ${emitted.text}; ${flag} = ${emitted.isNull};${more}`);
    this.#memo = outer;
    return emitted.whole ?? false;
  }
}

function isComparison(operator: string): boolean {
  return ["==", "!=", "<", "<=", ">", ">="].includes(operator);
}
