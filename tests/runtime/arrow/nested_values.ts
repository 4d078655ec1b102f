/** Random nested types and values, as the JSON that the program writes for them. */
import type { Field, ValueType } from "../../../dsl/types.ts";
import { formatTimestamp, PackedBuilder, SymbolTable } from "../../../runtime/arrow/mod.ts";
import type { PackedColumn } from "../../../runtime/arrow/batch.ts";
import { compareTexts } from "../../../runtime/engine/key_order.ts";
import { createNestedRead } from "../../../runtime/source/nested_cells.ts";
import { parseJson } from "../../../runtime/source/ndjson_lines.ts";

export type Random = () => number;

const SCALARS = ["bool", "i32", "i64", "f32", "f64", "string", "timestamp", "duration"] as const;
const TEXTS = ["", "a", "ä", "b,c", 'say "x"', "line\nbreak", "12", "z\u{1f600}", "\uffee", "null"];
const BIG = [
  "9007199254740993",
  "-9007199254740992",
  "9223372036854775807",
  "-9223372036854775808",
];
const NUMBERS = [0, 1, -1, 0.1, 1e-7, 123456.789, 1e300, -2.5, 4503599627370497.5];

/** A number in [0, 1) after the other, the same for the same seed. */
export function randomFrom(seed: number): Random {
  let state = (seed * 2654435761 + 1013904223) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 4294967296;
  };
}

export function randomNested(random: Random, depth = 3): ValueType {
  switch (Math.floor(random() * 4)) {
    case 0:
      return { kind: "list", element: randomType(random, depth - 1) };
    case 1:
      return { kind: "vector", length: 1 + Math.floor(random() * 3) };
    case 2:
      return { kind: "map", key: randomScalar(random), value: randomType(random, depth - 1) };
    default:
      return {
        kind: "struct",
        fields: Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i): Field => ({
          name: `f ${i}`,
          type: randomType(random, depth - 1),
        })),
      };
  }
}

function randomType(random: Random, depth: number): ValueType {
  return depth > 0 && random() < 0.5 ? randomNested(random, depth) : randomScalar(random);
}

function randomScalar(random: Random): ValueType {
  const place = Math.floor(random() * (SCALARS.length + 1));
  const kind = SCALARS[place];
  return kind ? { kind } : { kind: "enum", values: ["buy", "sell", 'x"y'] };
}

/** The JSON of a random value, `null` now and then. */
export function randomJson(type: ValueType, random: Random): string {
  return random() < 0.2 ? "null" : presentJson(type, random);
}

function presentJson(type: ValueType, random: Random): string {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const many = (write: () => string, count = Math.floor(random() * 4)) =>
    Array.from({ length: count }, write);
  switch (type.kind) {
    case "list":
      return `[${many(() => randomJson(type.element, random)).join(",")}]`;
    case "vector":
      return `[${many(() => randomJson({ kind: "f64" }, random), type.length).join(",")}]`;
    case "struct":
      return `{${
        type.fields.map((field) =>
          `${JSON.stringify(field.name)}:${randomJson(field.type, random)}`
        ).join(",")
      }}`;
    case "map": {
      const keys = [...new Set(many(() => presentJson(type.key, random)))]
        .sort((a, b) => compareJson(type.key, a, b));
      return `{${
        keys.map((key) =>
          `${key.startsWith('"') ? key : `"${key}"`}:${randomJson(type.value, random)}`
        ).join(",")
      }}`;
    }
    case "enum":
      return JSON.stringify(pick(type.values));
    case "string":
      return JSON.stringify(pick(TEXTS));
    case "bool":
      return String(random() < 0.5);
    case "timestamp":
      return JSON.stringify(formatTimestamp(Math.floor((random() - 0.2) * 4e15)));
    case "f32":
      return pick(["0", "0.1", "-2.5", "16777216", "1e-10"]);
    case "f64":
      return String(pick(NUMBERS));
    case "i64":
      return random() < 0.4 ? pick(BIG) : String(Math.floor((random() - 0.5) * 2 ** 53));
    default:
      return String(Math.floor((random() - 0.5) * 2 ** 31));
  }
}

function compareJson({ kind }: ValueType, a: string, b: string): number {
  if (kind === "string" || kind === "enum") return compareTexts(JSON.parse(a), JSON.parse(b));
  if (kind === "timestamp") return toMicroseconds(a) - toMicroseconds(b);
  if (kind === "i64") return BigInt(a) < BigInt(b) ? -1 : 1;
  return kind === "bool" ? Number(a === "true") - Number(b === "true") : Number(a) - Number(b);
}

function toMicroseconds(json: string): number {
  const text = JSON.parse(json) as string;
  const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? "";
  return Date.parse(text.replace(/\.\d+Z$/, "Z")) * 1000 + Number(fraction.padEnd(6, "0"));
}

/** A column of values given as JSON; `null` is null. */
export function columnOfJson(
  texts: readonly string[],
  type: ValueType,
  symbols: SymbolTable,
): PackedColumn {
  const read = createNestedRead({ name: "x", from: "x", type }, symbols);
  const builder = new PackedBuilder(texts.length);
  texts.forEach((text, row) => {
    const reason = read(parseJson(text), row, builder);
    if (reason !== undefined) throw new RangeError(`${text}: ${reason}`);
  });
  return builder.finish(texts.length);
}
