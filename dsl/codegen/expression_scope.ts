/** What the writers of single kinds of expressions share: values as text and a place for statements. */
import type { Expression } from "../typed_ast.ts";
import { type NestedType, storageOf, type ValueType } from "../types.ts";
import type { ManifestBuilder } from "./manifest.ts";

export type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** A value in generated text. A packed one is an address (0 is null) into `words`. */
export interface Emitted {
  readonly text: string;
  /** Text of the null test. */
  readonly isNull: string;
  readonly words?: string;
  /** True if a header stands before the packed value: it is no part of another. */
  readonly whole?: boolean;
}

/** The statements of one row or query while they are written. */
export interface Scope {
  readonly manifest: ManifestBuilder;
  emit(expression: Expression): Emitted;
  /** Text of a number that is about to be computed with or ordered: an i64 beyond 2^53 - 1 is an error. */
  number(expression: Expression): string;
  /** A name for the text's value. */
  bind(text: string): string;
  line(statement: string): void;
  fresh(): string;
}

/** A scalar under a name, null exactly if it is NaN or -1. */
export function scalarOf(type: ValueType, name: string): Emitted {
  return {
    text: name,
    isNull: storageOf(type) === "symbol" ? `(${name} < 0)` : `(${name} !== ${name})`,
  };
}

export function packedOf(name: string, words: string, whole: boolean): Emitted {
  return { text: name, isNull: `(${name} === 0)`, words, whole };
}

/** The value that generated text gives, under a name; a packed one stands in the heap. */
export function bound(scope: Scope, type: ValueType, text: string): Emitted {
  const name = scope.bind(text);
  if (storageOf(type) !== "packed") return scalarOf(type, name);
  return packedOf(name, scope.bind("heap.words"), true);
}

/** Text of null. */
export function nullOf(type: ValueType): string {
  const storage = storageOf(type);
  return storage === "symbol" ? "-1" : storage === "packed" ? "0" : "NaN";
}

export function isPackedType(type: ValueType): type is NestedType {
  return storageOf(type) === "packed";
}
