/** An expression's generated text, run over one row. */
import assert from "node:assert/strict";
import { storageOf } from "../../../dsl/mod.ts";
import { compilePlugins } from "../../../dsl/compile.ts";
import { type KernelText, writeMapKernel } from "../../../dsl/codegen/mod.ts";
import type { Feature } from "../../../dsl/typed_ast.ts";
import { linkKernel, type MapKernel } from "../../../runtime/engine/mod.ts";
import { hashText, pluginOfText } from "../plugin_source.ts";

export type Cell = number | string | boolean | null;
export type Cells = Readonly<Record<string, Cell>>;

const COLUMNS = `k string key, ts timestamp time, a f64, b f64, n i64, m i64, p bool, q bool,
  t string, u string, d duration`;

/** The feature `f` of a plugin text, without parameters. */
export function featureOf(text: string): Feature {
  const compilation = compilePlugins([pluginOfText("p", text)], { hash: hashText });
  assert.deepEqual(compilation.diagnostics.map(({ message }) => message), []);
  const { feature, diagnostics } = compilation.instantiate({
    definition: "p.f",
    params: {},
    bindings: {},
  });
  assert.deepEqual(diagnostics.map(({ message }) => message), []);
  assert.ok(feature);
  return feature;
}

/** The map kernel of `v = expression`. */
export function textOf(expression: string): KernelText {
  const feature = featureOf(`source s { ${COLUMNS} }\nfeature f on s { v = ${expression} }`);
  return writeMapKernel({ plugin: "p", time: "ts", outputs: feature.outputs });
}

/** The emitted value of an expression over one row; columns that are not given are null. */
export function valueOf(expression: string, row: Cells = {}): Cell {
  const text = textOf(expression);
  const texts: string[] = [];
  const codeOf = (value: string) => {
    const known = texts.indexOf(value);
    return known >= 0 ? known : texts.push(value) - 1;
  };
  const kernel = linkKernel<MapKernel>(text, { texts, codeOf, holeOf: () => undefined });
  const reads = text.inputs.map(({ name }) => {
    const cell = row[name] ?? null;
    if (["k", "t", "u"].includes(name)) {
      return Int32Array.of(cell === null ? -1 : codeOf(String(cell)));
    }
    return Float64Array.of(cell === null ? NaN : Number(cell));
  });
  const type = text.outputs[0]?.type;
  assert.ok(type);
  const output = storageOf(type) === "symbol" ? new Int32Array(1) : new Float64Array(1);
  kernel.process(1, Float64Array.of(Number(row["ts"] ?? 0)), reads, [output]);
  const value = output[0] ?? NaN;
  if (storageOf(type) === "symbol") return value < 0 ? null : texts[value] ?? null;
  if (Number.isNaN(value)) return null;
  return type.kind === "bool" ? value === 1 : value;
}
