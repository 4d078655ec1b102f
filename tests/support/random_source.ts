/** Random sources: their text, and what features may read of them. */
import { ExpressionWriter } from "./random_expression.ts";
import { type DrawNested, nestedTypes } from "./random_nested.ts";
import type { Random } from "./random.ts";
import type { Stream } from "./stream.ts";
import type { Term, TermType } from "./term.ts";

export interface RandomSource {
  readonly stream: Stream;
  readonly text: string;
  /** Columns the rows bring, with the types to draw values of. */
  readonly delivered: readonly DeliveredColumn[];
  readonly time: string;
  readonly latenessSeconds: number;
}

export interface DeliveredColumn {
  readonly name: string;
  readonly type: TermType | "sequence";
  /** Draws a value of a nested column. */
  readonly draw?: DrawNested;
}

interface Declared {
  readonly term: Term;
  readonly draw?: DrawNested;
  readonly text: string;
  readonly computed: boolean;
}

const LANGUAGE_TYPES: Readonly<Record<Exclude<TermType, "nested">, string>> = {
  int: "i64",
  big: "i64",
  float: "f64",
  bool: "bool",
  text: "string",
  side: '"buy" | "sell"',
  time: "timestamp",
  duration: "duration",
};

/** `isRough`: floats are decimal fractions, whose sums depend on the order of summing. */
export function randomSource(
  random: Random,
  options: { readonly plugin: string; readonly name: string; readonly isRough: boolean },
): RandomSource {
  const keys = keyColumns(random);
  const time = random.pick(["ts", "at"]);
  const hasComputedTime = random.chance(0.2);
  const plain = plainColumns(random, options.isRough);
  const given = [...keys, ...(hasComputedTime ? [declare("sent", "time")] : []), ...plain];
  const timeColumn = computedTime(time, hasComputedTime ? keys : undefined);
  const computed = random.chance(0.5) ? [computedColumn(random, plain)] : [];
  const hasSequence = random.chance(0.15);
  const isTable = keys.length > 0 && random.chance(0.2);
  const gone = isTable && random.chance(0.7);
  const latenessSeconds = random.pick([0, 0, 1, 2, 3]);
  const lines = [...given, timeColumn, ...computed].map((column) => `    ${column.text}`);
  if (hasSequence) lines.push("    place i64 sequence");
  if (gone) lines.push("    gone bool deleted");
  const hasY = plain.some(({ term }) => term.text === "y");
  const tail = [
    latenessSeconds > 0 ? ` lateness ${latenessSeconds}s` : "",
    !isTable && random.chance(0.25)
      ? ` unique by ${random.pick([`${time}, x`, "x", "x, y"].slice(0, hasY ? 3 : 2))} within ${
        random.pick(["1s", "4s"])
      }`
      : "",
  ].join("");
  const delivered = [...given, ...(hasComputedTime ? [] : [timeColumn])]
    .map(({ term, draw }): DeliveredColumn => ({
      name: term.text,
      type: term.type,
      ...(draw && { draw }),
    }));
  if (gone) delivered.push({ name: "gone", type: "bool" });
  return {
    text: `  ${isTable ? "table" : "source"} ${options.name} {\n${lines.join("\n")}\n  }${tail}`,
    delivered: hasSequence ? [...delivered, { name: "place", type: "sequence" }] : delivered,
    time: hasComputedTime ? "sent" : time,
    latenessSeconds,
    stream: {
      reference: options.name,
      definition: `${options.plugin}.${options.name}`,
      params: {},
      columns: [...given, timeColumn, ...computed].map(({ term }) => term),
      keys: keys.map(({ term }) => term.text),
      time,
      ...(isTable ? { isTable } : {}),
    },
  };
}

function nestedColumn(random: Random): Declared {
  const { text, draw, ...of } = random.pick(nestedTypes(random));
  const name = random.pick(["deep", "x_list"]);
  return { term: { ...of, text: name }, text: `${name} ${text}`, computed: false, draw };
}

function keyColumns(random: Random): readonly Declared[] {
  const key = (name: string, type: "text" | "int" | "side" | "big") => {
    const column = declare(name, type);
    return { ...column, text: `${column.text} key` };
  };
  const roll = random.int(10);
  if (roll === 0) return [];
  if (roll < 6) return [key("k", "text")];
  if (roll < 8) return [key("k", "text"), key("g", "int")];
  if (random.chance(0.2)) return [key("id", "big")];
  return roll === 8 ? [key("side", "side")] : [key("k", "text"), key("side", "side")];
}

function plainColumns(random: Random, isRough: boolean): readonly Declared[] {
  const columns = [
    declare("x", "float", isRough ? "same" : "exact"),
    declare("y", "float", isRough ? "same" : "exact"),
    declare("n", "int"),
    { ...declare("m", "int"), text: "m i32" },
    declare("gap", "duration"),
    declare("tag", "text"),
    declare("flag", "bool"),
    declare("way", "side"),
    ...(random.chance(0.15) ? [declare("big", "big")] : []),
    ...(random.chance(0.9) ? [nestedColumn(random)] : []),
  ];
  const [first, ...others] = columns;
  return first === undefined ? [] : [first, ...random.some(others, 0.4)];
}

/** The event time: as delivered, or delayed behind the delivered `sent`. */
function computedTime(time: string, keys: readonly Declared[] | undefined): Declared {
  const text = keys?.find(({ term }) => term.type === "text")?.term.text;
  const term: Term = { text: time, type: "time", precision: "same" };
  if (keys === undefined) return { term, text: `${time} timestamp time`, computed: false };
  const delay = text === undefined ? "2s" : `(\${delay}(${text}) as duration)`;
  return { term, text: `${time} timestamp time = sent + ${delay}`, computed: true };
}

function computedColumn(random: Random, plain: readonly Declared[]): Declared {
  const terms = plain.map(({ term }) => term);
  const writer = new ExpressionWriter(random, { terms, lags: false, counts: [] });
  const made = writer.number(2, "same");
  return {
    term: { text: "made", type: "float", precision: made.precision },
    text: `made f64 = ${made.text}`,
    computed: true,
  };
}

function declare(
  name: string,
  type: keyof typeof LANGUAGE_TYPES,
  precision: Term["precision"] = "exact",
): Declared {
  const term: Term = {
    text: name,
    type,
    precision: type === "time" ? "same" : precision,
  };
  return { term, text: `${name} ${LANGUAGE_TYPES[type]}`, computed: false };
}
