/** `per c`: every aggregate with a scalar value by category, in every window, against groups made anew. */
import assert from "node:assert/strict";
import { type KernelText, writeRowKernel } from "../../../dsl/codegen/mod.ts";
import type { AggregateCall, Window } from "../../../dsl/typed_ast.ts";
import type { MapType } from "../../../dsl/types.ts";
import { linkKernel, type RowKernel } from "../../../runtime/engine/link.ts";
import { unpack } from "../../../runtime/kernel/mod.ts";
import { compareTexts } from "../../../runtime/kernel/text_order.ts";
import { Random } from "../../support/random.ts";
import { CASES, valuesOf } from "./aggregate_cases.ts";
import {
  callOf,
  column,
  F64,
  randomRows,
  type Row,
  rowsIn,
  STRING,
  TEXTS,
  Y_IS_POSITIVE,
} from "./run_aggregates.ts";

const WINDOWS: readonly Window[] = [
  { kind: "sliding", widthUs: 1_000 },
  { kind: "sliding", widthUs: 333 },
  { kind: "last", rows: 7 },
  { kind: "last", rows: 1 },
  { kind: "ever" },
];

const SCALARS = CASES.filter(({ shape }) => shape.type === undefined);

type Category = "s" | "y";

interface Variant {
  readonly category: Category;
  readonly where?: boolean;
  readonly excludesCurrent?: boolean;
  readonly ttlUs?: number;
  readonly restarts?: boolean;
  readonly top?: { readonly most: number; readonly by: "key" | "value" };
}

const VARIANTS: readonly Variant[] = [
  { category: "s" },
  { category: "y", where: true },
  { category: "s", excludesCurrent: true, top: { most: 2, by: "key" } },
  { category: "y", top: { most: 2, by: "value" }, restarts: true },
  { category: "s", ttlUs: 120, restarts: true },
  { category: "y", where: true, excludesCurrent: true, ttlUs: 90 },
];

for (const variant of VARIANTS) {
  Deno.test(`per agrees with groups made anew: ${JSON.stringify(variant)}`, () => {
    for (let seed = 1; seed <= 2; seed++) compare(seed, variant);
  });
}

function compare(seed: number, variant: Variant): void {
  const random = new Random(seed);
  const rows = randomRows(random, 120, 2);
  for (const window of WINDOWS) {
    const calls = SCALARS.map(({ shape }) => perCall(shape, window, variant));
    const found = run(calls, rows, { ...variant, slice: variant.restarts ? 30 : 17 });
    rows.forEach((row, i) => {
      const held = rowsIn(window, remembered(rows.slice(0, i + 1), row, variant.ttlUs), row)
        .filter((r) => !(variant.where && !(r.y > 0)))
        .filter((r) => !(variant.excludesCurrent && r.i === i));
      calls.forEach((call, j) => {
        const what = `${call.name} over ${JSON.stringify(window)}, seed ${seed}, row ${i}`;
        checkMap(found[j]![i]!, expectedMap(SCALARS[j]!, { held, row, variant }), {
          what,
          error: SCALARS[j]!.error ?? 0,
          tops: variant.top?.by === "value",
        });
      });
    });
  }
}

function perCall(
  shape: (typeof CASES)[number]["shape"],
  window: Window,
  { category, where, excludesCurrent, top }: Variant,
): AggregateCall {
  const type: MapType = { kind: "map", key: category === "s" ? STRING : F64, value: F64 };
  return callOf({
    ...shape,
    type,
    per: { category: column(category), ...(top ? { top } : {}) },
    ...(where ? { where: Y_IS_POSITIVE } : {}),
    ...(excludesCurrent ? { excludesCurrent } : {}),
  }, window);
}

type Entries = readonly (readonly [string | number, number])[];

