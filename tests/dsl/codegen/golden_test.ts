/** Whole kernels as text, to be read in review, and as programs. `FEATURIZER_UPDATE=1` writes the texts anew. */
import assert from "node:assert/strict";
import {
  type KernelText,
  writeMapKernel,
  writeRowKernel,
  writeTumblingKernel,
} from "../../../dsl/codegen/mod.ts";
import type { Feature } from "../../../dsl/typed_ast.ts";
import {
  linkKernel,
  type MapKernel,
  type RowKernel,
  type TumblingKernel,
} from "../../../runtime/engine/link.ts";
import { featureOf, tumblingOf } from "./run_expression.ts";

const SOURCE = "source s { key0 string key, at timestamp time, x f64, y f64, side string }\n";
const LINK = { texts: ["a", "b"], codeOf: () => 1, holeOf: () => undefined };

const request = (feature: Feature) => ({
  plugin: "p",
  time: "at",
  where: feature.where,
  outputs: feature.outputs,
  wantsRows: true,
  wantsAnswers: true,
  dropsNullKeys: false,
});

Deno.test("the kernel of a map", async () => {
  const { outputs } = featureOf(
    `${SOURCE}feature f on s { r = x / y, b = side == "b" or x > 1, d = y ?? x }`,
  );
  const text = writeMapKernel({ plugin: "p", time: "at", outputs });
  await assertGolden("map", text);
  const kernel = linkKernel<MapKernel>(text, LINK);
  const columns = { x: numbers(1, 5, NaN), y: numbers(0, NaN, 4), side: Int32Array.of(-1, 0, 1) };
  const out = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
  kernel.process(3, numbers(1, 2, 3), readsOf(text, columns), out);
  assert.deepEqual(out, [numbers(NaN, NaN, NaN), numbers(NaN, 1, 1), numbers(0, 5, 4)]);
});

Deno.test("the kernel of a feature of rows, with where, prev and queries", async () => {
  const feature = featureOf(`${SOURCE}feature f on s where x > 0 { now = x, step = x - prev(x) }`);
  const text = writeRowKernel(request(feature));
  await assertGolden("rows", text);
  const kernel = linkKernel<RowKernel>(text, LINK);
  kernel.reserve(3);
  const outputs = [new Float64Array(4), new Float64Array(4)];
  const answers = [new Float64Array(3), new Float64Array(3)];
  const [selected, slots] = [new Int32Array(4), Int32Array.of(1, 1, 2, 1)];
  const count = kernel.process(
    ...[4, numbers(10, 20, 20, 30), numbers(1, 2, 3, 4), slots] as const,
    ...[readsOf(text, { x: numbers(5, -1, 8, 7) }), outputs, selected] as const,
    ...[3, numbers(20, 20, 40), numbers(2, Infinity, 0), Int32Array.of(2, 2, 1), answers] as const,
  );
  assert.equal(count, 3);
  assert.deepEqual([...selected.subarray(0, 3)], [0, 2, 3]);
  assert.deepEqual(outputs.map((out) => [...out.subarray(0, 3)]), [[5, 8, 7], [NaN, NaN, 2]]);
  assert.deepEqual(answers, [numbers(NaN, 8, 7), numbers(NaN, NaN, 2)]);
});

Deno.test("the kernel of a tumbling window, over two calls", async () => {
  const feature = featureOf(
    `${SOURCE}feature f on s { n = count(), top = max(x) } over tumbling 10us`,
  );
  const text = writeTumblingKernel(request(feature), tumblingOf(feature));
  await assertGolden("tumbling", text);
  const kernel = linkKernel<TumblingKernel>(text, { ...LINK, order: (slots) => void slots.sort() });
  kernel.reserve(3);
  const answers = [new Float64Array(2), new Float64Array(2)];
  const none = new Float64Array(0);
  const first = kernel.process(
    ...[3, numbers(1, 9, 10), numbers(1, 2, 3), Int32Array.of(2, 1, 2)] as const,
    ...[readsOf(text, { x: numbers(4, NaN, 6) }), 12, 2, numbers(9, 10)] as const,
    ...[numbers(Infinity, Infinity), Int32Array.of(2, 2), answers] as const,
  );
  assert.deepEqual(rowsOf(first), [[10, 1, 1, NaN], [10, 2, 1, 4]]);
  assert.deepEqual(answers, [numbers(NaN, 1), numbers(NaN, 4)]);
  const slots = new Int32Array(0);
  const rest = kernel.process(
    ...[0, none, none, slots, readsOf(text, { x: none }), Infinity] as const,
    ...[0, none, none, slots, [none, none]] as const,
  );
  assert.deepEqual(rowsOf(rest), [[20, 2, 1, 6]]);
});

function rowsOf({ time, slot, columns }: ReturnType<TumblingKernel["process"]>): number[][] {
  return Array.from(time, (t, i) => [t, slot[i] ?? NaN, ...columns.map((out) => out[i] ?? NaN)]);
}

function numbers(...values: number[]): Float64Array<ArrayBuffer> {
  return Float64Array.from(values);
}

function readsOf(
  { inputs }: KernelText,
  columns: Readonly<Record<string, Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>>>,
) {
  return inputs.map(({ name }) => columns[name] ?? assert.fail(`no column ${name}`));
}

async function assertGolden(name: string, { body, manifest }: KernelText): Promise<void> {
  const file = new URL(`./golden/${name}.txt`, import.meta.url);
  const text = `${JSON.stringify(manifest)}\n${body}\n`;
  if (Deno.env.get("FEATURIZER_UPDATE")) await Deno.writeTextFile(file, text);
  assert.equal(text, await Deno.readTextFile(file), `golden/${name}.txt differs`);
}
