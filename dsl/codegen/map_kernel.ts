/** The kernel of a map: expressions over the columns of one row, with no state. Also prepares source rows. */
import { ExpressionWriter } from "./expression.ts";
import { ifFailed, ROW_FAILED } from "./failing.ts";
import type { KernelRequest } from "./kernel.ts";
import { InputSlots } from "./input_slots.ts";
import { type KernelText, programText, WORDS } from "./kernel_text.ts";
import { ManifestBuilder } from "./manifest.ts";
import { columnNull, columnValue, hoistColumns } from "./output_text.ts";

/** `time` is the name of the column that stands for the row's time; "" where time is a column like others. */
export function writeMapKernel(
  { plugin, time, outputs }: Pick<KernelRequest, "plugin" | "time" | "outputs">,
): KernelText {
  const manifest = new ManifestBuilder(plugin);
  const inputs = new InputSlots(time);
  const refuse = (): never => {
    throw new RangeError("Cannot write a map: it holds a lag or an aggregate");
  };
  const row = new ExpressionWriter(
    { column: (column) => inputs.read(column), lag: refuse, aggregate: refuse },
    manifest,
    "v",
  );
  const values = outputs.map(({ type, expression }) => {
    const value = columnValue(row, expression);
    const narrows = type.kind === "f32" && expression.type.kind !== "f32";
    return narrows ? toSingle(value) : value;
  });
  const text = row.take();
  const nulls = outputs.map(({ type }, j) => `y${j}[i] = ${columnNull(type)};`).join(" ");
  const body = programText(manifest.build(), [
    "function process(n, T, I, O) {",
    "heap.clear();",
    inputs.hoist(),
    hoistColumns(outputs, "y", "O"),
    "let i = 0;",
    "try {",
    "for (; i < n; i++) {",
    inputs.usesTime ? "const t = T[i];" : "",
    text,
    ...values.map((value, j) => `y${j}[i] = ${value};`),
    ifFailed(`${text}${values.join()}`, `${nulls} ${ROW_FAILED}`),
    "}",
    "} catch (error) { throw located(error, i, -1); }",
    "}",
    WORDS,
    "return { process, words };",
  ]);
  return {
    body,
    manifest: manifest.build(),
    inputs: inputs.list,
    outputs: outputs.map(({ name, type }) => ({ name, type })),
    emits: false,
    selects: false,
    spanUs: 0,
    bytesPerSlot: 0,
    bytesPerLogRow: 0,
    bytesPerValue: 0,
  };
}

/** A double as the nearest single that a column may hold: what overflows is null. */
function toSingle(value: string): string {
  const single = `Math.fround(${value})`;
  return `(${single} - ${single} === 0 ? ${single} + 0 : NaN)`;
}
