import assert from "node:assert/strict";
import type { ScalarKind, ValueType } from "../../../dsl/types.ts";
import { PackedHeap, unpack } from "../../../runtime/kernel/packed.ts";
import { createTextFunction } from "../../../runtime/kernel/text_functions.ts";
import { castValue } from "../../oracle/cast.ts";
import { TEXT_FUNCTIONS } from "../../oracle/text_functions.ts";
import type { Value } from "../../oracle/value.ts";
import { Random } from "../../support/random.ts";

const STRING: ValueType = { kind: "string" };
const TEXTS: ValueType = { kind: "list", element: STRING };
const typeOf = (kind: ScalarKind): ValueType => ({ kind });

class Book {
  readonly texts: string[] = [];
  readonly made: string[] = [];
  intern(text: string): number {
    this.made.push(text);
    const known = this.texts.indexOf(text);
    return known >= 0 ? known : this.texts.push(text) - 1;
  }
}

type Plain = string | number | boolean;

/** Calls a function with some of its arguments as constants. */
function call(
  name: string,
  types: { readonly from: readonly ValueType[]; readonly to: ValueType },
  values: readonly Plain[],
  isConstant: (place: number) => boolean,
): Value {
  const book = new Book();
  const heap = new PackedHeap();
  const constants = values.map((value, place) => isConstant(place) ? value : null);
  const run = createTextFunction({ name, constants, arguments: types.from, type: types.to }, {
    book,
    heap,
  }) as (...words: number[]) => number;
  const words = values.filter((_, place) => !isConstant(place))
    .map((value) => typeof value === "string" ? book.intern(value) : Number(value));
  const word = run(...words);
  const again = run(...words);
  if (types.to.kind === "list") {
    return unpack(types.to, heap.words, again, book.texts) as Value;
  }
  assert.ok(Object.is(word, again));
  if (types.to.kind === "string") return word < 0 ? null : book.texts[word]!;
  return Number.isNaN(word) ? null : types.to.kind === "bool" ? word === 1 : word;
}

const CALLS: readonly [name: string, from: readonly ValueType[], to: ValueType][] = [
  ["length", [STRING], typeOf("i64")],
  ["lower", [STRING], STRING],
  ["upper", [STRING], STRING],
  ["trim", [STRING], STRING],
  ["substring", [STRING, typeOf("i64")], STRING],
  ["substring", [STRING, typeOf("i64"), typeOf("i64")], STRING],
  ["contains", [STRING, STRING], typeOf("bool")],
  ["starts_with", [STRING, STRING], typeOf("bool")],
  ["ends_with", [STRING, STRING], typeOf("bool")],
  ["replace", [STRING, STRING, STRING], STRING],
  ["split", [STRING, STRING], TEXTS],
];

Deno.test("text functions agree with the plain ones, constants bound or not", () => {
  const random = new Random(5);
  const text = () =>
    Array.from({ length: 1 + random.int(6) }, () => random.pick([..."aAbß \t,😀İé"])).join("");
  for (const [name, from, to] of CALLS) {
    for (let round = 0; round < 60; round++) {
      const values = from.map(({ kind }) => kind === "string" ? text() : random.int(9) - 4);
      const isConstant = (place: number) => place > 0 && (round + place) % 2 === 0;
      const expected = TEXT_FUNCTIONS[name]!(...values);
      assert.deepEqual(call(name, { from, to }, values, isConstant), expected, `${name} ${values}`);
    }
  }
});

Deno.test("regular expressions match anywhere, and extract gives the first group or the match", () => {
  const types = { from: [STRING, STRING], to: STRING };
  const extract = (text: string, regex: string) =>
    call("extract", types, [text, regex], (place) => place > 0);
  assert.equal(extract("BTC-2024", "[A-Z]+"), "BTC");
  assert.equal(extract("BTC-2024", "-(\\d+)"), "2024");
  assert.equal(extract("BTC", "(x)?BTC"), null);
  assert.equal(extract("BTC", "-(\\d+)"), null);
  const group = { from: [STRING, STRING, typeOf("i64")], to: STRING };
  assert.equal(call("extract", group, ["a=b", "(.)=(.)", 2], (place) => place > 0), "b");
  assert.equal(call("extract", group, ["a=b", "(.)=(.)", 0], (place) => place > 0), "a=b");
  const matches = { from: [STRING, STRING], to: typeOf("bool") };
  assert.equal(call("matches", matches, ["x😀y", "^x.y$"], (place) => place > 0), true);
});

