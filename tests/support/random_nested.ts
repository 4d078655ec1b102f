/** Random nested types of source columns, and values of them. */
import type { Value } from "../oracle/value.ts";
import { TEXTS } from "./random_text.ts";
import type { Random } from "./random.ts";
import { listOf, mapOf, structOf, type Term } from "./term.ts";

export type DrawNested = (random: Random) => Value;

export interface NestedType extends Omit<Term, "text"> {
  /** As the language writes it. */
  readonly text: string;
  readonly draw: DrawNested;
}

const FLOAT: Term = { text: "f", type: "float", precision: "exact" };
const INT: Term = { text: "i", type: "int", precision: "exact" };
const TEXT: Term = { text: "t", type: "text", precision: "exact" };

const quarter: DrawNested = (random) => orNull(random, () => random.between(-8, 24) / 4);
const text: DrawNested = (random) => orNull(random, () => random.pick(TEXTS));

function orNull(random: Random, draw: () => Value): Value {
  return random.chance(0.15) ? null : draw();
}

function list(random: Random, draw: DrawNested, most = 3): Value {
  return Array.from({ length: random.int(most + 1) }, () => draw(random));
}

const point: DrawNested = (random) => ({ a: quarter(random), b: text(random) });

export function nestedTypes(random: Random): readonly NestedType[] {
  const struct = structOf([{ ...FLOAT, text: "a" }, { ...TEXT, text: "b" }]);
  const length = random.between(1, 3);
  return [
    { ...listOf(FLOAT), text: "list<f64>", draw: (random) => list(random, quarter) },
    { ...listOf(TEXT), text: "list<string>", draw: (random) => list(random, text) },
    { ...struct, text: "struct{a f64, b string}", draw: point },
    {
      ...listOf({ ...struct, text: "p" }),
      text: "list<struct{a f64, b string}>",
      draw: (random) => list(random, (random) => orNull(random, () => point(random))),
    },
    {
      ...mapOf(TEXT, ['"a"', '"zz"'], INT),
      text: "map<string, i64>",
      draw: (random) =>
        new Map(random.some(["", "a", "b", "Ａ", "😀"], 0.4).map((key) => [key, random.int(5)])),
    },
    {
      ...vector(length),
      text: `vector(${length})`,
      draw: (random) => Array.from({ length }, () => random.between(-3, 3)),
    },
  ];
}

/** What a vector has and a list has not. */
function vector(length: number): Pick<Term, "type" | "precision" | "parts"> {
  const { parts = [], ...of } = listOf(FLOAT);
  const own: readonly Term[] = [
    { text: "norm(@)", type: "float", precision: "close" },
    { text: "dot(@, @)", type: "float", precision: "exact" },
    { ...listOf(FLOAT), text: "(@ as list<f64>)" },
  ];
  const elements = parts.filter((part) => part.text !== "length(@)" && part.text !== "@[7]");
  return { ...of, parts: [...elements, { ...FLOAT, text: `@[${length - 1}]` }, ...own] };
}
