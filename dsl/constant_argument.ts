/** Arguments that are known before the first row: regular expressions, zones, units, counts. */
import { toDurationUs } from "./constant.ts";
import { didYouMean, listNames, type Report } from "./diagnostic.ts";
import type { ArgumentKind, ConstantKind } from "./signature.ts";
import type { Span } from "./source.ts";
import type { Expression } from "./typed_ast.ts";
import { isNumeric } from "./types.ts";

type Literal = Extract<Expression, { kind: "literal" }>;

interface Place {
  readonly kind: ConstantKind;
  readonly of: string;
  readonly span: Span;
  readonly first: Expression | undefined;
}

type Checker = (literal: Literal, place: Place, report: Report) => Literal | undefined;

const checkers: Readonly<Record<ConstantKind, Checker>> = {
  regex: (literal, place, report) =>
    checkText(literal, place, report) && checkRegex(literal, place, report),
  zone: (literal, place, report) =>
    checkText(literal, place, report) && checkZone(literal, place, report),
  unit: (literal, place, report) =>
    checkText(literal, place, report) && checkUnit(literal, place, report),
  time_pattern: (literal, place, report) =>
    checkText(literal, place, report) && checkTimePattern(literal, place, report),
  group: checkGroup,
  rows: checkRows,
  fraction: checkFraction,
  half_life: checkHalfLife,
};

/** Whether arguments of this kind are constants. */
export function isConstantKind(kind: ArgumentKind): kind is ConstantKind {
  return Object.hasOwn(checkers, kind);
}

/** The constant, if it is one and right; else reported. */
export function checkConstantArgument(
  argument: Expression,
  place: Place,
  report: Report,
): Expression | undefined {
  if (argument.kind === "literal" && argument.value !== null) {
    return checkers[place.kind](argument, place, report);
  }
  return reportWanted(place, report);
}

/** How many groups a regular expression has; undefined if it is wrong. */
export function countGroups(regex: string): number | undefined {
  try {
    return (new RegExp(`${regex}|`, "u").exec("")?.length ?? 1) - 1;
  } catch {
    return undefined;
  }
}

/** `E309`, `E408` and `E407` for numbers, `E311` for texts. */
function reportWanted({ kind, of, span }: Place, report: Report): undefined {
  switch (kind) {
    case "fraction":
      return report("E309", span, `Expected a constant from 0 to 1 for the p of ${of}`);
    case "rows":
      return report("E408", span, `Expected a whole number from 1 for the n of ${of}`);
    case "group":
      return report("E408", span, `Expected the number of a group, from 0, for ${of}`);
    case "half_life": {
      const hint = "durations are written with a unit: 500us 20ms 5s 1m 2h 7d";
      return report("E407", span, `Expected a constant duration above 0 for the h of ${of}`, hint);
    }
    default: {
      const names = { regex: "a regular expression", zone: "a time zone", unit: "a unit" };
      const what = kind === "time_pattern" ? "a pattern" : names[kind];
      const hint = "it is read once, before the first row: write it here as text";
      return report("E311", span, `Expected a constant text with ${what} for ${of}`, hint);
    }
  }
}

function checkText(literal: Literal, place: Place, report: Report): Literal | undefined {
  return typeof literal.value === "string" ? literal : reportWanted(place, report);
}

function checkRegex(literal: Literal, { span }: Place, report: Report): Literal | undefined {
  try {
    new RegExp(String(literal.value), "u");
    return literal;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint = "regular expressions are those of JavaScript with the flag u";
    const why = message.split(": ").at(-1);
    return report("E312", span, `Cannot read the regular expression: ${why}`, hint);
  }
}

function checkZone(literal: Literal, { span }: Place, report: Report): Literal | undefined {
  const zone = String(literal.value);
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return literal;
  } catch {
    const near = didYouMean(zone, Intl.supportedValuesOf("timeZone"));
    const hint = near ?? "zones are named as in the IANA database: Europe/Berlin, UTC";
    return report("E313", span, `Cannot find the time zone "${zone}"`, hint);
  }
}

const units = ["hour", "day", "week", "month", "year"];

function checkUnit(literal: Literal, { span }: Place, report: Report): Literal | undefined {
  const unit = String(literal.value);
  if (units.includes(unit)) return literal;
  const hint = didYouMean(unit, units) ?? `units are ${listNames(units)}`;
  return report("E314", span, `Cannot find the unit "${unit}"`, hint);
}

const timeFields = new Set(["yyyy", "MM", "dd", "HH", "mm", "ss", "SSS"]);

function checkTimePattern(literal: Literal, { span }: Place, report: Report): Literal | undefined {
  const runs = String(literal.value).match(/([A-Za-z])\1*/g) ?? [];
  const odd = runs.find((run) => !timeFields.has(run));
  const hint = `a pattern has ${[...timeFields].join(" ")} and signs between them`;
  if (odd !== undefined) {
    return report("E315", span, `Cannot read "${odd}" in a time pattern`, hint);
  }
  return runs.length > 0 ? literal : report("E315", span, "This time pattern has no fields", hint);
}

function checkGroup(literal: Literal, place: Place, report: Report): Literal | undefined {
  if (!isWhole(literal, 0)) return reportWanted(place, report);
  return literal;
}

function checkRows(literal: Literal, place: Place, report: Report): Literal | undefined {
  return isWhole(literal, 1) ? literal : reportWanted(place, report);
}

function checkFraction(literal: Literal, place: Place, report: Report): Literal | undefined {
  const { value } = literal;
  return typeof value === "number" && isNumeric(literal.type) && value >= 0 && value <= 1
    ? literal
    : reportWanted(place, report);
}

function checkHalfLife(literal: Literal, place: Place, report: Report): Literal | undefined {
  const micros = toDurationUs(literal);
  if (micros === undefined || micros < 1) return reportWanted(place, report);
  return { ...literal, type: { kind: "duration" }, value: micros };
}

function isWhole({ type, value }: Literal, least: number): boolean {
  return isNumeric(type) && Number.isSafeInteger(value) && Number(value) >= least;
}
