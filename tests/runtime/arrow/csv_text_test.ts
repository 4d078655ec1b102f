import assert from "node:assert/strict";
import { CsvText } from "../../../runtime/arrow/csv_text.ts";
import { formatTimestamp } from "../../../runtime/arrow/mod.ts";
import { createRandom } from "./sample_rows.ts";

function textOf(write: (text: CsvText) => void): string {
  const text = new CsvText();
  write(text);
  return new TextDecoder().decode(text.take());
}

Deno.test("CsvText.number() writes what String() does", () => {
  const random = createRandom(11);
  const values = [
    0,
    1,
    -1,
    0.5,
    -0.0001,
    1e15,
    999999999999999,
    1e21,
    1e-7,
    123456789.0625,
    1 / 3,
    2 ** 53,
  ];
  for (let i = 0; i < 20_000; i++) {
    const digits = Math.floor(random() * 8);
    const value = (random() - 0.5) * 10 ** Math.floor(random() * 14);
    values.push(value, Number(value.toFixed(digits)) + 0, Math.round(value) + 0);
  }
  for (const value of values) assert.equal(textOf((text) => text.number(value)), String(value));
});

Deno.test("CsvText.timestamp() writes what formatTimestamp() does", () => {
  const random = createRandom(12);
  for (let i = 0; i < 5000; i++) {
    const digits = Math.floor(random() * 7);
    const timeUs = Math.floor((random() - 0.3) * 4e15 / 10 ** digits) * 10 ** (digits % 3) + 0;
    if (!Number.isSafeInteger(timeUs)) continue;
    assert.equal(textOf((text) => text.timestamp(timeUs)), formatTimestamp(timeUs));
  }
});

Deno.test("CsvText grows and begins anew after take()", () => {
  const text = new CsvText();
  const part = "x".repeat(50_000);
  for (let i = 0; i < 5; i++) text.ascii(part);
  text.bytes(new TextEncoder().encode("é"));
  assert.equal(new TextDecoder().decode(text.take()), `${part.repeat(5)}é`);
  text.number(-1.25);
  assert.equal(new TextDecoder().decode(text.take()), "-1.25");
});
