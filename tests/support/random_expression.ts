/** Random expressions of the language over given terms. */
import type { Random } from "./random.ts";
import {
  datePart,
  madeText,
  madeTime,
  numberOfText,
  SIDES,
  spelled,
  TEXTS,
  truthOfText,
} from "./random_text.ts";
import {
  isNumber,
  isWithin,
  numberType,
  partsOf,
  type Precision,
  type Term,
  worst,
} from "./term.ts";

export interface ExpressionScope {
  readonly terms: readonly Term[];
  /** Whether `prev` and `lag` may be used. */
  readonly lags: boolean;
  /** Parameters that hold a small positive count. */
  readonly counts: readonly string[];
}

const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="] as const;
const SMOOTH = ["sqrt", "cbrt", "sin", "atan", "exp", "ln"] as const;
const STEPS = ["floor", "ceil", "sign"] as const;

/** Writes expressions; `depth` bounds how far they nest. */
export class ExpressionWriter {
  readonly #random: Random;
  readonly #scope: ExpressionScope;

  constructor(random: Random, scope: ExpressionScope) {
    this.#random = random;
    this.#scope = { ...scope, terms: [...scope.terms, ...partsOf(scope.terms)] };
  }

  any(depth: number): Term {
    const roll = this.#random.int(12);
    if (roll < 6) return this.number(depth, "close");
    if (roll < 8) return this.bool(depth);
    if (roll < 10) {
      const rest = this.#scope.terms.filter((term) =>
        term.type === "nested" || term.type === "big" || !isWithin(term.precision, "close")
      );
      if (rest.length > 0) return this.#lagOf(this.#random.pick(rest));
    }
    return this.#moment() ?? this.#label() ?? this.number(depth, "close");
  }

  /** A numeric expression no worse than `limit`. */
  number(depth: number, limit: Precision): Term {
    if (depth <= 0 || this.#random.chance(0.2)) return this.#leaf(limit);
    const term = this.#compound(depth - 1, limit);
    return isWithin(term.precision, limit) ? term : this.#leaf(limit);
  }

  bool(depth: number): Term {
    const random = this.#random;
    const roll = random.int(10);
    if (roll < 5 || depth <= 0) return this.#comparison(depth - 1);
    if (roll < 7) {
      const operator = random.pick(["and", "or"]);
      return truth(`(${this.bool(depth - 1).text} ${operator} ${this.bool(depth - 1).text})`);
    }
    if (roll === 7) return truth(`(not ${this.bool(depth - 1).text})`);
    if (roll === 8) return truth(`is_null(${this.number(depth - 1, "same").text})`);
    const texts = this.#texts();
    if (texts.length > 0 && random.chance(0.5)) {
      return truthOfText(random, random.pick(texts), random.pick(texts));
    }
    return this.#membership() ?? truth(`\${is_even}(${this.#leaf("same").text}) as bool`, true);
  }

  #compound(depth: number, limit: Precision): Term {
    const random = this.#random;
    const steady: Precision = limit === "exact" ? "exact" : "same";
    const roll = random.int(18);
    if (roll < 4) {
      return infix(this.number(depth, limit), random.pick(["+", "-"]), this.number(depth, limit));
    }
    if (roll === 4) return scaled(this.number(depth, limit), random.between(2, 3));
    if (roll === 5) return this.#choice(depth, limit);
    if (roll === 6) return infix(this.number(depth, limit), "??", this.number(depth, limit));
    if (roll === 7) return negated(random.pick(["abs", "-"]), this.number(depth, limit));
    if (roll === 8) return this.#extreme(depth, steady);
    if (roll === 9) return this.#lagged(depth, steady);
    if (roll === 10) return infix(this.number(depth, steady), "%", whole(3));
    if (roll === 11) return this.#stepped(depth, steady);
    if (roll === 12) return quotient(this.number(depth, limit), this.number(depth, steady));
    if (roll === 13) return product(this.number(depth, steady), this.#leaf(steady));
    if (roll === 14) return this.#smooth(depth, steady);
    if (roll === 15) return this.#cast(depth, steady);
    const texts = this.#texts();
    if (roll === 16 && texts.length > 0) return numberOfText(random, random.pick(texts));
    return this.#clock() ?? this.#hole(steady);
  }

  #leaf(limit: Precision): Term {
    const leaves = this.#scope.terms.filter((t) => isNumber(t) && isWithin(t.precision, limit));
    if (leaves.length > 0 && this.#random.chance(0.85)) return this.#random.pick(leaves);
    if (this.#random.chance(0.5)) return whole(this.#random.between(0, 4));
    return { text: this.#random.pick(["0.5", "1.25", "2.5e0"]), type: "float", precision: "exact" };
  }

  #choice(depth: number, limit: Precision): Term {
    const [a, b] = [this.number(depth, limit), this.number(depth, limit)];
    return {
      text: `(if ${this.bool(depth).text} then ${a.text} else ${b.text})`,
      type: numberType(a, b),
      precision: worst(a.precision, b.precision),
    };
  }

  #extreme(depth: number, steady: Precision): Term {
    const [a, b] = [this.number(depth, steady), this.number(depth, steady)];
    const precision = worst(a.precision, b.precision);
    if (this.#random.chance(0.3)) {
      return { text: `clip(${a.text}, 0, 3)`, type: a.type, precision: a.precision };
    }
    const name = this.#random.pick(["least", "greatest"]);
    return { text: `${name}(${a.text}, ${b.text})`, type: numberType(a, b), precision };
  }

  #lagged(depth: number, steady: Precision): Term {
    const operand = this.number(depth - 1, steady);
    if (!this.#scope.lags) return operand;
    return { ...operand, text: lagText(this.#random, operand.text, this.#scope.counts) };
  }

  #stepped(depth: number, steady: Precision): Term {
    const operand = this.number(depth, steady);
    const name = this.#random.pick(["div", "mod", ...STEPS]);
    const text = name === "div" || name === "mod"
      ? `${name}(${operand.text}, ${this.#random.between(1, 3)})`
      : `${name}(${operand.text})`;
    return { text, type: "float", precision: operand.precision };
  }

  #smooth(depth: number, steady: Precision): Term {
    const operand = this.number(depth, steady);
    const name = this.#random.pick(SMOOTH);
    const inner = name === "exp" ? `clip(${operand.text}, -2, 2)` : operand.text;
    return { text: `${name}(${inner})`, type: "float", precision: "same" };
  }

  #clock(): Term | undefined {
    const durations = this.#scope.terms.filter((term) => term.type === "duration");
    if (durations.length > 0 && this.#random.chance(0.5)) {
      const { text } = this.#random.pick(durations);
      const form = this.#random.pick([`seconds(${text})`, `(${text} / 2s)`]);
      return { text: form, type: "float", precision: "same" };
    }
    const times = this.#scope.terms.filter((term) => term.type === "time");
    if (times.length === 0) return undefined;
    const { text } = this.#random.pick(times);
    return datePart(this.#random, { text, type: "time", precision: "same" });
  }

  /** Through another type and back, or to a whole number. */
  #cast(depth: number, steady: Precision): Term {
    const operand = this.number(depth, steady);
    const { text, type, precision } = operand;
    const cast = this.#random.pick(["as i64", "as i32", "as f64", "as bool as f64"]);
    if (cast === "as f64") return { text: `(${text} ${cast})`, type: "float", precision };
    return {
      text: `(${text} ${cast})`,
      type: cast === "as bool as f64" ? "float" : "int",
      precision: type === "int" ? precision : worst("same", precision),
    };
  }

  #texts(): readonly Term[] {
    return this.#scope.terms.filter((term) => term.type === "text");
  }

  #hole(steady: Precision): Term {
    const texts = this.#scope.terms.filter((term) => term.type === "text");
    const random = this.#random;
    if (texts.length > 0 && random.chance(0.4)) {
      return {
        text: `(\${size}(${random.pick(texts).text}) as f64)`,
        type: "float",
        precision: "same",
      };
    }
    const [a, b] = [this.#leaf(steady), this.#leaf(steady)];
    const text = random.chance(0.5)
      ? `(\${half}(${a.text}) as f64)`
      : `(\${combine}(${a.text}, ${b.text}) as f64)`;
    return { text, type: "float", precision: "same" };
  }

  #comparison(depth: number): Term {
    const a = this.number(depth, "same");
    const b = this.#random.chance(0.5)
      ? whole(this.#random.between(-1, 4))
      : this.number(depth, "same");
    return truth(`(${a.text} ${this.#random.pick(COMPARISONS)} ${b.text})`);
  }

  #membership(): Term | undefined {
    const labels = this.#scope.terms.filter((term) => term.type === "text" || term.type === "side");
    if (labels.length === 0) return undefined;
    const { text, type } = this.#random.pick(labels);
    const values = (type === "side" ? SIDES : TEXTS).map((value) => JSON.stringify(value));
    if (this.#random.chance(0.4)) return truth(`(${text} in (${values.slice(0, 2).join(", ")}))`);
    return truth(`(${text} ${this.#random.pick(["==", "!="])} ${this.#random.pick(values)})`);
  }

  /** A timestamp or a duration. */
  #moment(): Term | undefined {
    const times = this.#scope.terms.filter((term) => term.type === "time");
    const durations = this.#scope.terms.filter((term) => term.type === "duration");
    if (times.length === 0 || this.#random.chance(0.4)) return undefined;
    const { text } = this.#random.pick(times);
    if (durations.length > 0 && this.#random.chance(0.5)) {
      const gap = this.#random.pick(durations).text;
      const isTime = this.#random.chance(0.5);
      const form = isTime ? `(${text} - ${gap})` : `((${gap} + 1s) * ${this.#leaf("same").text})`;
      return { text: form, type: isTime ? "time" : "duration", precision: "same" };
    }
    if (this.#scope.lags && this.#random.chance(0.5)) {
      return { text: `(${text} - prev(${text}))`, type: "duration", precision: "exact" };
    }
    if (this.#random.chance(0.5)) {
      const { text: other } = this.#random.pick(times);
      return { text: `((${text} - ${other}) * 0.3)`, type: "duration", precision: "same" };
    }
    if (this.#random.chance(0.6)) {
      return madeTime(this.#random, { text, type: "time", precision: "same" });
    }
    return { text: `(${text} + 3s)`, type: "time", precision: "same" };
  }

  /** A text or an enum value. */
  #label(): Term | undefined {
    const random = this.#random;
    const labels = this.#scope.terms.filter((term) => term.type === "text" || term.type === "side");
    if (random.chance(0.25) && this.#scope.terms.length > 0) {
      const made = spelled(random, random.pick(this.#scope.terms));
      if (made !== undefined) return made;
    }
    if (labels.length === 0) return undefined;
    const label = random.pick(labels);
    return label.type === "text" && random.chance(0.5)
      ? madeText(random, label)
      : this.#lagOf(label);
  }

  #lagOf(term: Term): Term {
    if (!this.#scope.lags || this.#random.chance(0.5)) return term;
    return { ...term, text: lagText(this.#random, term.text, this.#scope.counts) };
  }
}

function lagText(random: Random, operand: string, counts: readonly string[]): string {
  if (random.chance(0.4)) return `prev(${operand})`;
  const rows = counts.length > 0 && random.chance(0.5) ? random.pick(counts) : random.between(1, 3);
  return `lag(${operand}, ${rows})`;
}

function whole(value: number): Term {
  return { text: String(value), type: "int", precision: "exact" };
}

function truth(text: string, bare = false): Term {
  return { text: bare ? `(${text})` : text, type: "bool", precision: "exact" };
}

function infix(left: Term, operator: string, right: Term): Term {
  return {
    text: `(${left.text} ${operator} ${right.text})`,
    type: numberType(left, right),
    precision: worst(left.precision, right.precision),
  };
}

function scaled(term: Term, factor: number): Term {
  return { ...term, text: `(${term.text} * ${factor})` };
}

function negated(name: "abs" | "-", term: Term): Term {
  return { ...term, text: name === "-" ? `(-${term.text})` : `${name}(${term.text})` };
}

function quotient(left: Term, right: Term): Term {
  return {
    text: `(${left.text} / ${right.text})`,
    type: "float",
    precision: worst("same", left.precision),
  };
}

function product(left: Term, right: Term): Term {
  return {
    text: `(${left.text} * (${right.text} + 0.5))`,
    type: "float",
    precision: worst("same", left.precision, right.precision),
  };
}
