/** Every aggregate with a scalar value over a closed window: buckets begin empty, values are as of their last instant. */
import assert from "node:assert/strict";
import { writeTumblingKernel } from "../../../dsl/codegen/mod.ts";
import { linkKernel, type TumblingKernel } from "../../../runtime/engine/link.ts";
import { Random } from "../../support/random.ts";
import { CASES, valuesOf } from "./aggregate_cases.ts";
import { callOf, randomRows, TEXTS } from "./run_aggregates.ts";

const WIDTH = 700;

Deno.test("aggregates over tumbling windows agree with two passes over each bucket", () => {
  const window = { kind: "tumbling", widthUs: WIDTH, offsetUs: 0 } as const;
  for (const around of [0, 1_000_000]) {
    const rows = randomRows(new Random(around + 1), 400, around);
    const calls = CASES.map(({ shape }) => callOf(shape, window));
    const text = writeTumblingKernel({
      plugin: "p",
      time: "t",
      where: undefined,
      outputs: calls.map((call, j) => ({ name: `v${j}`, type: call.type, expression: call })),
      wantsRows: true,
      wantsAnswers: false,
      dropsNullKeys: false,
    }, window);
    const kernel = linkKernel<TumblingKernel>(text, {
      texts: TEXTS,
      codeOf: (text) => TEXTS.indexOf(text),
      holeOf: () => undefined,
      order: (slots) => void slots.sort(),
    });
    kernel.reserve(4);
    const none = new Float64Array(0);
    const closed = kernel.process(
      rows.length,
      Float64Array.from(rows, ({ t }) => t),
      Float64Array.from(rows, ({ i }) => i),
      Int32Array.from(rows, ({ k }) => k),
      text.inputs.map(({ name }) =>
        name === "s"
          ? Int32Array.from(rows, ({ s }) => s)
          : Float64Array.from(rows, (row) => name === "x" ? row.x : row.y)
      ),
      Infinity,
      0,
      none,
      none,
      new Int32Array(0),
      [],
    );
    assert.ok(closed.time.length > 20);
    closed.time.forEach((end, i) => {
      const held = rows.filter(({ k, t }) => k === closed.slot[i] && t >= end - WIDTH && t < end);
      CASES.forEach(({ shape, value, error = 0 }, j) => {
        const cell = (closed.columns[j] as Float64Array)[i]!;
        const given = shape.type && cell < 0 ? NaN : cell;
        const expected = value(valuesOf(shape, held, end - 1));
        assert.ok(
          Object.is(given, expected) ||
            Math.abs(given - expected) <= error * (1 + Math.abs(expected)),
          `${shape.name}, bucket to ${end} of ${closed.slot[i]}: ${given}, expected ${expected}`,
        );
      });
    });
  }
});
