/** Lanes as text: the constants of a row, and the names they have inside a part's statements. */
import type { ExpressionWriter } from "./expression.ts";
import type { Lane, LaneOperand, Lanes } from "./lanes.ts";
import type { ManifestBuilder } from "./manifest.ts";
import type { StateWriter } from "./state.ts";

const MAX_SAFE = "9007199254740991";

/** A constant per operand, NaN where it is null; the first is NaN where any is, so that it alone is tested. */
export function lanesText(lanes: Lanes["lanes"], row: ExpressionWriter): string {
  return lanes.map(({ operands: [first, ...others] }) => {
    const lines = others.map((operand) => `const ${operand.name} = ${exactText(operand, row)};`);
    if (!first) return "";
    for (const operand of [first, ...others]) {
      if (!operand.isPacked) continue;
      lines.push(`const ${operand.name}w = ${row.words(operand.expression)};`);
    }
    const value = exactText(first, row);
    const present = others.map(({ name }) => `${name} === ${name}`).join(" && ");
    lines.push(
      `const ${first.name} = ${present === "" ? value : `${present} ? ${value} : NaN`};`,
    );
    return [row.take(), ...lines].join("\n");
  }).join("\n");
}

function exactText(operand: LaneOperand, row: ExpressionWriter): string {
  const value = operandText(operand, row);
  if (!mayBeInexact(operand)) return value;
  const name = row.bind(value);
  return `(${name} > ${MAX_SAFE} || ${name} < -${MAX_SAFE} ? beyond(${name}) : ${name})`;
}

function operandText(
  { expression, isSymbol, isPacked }: LaneOperand,
  row: ExpressionWriter,
): string {
  if (isPacked) return `(${row.value(expression)} || NaN)`;
  const value = row.emitted(expression);
  return isSymbol ? `(${value} < 0 ? NaN : ${value})` : value;
}

/** Puts the operand of the row at hand at position `p` of an array; of a packed one, its handle. */
export function storeOperand(
  { name, isPacked, expression }: LaneOperand,
  array: string,
  { state, manifest }: { readonly state: StateWriter; readonly manifest: ManifestBuilder },
): string {
  if (!isPacked) return `${array}[p] = ${name};`;
  const type = manifest.typeSlot(expression.type);
  return `${array}[p] = ${state.packedPool()}.exchange(${array}[p], ${type}, ${name}, ${name}w);`;
}

/** Results of arithmetic are checked where they are computed; columns may hold what no number says exactly. */
function mayBeInexact({ expression: { kind, type }, isExact }: LaneOperand): boolean {
  return isExact && type.kind === "i64" && kind !== "literal" && kind !== "binary";
}

/** Statements over a lane's operands from texts of their values, where the first one is not null. */
export function onOperands(
  values: readonly string[],
  time: string | undefined,
  statements: string,
): string {
  if (statements === "" || values.length === 0) return statements;
  const [first, ...others] = values;
  const names = others.map((value, j) => `, ${operandName(j + 1)} = ${value}`);
  const at = time === undefined ? "" : `, at = ${time}`;
  const simple = /^\w+$/.test(first!);
  const binding = `const x = ${first}${simple ? names.join("") + at : ""};`;
  if (simple) return `if (${first} === ${first}) { ${binding} ${statements} }`;
  const rest = names.join("") + at;
  const more = rest === "" ? "" : `const ${rest.slice(2)};`;
  return `{ ${binding} if (x === x) { ${more} ${statements} } }`;
}

/** An operand's name inside a part's statements. */
function operandName(index: number): string {
  return ["x", "y"][index] ?? `x${index}`;
}

/** In front of a part's statements: the words that packed operands point into. */
export function operandWords(
  lane: Lane | undefined,
  wordsOf: (operand: LaneOperand) => string,
): string {
  return (lane?.operands ?? []).map((operand, j) =>
    operand.isPacked ? `const ${operandName(j)}w = ${wordsOf(operand)}; ` : ""
  ).join("");
}

/** The lane's constants of the row at hand, as `onOperands` wants them. */
export function operandNames(lane: Lane | undefined): readonly string[] {
  return lane ? lane.operands.map(({ name }) => name) : [];
}
