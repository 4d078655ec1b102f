/** Random sources: their text, and what features may read of them. */
import { ExpressionWriter } from "./random_expression.ts";
import type { Random } from "./random.ts";
import type { Stream } from "./stream.ts";
import type { Term, TermType } from "./term.ts";

export interface RandomSource {
  readonly stream: Stream;
  readonly text: string;
  /** Columns the rows bring, with the types to draw values of. */
  readonly delivered: readonly { readonly name: string; readonly type: TermType | "sequence" }[];
  readonly time: string;
  readonly latenessSeconds: number;
}

interface Declared {
  readonly term: Term;
  readonly text: string;
  readonly computed: boolean;
}

const LANGUAGE_TYPES: Readonly<Record<TermType, string>> = {
  int: "i64",
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
  const latenessSeconds = random.pick([0, 0, 1, 2, 3]);
  const lines = [...given, timeColumn, ...computed].map((column) => `    ${column.text}`);
  if (hasSequence) lines.push("    place i64 sequence");
  const hasY = plain.some(({ term }) => term.text === "y");
  const tail = [
    latenessSeconds > 0 ? ` lateness ${latenessSeconds}s` : "",
    random.chance(0.25)
      ? ` unique by ${random.pick([`${time}, x`, "x", "x, y"].slice(0, hasY ? 3 : 2))} within ${
        random.pick(["1s", "4s"])
      }`
      : "",
  ].join("");
  const delivered = [...given, ...(hasComputedTime ? [] : [timeColumn])]
    .map(({ term }) => ({ name: term.text, type: term.type }));
  return {
    text: `  source ${options.name} {\n${lines.join("\n")}\n  }${tail}`,
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
    },
  };
}

function keyColumns(random: Random): readonly Declared[] {
  const key = (name: string, type: TermType) => {
    const column = declare(name, type);
    return { ...column, text: `${column.text} key` };
  };
  const roll = random.int(10);
  if (roll === 0) return [];
  if (roll < 6) return [key("k", "text")];
  if (roll < 8) return [key("k", "text"), key("g", "int")];
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

function declare(name: string, type: TermType, precision: Term["precision"] = "exact"): Declared {
  const term: Term = {
    text: name,
    type,
    precision: type === "time" ? "same" : precision,
  };
  return { term, text: `${name} ${LANGUAGE_TYPES[type]}`, computed: false };
}
