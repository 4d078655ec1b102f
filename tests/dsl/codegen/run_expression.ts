/** An expression's generated text, run over one row. */
import assert from "node:assert/strict";
import { storageOf } from "../../../dsl/mod.ts";
import { compilePlugins } from "../../../dsl/compile.ts";
import { type KernelText, writeMapKernel } from "../../../dsl/codegen/mod.ts";
import type { Feature, TumblingWindow } from "../../../dsl/typed_ast.ts";
import { type ColumnData, createColumn, isPacked } from "../../../runtime/engine/column.ts";
import { ForeignValues } from "../../../runtime/engine/foreign_values.ts";
import { linkKernel, type MapKernel } from "../../../runtime/engine/mod.ts";
import { withWords } from "../../../runtime/engine/packed_places.ts";
import { PackedHeap } from "../../../runtime/kernel/mod.ts";
import { hashText, pluginOfText } from "../plugin_source.ts";

/** A value as JavaScript has it; nested ones are arrays, objects, Maps. */
export type Cell = number | string | boolean | bigint | object | null;
export type Cells = Readonly<Record<string, Cell>>;

const COLUMNS = `k string key, ts timestamp time, a f64, b f64, n i64, m i64, p bool, q bool,
  t string, u string, d duration, e "x" | "y", xs list<f64>, ts1 list<string>, v vector(3), w vector(3),
  levels list<struct{price f64, sizes list<i64>, side string}>, prices map<string, f64>,
  nested map<i64, list<string>>, one struct{a f64, b list<f64>, c string}`;

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

export function tumblingOf({ window }: Feature): TumblingWindow {
  return window?.kind === "tumbling" ? window : assert.fail("no tumbling window");
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
  const heap = new PackedHeap();
  const foreign = new ForeignValues({ texts, intern: codeOf, heap });
  const kernel = linkKernel<MapKernel>(text, {
    texts,
    codeOf,
    intern: codeOf,
    holeOf: () => undefined,
  });
  const reads = text.inputs.map(({ name, type }): ColumnData => {
    const word = foreign.wordOf(type, row[name] ?? null, name);
    if (storageOf(type) === "packed") return { starts: Int32Array.of(word - 1), words: heap.words };
    return storageOf(type) === "symbol" ? Int32Array.of(word) : Float64Array.of(word);
  });
  const type = text.outputs[0]?.type;
  assert.ok(type);
  const outputs = [createColumn(type, 1)];
  kernel.process(1, Float64Array.of(Number(row["ts"] ?? 0)), reads, outputs);
  const [[output] = []] = withWords([outputs], () => kernel.words());
  assert.ok(output);
  const word = isPacked(output) ? output.starts[0]! + 1 : output[0]!;
  const words = isPacked(output) ? output.words : new Float64Array(0);
  return foreign.valueOf(type, word, words) as Cell;
}
