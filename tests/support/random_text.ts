/** Random expressions that make or read texts and times. */
import type { Random } from "./random.ts";
import type { Term } from "./term.ts";

export const SIDES = ["buy", "sell"] as const;

/** The first three are keys too; UTF-16 and UTF-8 order the last two differently. */
export const TEXTS = ["a", "b", "cc", "é", "", "12", " -1.5 ", "A,b", "Ａ", "😀"] as const;

const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"] as const;

/** A text made of a text. */
export function madeText(random: Random, of: Term): Term {
  const { text } = of;
  const made = random.pick([
    `lower(${text})`,
    `upper(${text})`,
    `trim(${text})`,
    `substring(${text}, ${random.between(-2, 1)}${random.chance(0.5) ? ", 1" : ""})`,
    `replace(${text}, "a", "bb")`,
    `concat(${text}, "-", ${text})`,
    `split(${text}, ",")[${random.between(-1, 1)}]`,
    `join_list(split(${text}, ","), "+")`,
    `extract(${text}, "[a-c]+")`,
    `extract(${text}, "(.)b", 1)`,
    `(\${shout}(${text}) as string)`,
  ]);
  return { text: made, type: "text", precision: "exact" };
}

/** A text made of something else, or undefined where nothing fits. */
export function spelled(random: Random, of: Term): Term | undefined {
  const fits = of.type !== "nested" && of.precision !== "close" && of.type !== "float" &&
    of.type !== "text";
  if (!fits) return undefined;
  if (of.type === "time" && random.chance(0.5)) {
    const zone = random.chance(0.5) ? `, "${random.pick(ZONES)}"` : "";
    const text = `format_time(${of.text}, "yyyy-MM-dd HH:mm:ss.SSS"${zone})`;
    return { text, type: "text", precision: "exact" };
  }
  if (of.type === "int" && random.chance(0.3)) {
    return { text: `(\${sign_name}(${of.text}) as string)`, type: "text", precision: "exact" };
  }
  const text = random.chance(0.5)
    ? `(${of.text} as string)`
    : `concat(${of.text}, "/", ${of.text})`;
  return { text, type: "text", precision: "exact" };
}

/** A number read of a text. */
export function numberOfText(random: Random, { text }: Term): Term {
  const made = random.pick([
    `length(${text})`,
    `(${text} as i64)`,
    `index_of(split(${text}, ","), "b")`,
    `length(split(${text}, "b"))`,
  ]);
  return { text: made, type: "int", precision: "exact" };
}

export function truthOfText(random: Random, { text }: Term, other: Term): Term {
  const made = random.pick([
    `contains(${text}, "b")`,
    `starts_with(${text}, "a")`,
    `ends_with(${text}, ${other.text})`,
    `matches(${text}, "^[a-z]+$")`,
    `contains(split(${text}, ","), "b")`,
    `(${text} ${random.pick(["<", "<=", ">", ">=", "=="])} ${other.text})`,
    `((${text} as bool) ?? false)`,
    `(least(${text}, ${other.text}) == ${text})`,
  ]);
  return { text: made, type: "bool", precision: "exact" };
}

/** A part of the calendar, maybe in a zone. */
export function datePart(random: Random, { text }: Term): Term {
  const name = random.pick([
    ...["hour", "minute", "second", "day", "weekday", "year", "month", "week", "day_of_year"],
    "epoch_seconds",
  ]);
  if (name === "epoch_seconds") {
    return { text: `${name}(${text})`, type: "float", precision: "same" };
  }
  const zone = random.chance(0.4) ? `, "${random.pick(ZONES)}"` : "";
  return { text: `${name}(${text}${zone})`, type: "int", precision: "same" };
}

/** A time made of a time. */
export function madeTime(random: Random, { text }: Term): Term {
  const unit = random.pick(["hour", "day", "week", "month", "year"]);
  const zone = random.chance(0.4) ? `, "${random.pick(ZONES)}"` : "";
  const made = random.pick([
    `start_of(${text}, "${unit}"${zone})`,
    `(${text} as string as timestamp)`,
    `parse_time(format_time(${text}, "yyyy-MM-dd HH:mm:ss"), "yyyy-MM-dd HH:mm:ss")`,
    `(${text} as i64 as timestamp)`,
  ]);
  return { text: made, type: "time", precision: "same" };
}
