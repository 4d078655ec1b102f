import assert from "node:assert/strict";
import { scalarFunctions } from "../../../dsl/mod.ts";
import { scalars } from "../../../runtime/kernel/mod.ts";
import { Random } from "../../support/random.ts";

const CENTURY_US = 100 * 365.2425 * 86_400_000_000;
/** Written inline by the code generator. */
const INLINE = new Set(["is_null", "in"]);

Deno.test("the calendar agrees with Date, before 1970 as well as after", () => {
  const random = new Random(7);
  for (let i = 0; i < 5000; i++) {
    const us = Math.floor((random.int(2 ** 30) / 2 ** 30 - 0.5) * 8 * CENTURY_US);
    const date = new Date(Math.floor(us / 1000));
    assert.deepEqual(
      {
        year: call("year", us),
        month: call("month", us),
        day: call("day", us),
        hour: call("hour", us),
        minute: call("minute", us),
        second: call("second", us),
        weekday: call("weekday", us),
      },
      {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
        weekday: date.getUTCDay() || 7,
      },
      `${us} us`,
    );
  }
});

Deno.test("the calendar holds at leap days and at the edges of a day", () => {
  const us = (text: string) => Date.parse(text) * 1000;
  assert.equal(call("day", us("2000-02-29T23:59:59.999Z") + 999), 29);
  assert.equal(call("day", us("2000-03-01T00:00:00Z")), 1);
  assert.equal(call("month", us("1900-02-28T00:00:00Z") + 86_400_000_000), 3);
  assert.deepEqual([call("year", -1), call("month", -1), call("day", -1)], [1969, 12, 31]);
  assert.deepEqual([call("hour", -1), call("minute", -1), call("second", -1)], [23, 59, 59]);
  assert.equal(call("weekday", 0), 4);
});

Deno.test("div and mod floor, and round goes up at the half", () => {
  const cases: readonly [string, readonly number[], number][] = [
    ["div", [7, 2], 3],
    ["div", [-7, 2], -4],
    ["mod", [-7, 2], 1],
    ["mod", [7, -2], -1],
    ["mod", [5.5, 2], 1.5],
    ["round", [2.5], 3],
    ["round", [-2.5], -2],
    ["clip", [5, 1, 3], 3],
    ["clip", [-5, 1, 3], 1],
    ["least", [3, 1, 2], 1],
    ["greatest", [3, 1, 2], 3],
    ["seconds", [1_500_000], 1.5],
  ];
  for (const [name, args, expected] of cases) {
    assert.equal(call(name, ...args), expected, `${name}(${args})`);
  }
});

Deno.test("every scalar that is one of the language gives null for a null", () => {
  for (const [name, { parameters }] of scalarFunctions) {
    if (INLINE.has(name) || !Object.hasOwn(scalars, name)) continue;
    const args = parameters.map(() => NaN);
    assert.equal(call(name, ...args), NaN, name);
  }
});

function call(name: string, ...args: number[]): number {
  const body = scalars[name];
  assert.ok(body, `no scalar "${name}"`);
  return body(...args);
}