const CASTS: Readonly<Partial<Record<ScalarKind, readonly string[]>>> = {
  bool: ["true", "false", "True", ""],
  i32: ["12", " -7.9 ", "2147483648", "0x10", "1e3", "", "-0.5"],
  i64: ["9007199254740991", "9007199254740992", "1_000", "+5"],
  f32: ["0.1", "1e99", "nan"],
  f64: ["0.1", ".5", "5.", "-1e-3", "Infinity", "1 2"],
  timestamp: [
    "2023-02-01 10:00:00",
    "2023-02-01T10:00:00.123456789Z",
    "2023-02-01T10:00+02:00",
    "1969-12-31",
    "2023-02-30",
    "soon",
  ],
  duration: ["5s", "-1.5h", "20ms", "1 s", "1w", "0.1us"],
};

Deno.test("casts from texts agree with the plain ones", () => {
  for (const [kind, texts] of Object.entries(CASTS)) {
    const to = typeOf(kind as ScalarKind);
    for (const text of texts) {
      const expected: Value = text === "1e99" ? null : castValue(text, STRING, to);
      const actual = call("cast", { from: [STRING], to }, [text], () => false);
      assert.equal(actual, expected, `${text} as ${kind}`);
    }
  }
});

Deno.test("casts to texts print as the language does", () => {
  const print = (kind: ScalarKind, value: number) =>
    call("cast", { from: [typeOf(kind)], to: STRING }, [value], () => false);
  assert.equal(print("bool", 1), "true");
  assert.equal(print("f64", 0.1), "0.1");
  assert.equal(print("f64", -0), "0");
  assert.equal(print("f64", 1e21), "1e+21");
  assert.equal(print("i64", 9007199254740991), "9007199254740991");
  assert.equal(print("duration", 90_000_000), "90s");
  assert.equal(print("timestamp", Date.UTC(2023, 1, 1) * 1000), "2023-02-01T00:00:00Z");
  assert.equal(print("timestamp", -1), "1969-12-31T23:59:59.999999Z");
});

Deno.test("an integer beyond 2^53 is printed with all its digits", () => {
  const book = new Book();
  const code = book.intern("9223372036854775807");
  const options = { book, heap: new PackedHeap() };
  const types = { arguments: [typeOf("i64")], type: STRING };
  const run = createTextFunction({ name: "cast", constants: [null], ...types }, options) as (
    x: number,
  ) => number;
  assert.equal(book.texts[run(2 ** 53 + 2 * code)], "9223372036854775807");
});

Deno.test("concat takes scalars of all kinds and joins them in order", () => {
  const from = [typeOf("i64"), STRING, typeOf("bool"), STRING];
  const values = [7, "-", true, "x"];
  for (const constant of [[1, 2, 3], [1], []]) {
    const isConstant = (place: number) => constant.includes(place);
    assert.equal(call("concat", { from, to: STRING }, values, isConstant), "7-truex");
  }
});

Deno.test("join_list leaves out nulls", () => {
  const book = new Book();
  const [a, b] = [book.intern("a"), book.intern("b")];
  const options = { book, heap: new PackedHeap() };
  const types = { arguments: [TEXTS, STRING], type: STRING };
  const run = createTextFunction(
    { name: "join_list", constants: [null, "+"], ...types },
    options,
  ) as (
    address: number,
    words: Float64Array,
  ) => number;
  assert.equal(book.texts[run(1, Float64Array.of(4, 3, a, -1, b))], "a+b");
});

Deno.test("a function of one text is computed once for each text", () => {
  const book = new Book();
  const code = book.intern("A");
  const options = { book, heap: new PackedHeap() };
  const run = createTextFunction(
    { name: "lower", constants: [null], arguments: [STRING], type: STRING },
    options,
  ) as (code: number) => number;
  for (let i = 0; i < 5; i++) run(code);
  assert.deepEqual(book.made, ["A", "a"]);
});