function expectedMap(
  { shape, value }: (typeof CASES)[number],
  { held, row, variant: { category, top } }: { held: readonly Row[]; row: Row; variant: Variant },
): Entries {
  const keyOf = (r: Row) => category === "s" ? TEXTS[r.s] : r.y === r.y ? r.y : undefined;
  const keys = [...new Set(held.map(keyOf))].filter((key) => key !== undefined);
  keys.sort((a, b) => typeof a === "number" ? a - Number(b) : compareTexts(a, String(b)));
  const entries = keys.map((key) =>
    [key, value(valuesOf(shape, held.filter((r) => keyOf(r) === key), row.t))] as const
  );
  if (!top) return entries;
  if (top.by === "key") return entries.slice(-top.most);
  const above = entries.toSorted((a, b) => rank(b[1]) - rank(a[1])).slice(0, top.most);
  return entries.filter((entry) => above.includes(entry));
}

function rank(value: number): number {
  return value === value ? value : -Number.MAX_VALUE;
}

/** Values that rounding makes equal or not may stand for each other among the largest. */
function checkMap(
  found: ReadonlyMap<string | number, number | null> | null,
  expected: Entries,
  { what, error, tops }: { what: string; error: number; tops: boolean },
): void {
  if (expected.length === 0) return assert.equal(found, null, what);
  if (!(tops && error > 0)) {
    assert.deepEqual(
      [...found!.keys()],
      expected.map(([key]) => key),
      what,
    );
  }
  const values = [...found!.values()].map((value) => value ?? NaN);
  const wanted = expected.map(([, value]) => value);
  if (tops && error > 0) {
    for (const list of [values, wanted]) list.sort((a, b) => rank(a) - rank(b));
  }
  wanted.forEach((value, j) =>
    assert.ok(
      Object.is(values[j]! + 0, value + 0) ||
        Math.abs(values[j]! - value) <= error * (1 + Math.abs(value)),
      `${what}: ${values[j]}, expected ${value}`,
    )
  );
}

function remembered(seen: readonly Row[], { k, t }: Row, ttlUs = Infinity): readonly Row[] {
  const own = seen.filter((row) => row.k === k);
  const last = own.findLastIndex((row, i) => row.t < (own[i + 1]?.t ?? t) - ttlUs);
  return own.slice(last + 1);
}

function run(
  calls: readonly AggregateCall[],
  rows: readonly Row[],
  { slice, ttlUs, restarts }: { slice: number; ttlUs?: number; restarts?: boolean },
) {
  const text = writeRowKernel({
    plugin: "p",
    time: "t",
    where: undefined,
    outputs: calls.map((call, j) => ({ name: `v${j}`, type: call.type, expression: call })),
    wantsRows: true,
    wantsAnswers: false,
    dropsNullKeys: false,
    ...(ttlUs === undefined ? {} : { ttlUs }),
  });
  let kernel = link(text);
  const found = calls.map((): (Map<string | number, number | null> | null)[] => []);
  for (let from = 0; from < rows.length; from += slice) {
    const part = rows.slice(from, from + slice);
    processSlice(kernel, text, part).forEach((maps, j) => found[j]!.push(...maps));
    if (!restarts) continue;
    const saved = structuredClone(kernel.snapshot());
    kernel = link(text);
    kernel.restore(saved);
  }
  return found;
}

function link(text: KernelText): RowKernel {
  return linkKernel<RowKernel>(text, {
    texts: TEXTS,
    codeOf: (text) => TEXTS.indexOf(text),
    holeOf: () => undefined,
  });
}

function processSlice(kernel: RowKernel, text: KernelText, part: readonly Row[]) {
  kernel.reserve(4);
  const out = text.outputs.map(() => ({
    starts: new Int32Array(part.length),
    words: new Float64Array(0),
  }));
  kernel.process(
    part.length,
    Float64Array.from(part, ({ t }) => t),
    Float64Array.from(part, ({ i }) => i),
    Int32Array.from(part, ({ k }) => k),
    text.inputs.map(({ name }) =>
      name === "s"
        ? Int32Array.from(part, ({ s }) => s)
        : Float64Array.from(part, (row) => name === "x" ? row.x : row.y)
    ),
    out,
    new Int32Array(part.length),
    0,
    new Float64Array(0),
    new Float64Array(0),
    new Int32Array(0),
    [],
  );
  const words = kernel.words();
  return out.map(({ starts }, j) =>
    Array.from(
      starts,
      (start) =>
        start < 0 ? null : unpack(text.outputs[j]!.type as MapType, words, start + 1, TEXTS) as Map<
          string | number,
          number | null
        >,
    )
  );
}
