/** What functions and aggregates take and give, as the tables of them say it. */
import type { AggregateName } from "./typed_ast.ts";

/**
 * What an argument may be. `quantity`: a number or a duration; `difference`: that or a timestamp; `ordered`:
 * a number, timestamp, duration or text; `same`: ordered, and of one type with the other `same` arguments;
 * `sized`: text, a list or a map; `container`: text or a list; `member`: what may be in the first argument;
 * `numbers`: a list of numbers or a vector. The constants are known before the first row: `regex`, `zone`,
 * `unit`, `time_pattern` texts, `group` the number of a group of a regex, `rows` a whole number from 1,
 * `fraction` a number from 0 to 1, `half_life` a duration.
 */
export type ArgumentKind =
  | "any"
  | "scalar"
  | "number"
  | "integer"
  | "quantity"
  | "difference"
  | "ordered"
  | "same"
  | "bool"
  | "timestamp"
  | "duration"
  | "text"
  | "texts"
  | "sized"
  | "container"
  | "member"
  | "list"
  | "numbers"
  | "map"
  | "vector"
  | ConstantKind;

export type ConstantKind =
  | "regex"
  | "zone"
  | "unit"
  | "time_pattern"
  | "group"
  | "rows"
  | "fraction"
  | "half_life";

/**
 * What a call gives. `arithmetic`: i64 if all arguments are integers, duration for a duration, else f64;
 * `operand`: the type of the argument (of all of them together); `difference`: arithmetic, and a duration for
 * timestamps; `list`: of the argument's type; `keys`, `values`: lists of a map's; `frequencies`: a list of
 * values with their counts; `counts`: a map of them.
 */
export type ResultKind =
  | "arithmetic"
  | "operand"
  | "difference"
  | "bool"
  | "i32"
  | "i64"
  | "f64"
  | "string"
  | "timestamp"
  | "texts"
  | "list"
  | "keys"
  | "values"
  | "frequencies"
  | "counts";

export interface ParameterSignature {
  readonly name: string;
  readonly kind: ArgumentKind;
  /** It, and those after it, may be left out. */
  readonly optional?: boolean;
}

export interface ScalarSignature {
  readonly name: string;
  readonly parameters: readonly ParameterSignature[];
  /** The last parameter may be repeated. */
  readonly variadic?: boolean;
  readonly result: ResultKind;
  readonly doc: string;
}

export interface AggregateSignature {
  readonly name: Exclude<AggregateName, "user">;
  readonly parameters: readonly ParameterSignature[];
  readonly result: ResultKind;
  readonly doc: string;
}

/** `kind?` marks a parameter that may be left out. */
export type ParameterKinds = Readonly<Record<string, ArgumentKind | `${ArgumentKind}?`>>;

/** Parameters from their names and kinds. */
export function listParameters(kinds: ParameterKinds): readonly ParameterSignature[] {
  return Object.entries(kinds).map(([name, text]) => {
    const optional = text.endsWith("?");
    const kind = (optional ? text.slice(0, -1) : text) as ArgumentKind;
    return { name, kind, ...(optional ? { optional } : {}) };
  });
}

/** The call as help writes it: `substring(s, start[, count])`. */
export function printSignature(signature: ScalarSignature | AggregateSignature): string {
  const list = signature.parameters.map(({ name, optional }, index) => {
    const comma = index === 0 ? "" : ", ";
    return optional === true ? `[${comma}${name}]` : `${comma}${name}`;
  });
  const more = "variadic" in signature && signature.variadic === true ? ", …" : "";
  return `${signature.name}(${list.join("")}${more})`;
}
