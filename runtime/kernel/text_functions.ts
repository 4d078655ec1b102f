/**
 * The functions over texts and dates, bound for one call in generated code.
 *
 * F1 Literals are bound once: regular expressions are compiled, zones and patterns read at the link.
 * F2 Other arguments come as words: a number, a code, or a list's address and the words it points into. None of
 *    them is null. The result is a number (null is NaN), a code (null is -1) or an address in the heap (null is 0).
 * F3 A function of one text is computed once for each text.
 */
import { type ListType, storageOf, type ValueType } from "../../dsl/types.ts";
import type { PackedHeap } from "./packed.ts";
import { type Argument, type Body, boundBody, type Result, textBodies } from "./text_bodies.ts";
import { fromText, toText } from "./text_casts.ts";

/** Texts by code, and codes of new texts. */
export interface TextBook {
  readonly texts: readonly string[];
  intern(text: string): number;
}

export interface TextCall {
  readonly name: string;
  /** Values of literals by place, null where an argument comes with every call. */
  readonly constants: readonly (Argument | null)[];
  readonly arguments: readonly ValueType[];
  readonly type: ValueType;
}

export interface TextFunctionOptions {
  readonly book: TextBook;
  readonly heap: PackedHeap;
}

type TextFunction = (...words: never[]) => number;
/** A word as a JavaScript value. */
type Read = (word: number) => Argument;

/** The function for a call; a name the runtime lacks is an error. */
export function createTextFunction(call: TextCall, options: TextFunctionOptions): TextFunction {
  const { book, heap } = options;
  const { name, constants, type } = call;
  const reads = call.arguments.map((argument) => reader(argument, book));
  if (name === "concat") return concat(call, book);
  if (name === "join_list") return joinList(call, book);
  const fixed = call.arguments.map((_, place) => constants[place] ?? undefined);
  const bound = name === "cast" ? cast(call, book) : boundBody(name, fixed);
  const body = bound ?? withConstants(textBodies[name], fixed);
  if (body === undefined) {
    throw new RangeError(`Cannot link "${name}": the runtime has no such function`);
  }
  const write = writer(type, options);
  const passed = bound ? reads.slice(0, 1) : reads.filter((_, place) => fixed[place] === undefined);
  const [first, second] = passed;
  if (first === undefined) throw new RangeError(`Cannot link "${name}": it has no arguments`);
  const run = body as (...values: Argument[]) => Result;
  if (passed.length === 1) {
    const isText = storageOf(call.arguments[0]!) === "symbol";
    if (isText && storageOf(type) === "packed") return onceEach(first, run, { book, heap });
    const unary = (word: number) => write(run(first(word)));
    return isText ? remembered(unary, storageOf(type) === "number") : unary;
  }
  if (passed.length === 2) return (a: number, b: number) => write(run(first(a), second!(b)));
  return (...words: number[]) => write(run(...words.map((word, place) => passed[place]!(word))));
}

function reader(type: ValueType, { texts }: TextBook): Read {
  return storageOf(type) === "symbol" ? (code) => texts[code]! : (value) => value;
}

function writer(type: ValueType, { book, heap }: TextFunctionOptions): (value: Result) => number {
  switch (storageOf(type)) {
    case "symbol":
      return (value) => value === null ? -1 : book.intern(value as string);
    case "number":
      return (value) => value === null ? NaN : Number(value);
    case "packed":
      return (value) =>
        writeCodes((value as readonly string[]).map((text) => book.intern(text)), heap);
  }
}

function writeCodes(codes: readonly number[], heap: PackedHeap): number {
  const address = heap.alloc(codes.length + 1);
  heap.words[address] = codes.length;
  for (let i = 0; i < codes.length; i++) heap.words[address + 1 + i] = codes[i]!;
  return address;
}

function cast({ arguments: [from], type }: TextCall, { texts }: TextBook): Body | undefined {
  if (from === undefined) return undefined;
  return storageOf(from) === "symbol" ? fromText(type) : toText(from, texts);
}

function withConstants(
  body: Body | undefined,
  fixed: readonly (Argument | undefined)[],
): Body | undefined {
  if (body === undefined || fixed.every((value) => value === undefined)) return body;
  const run = body as (...values: Argument[]) => Result;
  if (fixed.length === 2) return (first: Argument) => run(first, fixed[1]!);
  return (...passed: Argument[]) => {
    let next = 0;
    return run(...fixed.map((value) => value ?? passed[next++]!));
  };
}

function remembered(compute: (code: number) => number, isNumber: boolean): TextFunction {
  const unknown = isNumber ? Infinity : -2;
  const empty = (length: number) =>
    (isNumber ? new Float64Array(length) : new Int32Array(length)).fill(unknown);
  let known = empty(64);
  return (code: number) => {
    if (code >= known.length) {
      const larger = empty(Math.max(code + 1, known.length * 2));
      larger.set(known);
      known = larger;
    }
    const made = known[code]!;
    return made === unknown ? known[code] = compute(code) : made;
  };
}

/** Lists of texts from a text: codes are kept, the heap is another one with every call of the kernel. */
function onceEach(
  read: Read,
  run: (value: Argument) => Result,
  { book, heap }: TextFunctionOptions,
): TextFunction {
  const known: (readonly number[] | undefined)[] = [];
  return (code: number) => {
    known[code] ??= (run(read(code)) as readonly string[]).map((text) => book.intern(text));
    return writeCodes(known[code], heap);
  };
}

function concat(call: TextCall, book: TextBook): TextFunction {
  const texts = call.arguments.map((type, place): string | ((word: number) => string) => {
    const constant = call.constants[place] ?? null;
    if (storageOf(type) === "symbol") {
      return constant === null ? (code) => book.texts[code]! : String(constant);
    }
    const print = toText(type, book.texts);
    return constant === null ? print : print(constant as number | boolean);
  });
  return (...words: number[]) => {
    let all = "";
    let next = 0;
    for (const text of texts) all += typeof text === "string" ? text : text(words[next++]!);
    return book.intern(all);
  };
}

function joinList(call: TextCall, book: TextBook): TextFunction {
  const separator = call.constants[1] ?? null;
  const [list] = call.arguments as readonly [ListType, ...ValueType[]];
  if (storageOf(list.element) !== "symbol") {
    throw new RangeError('Cannot link "join_list": the list is none of texts');
  }
  return (...[address, words, code]: [number, Float64Array, number]) => {
    const between = separator === null ? book.texts[code]! : String(separator);
    const parts: string[] = [];
    for (let i = 1; i <= words[address]!; i++) {
      const part = words[address + i]!;
      if (part >= 0) parts.push(book.texts[part]!);
    }
    return book.intern(parts.join(between));
  };
}
